"""One thread for torch and for linear algebra, as in the app: sums in another order give other last digits.

Runs are kept in a folder of the tests, not in the user's. Processes that test side by side have one each.
"""

import gc
import os
import sys
import tempfile
from collections.abc import Iterator

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # it is read when NumPy is loaded

import pytest
import torch

torch.set_num_threads(1)
gc.disable()  # until all is loaded, which stays: looking through it as it comes takes a fifth of the time

_home = tempfile.TemporaryDirectory(prefix="sam-sps-tests-")
os.environ["SAM_SPS_HOME"] = _home.name
os.environ["SAM_SPS_NICE"] = "0"  # else the workers of one test wait for another test
os.environ["SAM_SPS_LOG"] = "off"


def pytest_collection_finish(session: pytest.Session) -> None:
    """From now on garbage is looked for, among what comes."""
    gc.freeze()
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder."""
    _home.cleanup()


MAIN = sys.modules["__main__"]


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Streamlit makes a page the main module, which processes that are spawned later would run.

    A page that a fixture of a whole file runs does so before this one is asked.
    """
    sys.modules["__main__"] = MAIN
    yield
    sys.modules["__main__"] = MAIN
