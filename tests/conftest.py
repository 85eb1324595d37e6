"""One thread for torch and for linear algebra, as in the app: sums in another order give other last digits.

Runs are kept in a folder of the tests, not in the user's. Processes that test side by side have one each.
"""

import os
import tempfile

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # it is read when NumPy is loaded

import pytest
import torch

torch.set_num_threads(1)

_home = tempfile.TemporaryDirectory(prefix="sam-sps-tests-")
os.environ["SAM_SPS_HOME"] = _home.name


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder."""
    _home.cleanup()
