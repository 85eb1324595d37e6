"""Every backend in turn, with two workers; what a test leaves behind is stopped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runs.backend import Backend, Command
from tests.runs.backends import Made, dask, local
from tests.runs.cluster import cluster
from tests.runs.helpers import ME, OTHER, THIRD, over, wait_for


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A scheduler and two workers, started as separate processes once for all files."""
    with cluster(2) as found:
        yield found


@pytest.fixture(scope="module", params=["local", "dask"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("home")
    with (
        dask(folder, request.getfixturevalue("address"))
        if request.param == "dask"
        else local(folder, request.getfixturevalue("kept"))
    ) as found:
        yield found


@pytest.fixture
def backend(made: Made) -> Backend:
    return made.backend


@pytest.fixture(autouse=True)
def _all_ended(backend: Backend) -> Iterator[None]:
    yield
    for owner in (ME, OTHER, THIRD):
        for summary in backend.recent(owner, 50):
            if not summary.status.over:
                backend.send(summary.run, Command("stop"), owner=owner)
                wait_for(backend, summary.run, over)
