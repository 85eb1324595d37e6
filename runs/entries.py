"""What the app has in memory of a run: made for a new run, loaded from the store, forgotten again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from neural.config import TrainConfig
from runs.backend import Mark, Status
from runs.store.checkpoint import Checkpoint
from runs.store.history import History
from runs.store.reads import StoredRun
from runs.store.store import Store

MAX_IN_MEMORY = 30
MAX_BYTES_IN_MEMORY = 500e6


@dataclass
class Entry:
    """One run.

    Attributes
    ----------
    whole : bool
        Whether its points are all there; False for a run whose stored points are damaged.
    spent : float
        Seconds that it has spent at workers, those before it was set aside.
    """

    owner: str
    created: float
    config: TrainConfig
    history: History
    status: Status = field(default_factory=Status)
    marks: list[Mark] = field(default_factory=list)
    checkpoint: Checkpoint | None = None
    whole: bool = True
    spent: float = 0.0
    pictures: str | None = None
    listeners: set[Callable[[], object]] = field(default_factory=set)

    @property
    def start(self) -> Checkpoint | None:
        """The checkpoint to go on from; None for the beginning, also where points before it are missing."""
        if self.checkpoint is None or self.checkpoint.step > len(self.history):
            return None
        return self.checkpoint


def loaded(stored: StoredRun, store: Store) -> Entry:
    """A stored run with its points; where these are damaged its message says so.

    Raises
    ------
    ValueError
        For a configuration of another version that this one does not take.
    """
    config = TrainConfig.from_dict(stored.config)
    history = History(len(config.lanes))
    whole = store.load(stored.run, history)
    steps = len(history)
    status = replace(stored.status, step=steps, recorded=steps)
    entry = Entry(
        stored.owner, stored.created, config, history, status, list(stored.marks), stored.checkpoint, whole
    )
    if not whole:
        entry.status = replace(status, message=damage_in_words(entry))
    return entry


def config_of(stored: StoredRun) -> TrainConfig | None:
    """What a stored run trains; None where that is damaged, or of a version that this one does not take."""
    try:
        return TrainConfig.from_dict(stored.config)
    except ValueError:
        return None


def damage_in_words(entry: Entry) -> str:
    """The message of a run whose stored points are damaged."""
    which = f"after step {len(entry.history):,} " if len(entry.history) else ""
    damage = f"The stored points {which}are damaged and cannot be shown."
    known = entry.status.message
    if entry.status.state == "interrupted":
        return f"{damage} Resume continues from {where_it_resumes(entry)}."
    return f"{known.rstrip('.')}. {damage}" if known else damage


def where_it_resumes(entry: Entry) -> str:
    """Where an interrupted run goes on, in words."""
    return f"step {entry.start.step:,}" if entry.start and entry.start.step else "the beginning"


def to_forget(entries: Mapping[str, Entry], store: Store) -> Iterator[str]:
    """The oldest runs that nobody needs in memory: so many that the others are not too many or too large."""
    count, size = len(entries), sum(entry.history.bytes for entry in entries.values())
    for run, entry in entries.items():
        if count <= MAX_IN_MEMORY and size <= MAX_BYTES_IN_MEMORY:
            return
        needed = entry.status.open or entry.listeners
        if needed or (store.off and not entry.status.over):  # without a store memory is all there is
            continue
        count, size = count - 1, size - entry.history.bytes
        yield run
