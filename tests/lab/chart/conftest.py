"""The chart component's modules in a folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.chart.node import laid_out


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the modules as they are served, and their tests."""
    return laid_out(tmp_path_factory.mktemp("modules"))
