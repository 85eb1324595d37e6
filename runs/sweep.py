"""Sweeps done by the run engine: what is missing is trained, a few runs at a time, and never twice.

How a page uses it::

    sweeps = runs.sweeps()                   # of the one engine
    sweeps.start(sweep, owner=visitor)       # a SweepConfig; what is done already is not run again
    now = sweeps.progress(sweep)             # counts, ids of the runs that train now, seconds left
    found = sweeps.results(sweep)            # RunResult by name, so far; each knows the id of its run
    rows = neural.sweep_table.table(sweep, found)  # mean ± std, the best of what is tuned, shares, costs
    sweeps.stop(sweep, owner=visitor)

`neural.sweep_runs.runs_of` says which name stands at which place of the sweep; a run's id opens it in the
CNN lab like any other, to watch: nobody owns it, so nobody can steer it. `progress` and `results` may be
asked for sweeps that were never started, and cost little; ask again while `going`.

Results are kept in the store under the stable name of the run, shared by all sweeps and visitors; those that
the command line has left in the app's folder (`python -m neural sweep FILE --app`) are taken too. After a
restart of the app, or a `stop`, `start` takes the sweep up where it was: runs with a result are done, those
half done go on from their last checkpoint. All sweeps together hold as many runs as there are workers, one
at each, so that a visitor's run shares its worker with one of them.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from neural import sweep_folder
from neural.config import TrainConfig
from neural.sweep import SweepConfig
from neural.sweep_result import RunResult
from neural.sweep_runs import configs_of
from runs.backend import Backend, Busy, Command, NotOwner, Status
from runs.store.store import Store
from runs.sweep_state import Flight, Going, Progress

RETRY_SECONDS = 1.0  # how often a sweep asks again where there was no room for its run
MAX_TRIES = 3  # a run whose worker dies so often has failed


class Sweeps:
    """See the module. Every method may be called from any thread.

    Parameters
    ----------
    backend : Backend
    store : Store
    workers : callable
        How many runs may go on at once.
    folder : Path, optional
        Where the command line leaves results (`neural.home.sweeps`).
    """

    def __init__(
        self, backend: Backend, store: Store, workers: Callable[[], int], folder: Path | None = None
    ) -> None:
        self._backend, self._store, self._workers = backend, store, workers
        self._folder = folder
        self._lock = threading.RLock()
        self._news = threading.Event()
        self._going: dict[SweepConfig, Going] = {}
        self._flights: dict[str, Flight] = {}
        self._results: dict[str, RunResult] = {}
        self._failed: dict[str, str] = {}
        self._before: dict[str, str] = {}  # runs of an earlier time that have no result, by name
        self._thread: threading.Thread | None = None
        self._closing = False

    @property
    def workers(self) -> int:
        """How many runs go on at once, at least 1; an estimate where workers come and go."""
        return max(1, self._workers())

    def start(self, sweep: SweepConfig, *, owner: str) -> None:
        """Train what has no result yet; nothing more for a sweep that goes on already.

        Raises
        ------
        Busy
            Where the owner has another sweep going on.
        """
        with self._lock:
            if any(owner in going.owners for other, going in self._going.items() if other != sweep):
                raise Busy(
                    "You have a sweep going on, as many as one visitor may. Stop it or wait for its end."
                )
            known, configs = self.results(sweep), configs_of(sweep)
            for name in configs:
                self._failed.pop(name, None)
            waiting = [name for name in configs if name not in known]
            if waiting:
                self._going.setdefault(sweep, Going(set(), waiting)).owners.add(owner)
            if waiting and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="runs-sweeps", daemon=True)
                self._thread.start()
        self._news.set()

    def stop(self, sweep: SweepConfig, *, owner: str) -> None:
        """Train nothing more of it, unless somebody else has started it too; runs half done are paused.

        Raises
        ------
        NotOwner
            Where only others have started it.
        """
        with self._lock:
            going = self._going.get(sweep)
            if going is None:
                return
            if owner not in going.owners:
                raise NotOwner
            going.owners.discard(owner)
            if going.owners:
                return
            del self._going[sweep]
            wanted = {name for other in self._going for name in configs_of(other)}
            for name, flight in tuple(self._flights.items()):
                if name not in wanted:
                    self._land(name)
                    status = self._backend.status(flight.run)
                    begun = status is not None and status.step > 0
                    if begun:
                        self._before[name] = flight.run  # the store may know of it only in a moment
                    self._backend.send(flight.run, Command("pause" if begun else "stop"), owner=_owner(name))

    def progress(self, sweep: SweepConfig) -> Progress:
        """Where it stands."""
        with self._lock:
            names, known = configs_of(sweep), self.results(sweep)
            going = self._going.get(sweep)
            training = {name: flight.run for name, flight in self._flights.items() if name in names}
            failed = {name: why for name, why in self._failed.items() if name in names}
            left = None
            if going is not None and going.ended:
                to_do = len(names) - len(known) - len(failed)
                left = (time.monotonic() - going.began) / going.ended * to_do
            return Progress(len(names), len(known), training, failed, going is not None, left)

    def results(self, sweep: SweepConfig) -> dict[str, RunResult]:
        """What is known of its runs, by name."""
        with self._lock:
            configs = configs_of(sweep)
            if sweep not in self._going:
                self._read({name: one for name, one in configs.items() if name not in self._results})
            return {name: self._results[name] for name in configs if name in self._results}

    def close(self) -> None:
        """Start nothing more."""
        self._closing = True
        self._news.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    # ---- inside: with the lock ----

    def _read(self, configs: Mapping[str, TrainConfig]) -> None:
        """Learn from the store; an entry of another configuration, or another version, does not count."""
        for entry in self._store.sweep_runs(list(configs)):
            try:
                same = TrainConfig.from_dict(entry.config) == configs[entry.name]
                if same and entry.result is not None:
                    self._results[entry.name] = RunResult.from_dict(entry.result)
                elif same and entry.name not in self._flights:
                    self._before[entry.name] = entry.run
            except (ValueError, TypeError):
                continue
        if self._folder is not None:
            absent = {name: one for name, one in configs.items() if name not in self._results}
            for name, result in sweep_folder.read(self._folder / "runs", absent).items():
                self._results[name] = result
                self._store.sweep_run(result.run, name, absent[name].to_dict(), result.to_dict())

    def _collect(self) -> None:
        """Take the results of runs that have ended; have those go on whose worker has died."""
        for name, flight in tuple(self._flights.items()):
            status = self._backend.status(flight.run)
            if status is None:
                self._end(name, "The run is not there any more.")
            elif status.state == "finished":
                self._finish(name, flight)
            elif status.over:
                self._end(name, status.message or f"The run was {status.state}.")
            elif status.state in ("interrupted", "paused") and flight.may_ask(RETRY_SECONDS):
                self._resume(name, flight, status)

    def _resume(self, name: str, flight: Flight, status: Status) -> None:
        """Have a run go on from its checkpoint: its worker has died, or the sweep was stopped."""
        died = status.state == "interrupted"
        if died and flight.tries >= MAX_TRIES:
            self._end(name, status.message)
            return
        try:
            self._backend.send(flight.run, Command("resume"), owner=_owner(name))
        except Busy:
            return
        flight.asked = time.monotonic()
        flight.tries += died

    def _finish(self, name: str, flight: Flight) -> None:
        status = self._backend.status(flight.run)
        found = self._backend.points(flight.run, status.recorded - 1, 1) if status else None
        if found is None or not found.lanes[0]["step"]:
            self._end(name, "The points of the run cannot be read.")
            return
        result = RunResult.of_columns(name, found.lanes[0], flight.run)
        self._results[name] = result
        self._store.sweep_run(flight.run, name, flight.config.to_dict(), result.to_dict())
        self._end(name, "")

    def _end(self, name: str, why: str) -> None:
        if why:
            self._failed[name] = why
        self._land(name)
        for sweep, going in self._going.items():
            going.ended += name in configs_of(sweep)

    def _land(self, name: str) -> None:
        self._flights.pop(name).leave()

    def _fill(self) -> None:
        """Begin runs while there is a worker for each."""
        while len(self._flights) < self._workers() and (found := self._next()) is not None:
            name, config = found
            try:
                run = self._earlier(name) or self._backend.submit(config, owner=_owner(name))
            except Busy:
                return  # the thread asks again
            self._store.sweep_run(run, name, config.to_dict())
            self._flights[name] = Flight(run, config, self._backend.subscribe(run, self._news.set))
            self._news.set()  # it may have ended already

    def _next(self) -> tuple[str, TrainConfig] | None:
        """The next run of the sweep that has the fewest in flight; sweeps without any left are over."""
        fewest: tuple[int, str, TrainConfig] | None = None
        for sweep, going in tuple(self._going.items()):
            configs = configs_of(sweep)
            in_flight = len(self._flights.keys() & configs.keys())
            known = (self._flights, self._results, self._failed)  # by another sweep, as it may be
            going.waiting = [name for name in going.waiting if not any(name in names for names in known)]
            if not going.waiting and not in_flight:
                del self._going[sweep]
            elif going.waiting and (fewest is None or in_flight < fewest[0]):
                fewest = in_flight, going.waiting[0], configs[going.waiting[0]]
        return fewest and fewest[1:]

    def _earlier(self, name: str) -> str | None:
        """The run that began under this name and need not begin anew."""
        run = self._before.pop(name, None)
        status = self._backend.status(run) if run else None
        return run if status and (status.state == "finished" or not status.over) else None

    def _work(self) -> None:
        while not self._closing:
            self._news.wait(RETRY_SECONDS if self._going else None)
            self._news.clear()
            try:
                with self._lock:
                    self._collect()
                    self._fill()
            except Exception:  # whatever it is, the next news is heard
                traceback.print_exc()


def _owner(name: str) -> str:
    """Whose the runs are: no visitor's, so that nobody steers them and no cap of one visitor holds."""
    return f"sweep {name}"
