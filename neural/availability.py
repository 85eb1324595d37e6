"""Which data sets this machine can have, found without torch, without scikit-learn and without a long wait.

Three of them come from openml.org. They are there if they have been downloaded before; otherwise a run
downloads its data when it starts (`neural.openml`), if the site can be reached.
"""

from __future__ import annotations

import gzip
import json
import os
import threading
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

from neural.catalog import DATASETS

SITE = "https://www.openml.org/"
CIFAR = "https://www.cs.toronto.edu/~kriz/cifar.html"
ARCHIVE_FILES = {"cifar10_full": "cifar-10-binary.tar.gz", "cifar100": "cifar-100-binary.tar.gz"}
OPENML_IDS = {"mnist": 554, "fashion_mnist": 40_996, "cifar10": 40_927}


@dataclass(frozen=True)
class Availability:
    """Whether a data set can be used here.

    Attributes
    ----------
    available : bool
    downloads : bool
        The first run with it has to download it.
    reason : str
        For the screen where it is not available; else empty.
    """

    available: bool
    downloads: bool = False
    reason: str = ""


def data_home() -> Path:
    """Folder of scikit-learn's data sets: SCIKIT_LEARN_DATA, or ~/scikit_learn_data."""
    return Path(os.environ.get("SCIKIT_LEARN_DATA") or "~/scikit_learn_data").expanduser()


def kept_file(key: str) -> Path:
    """Where `neural.openml` keeps a downloaded data set, ready to be read."""
    return data_home() / "sam_sps_lab" / f"{key}.npz"


def archive_file(key: str) -> Path:
    """Where an official archive is looked for: in the folder SAM_SPS_DATA, else where downloads are kept."""
    folder = os.environ.get("SAM_SPS_DATA")
    return (Path(folder).expanduser() if folder else data_home() / "sam_sps_lab") / ARCHIVE_FILES[key]


def is_cached(key: str) -> bool:
    """Whether a data set from openml.org lies on this machine, kept by us or by scikit-learn."""
    cache = data_home() / "openml" / "openml.org"
    try:
        if kept_file(key).is_file():
            return True
        with gzip.open(cache / f"api/v1/json/data/{OPENML_IDS[key]}.gz") as file:
            url = json.load(file)["data_set_description"]["url"]
        return (cache / (urlparse(url).path.lstrip("/") + ".gz")).is_file()
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError):
        return False  # the file is missing, incomplete, or this process may not read it


def reachable(timeout: float = 1.0) -> bool:
    """Whether openml.org answers within `timeout` seconds; it takes no longer than that to find out.

    The answer holds for a while: callers that ask often should remember it.
    """
    answers: list[bool] = []

    def ask() -> None:
        request = urllib.request.Request(SITE, method="HEAD")
        try:
            with urllib.request.urlopen(request, timeout=timeout):
                answers.append(True)
        except urllib.error.HTTPError as error:
            answers.append(error.code < 500)
        except (OSError, ValueError):
            answers.append(False)

    # The time limit does not cover looking up the host's name, which may hang: so it hangs in a thread.
    thread = threading.Thread(target=ask, name="openml", daemon=True)
    thread.start()
    thread.join(timeout)
    return any(answers)


def availability(key: str, online: Callable[[], bool] = reachable) -> Availability:
    """Whether the data set named `key` can be used on this machine.

    Parameters
    ----------
    key : str
        A key of `neural.catalog.DATASETS`; ValueError otherwise.
    online : callable
        Tells whether openml.org can be reached; asked only where it matters.
    """
    if key not in DATASETS:
        raise ValueError(f"dataset must be one of {', '.join(DATASETS)}, got {key!r}")
    if DATASETS[key].source == "archive":
        return _of_archive(key, online)
    if DATASETS[key].source != "openml" or is_cached(key):
        return Availability(True)
    if online():
        return Availability(True, downloads=True)
    name = DATASETS[key].label
    return Availability(
        False,
        reason=f"{name} has not been downloaded yet, and openml.org cannot be reached from here. "
        f"Connect this machine once: the first run downloads it. Or copy the folder {data_home()} (the "
        "environment variable SCIKIT_LEARN_DATA names another) from one that has it.",
    )


def _of_archive(key: str, online: Callable[[], bool]) -> Availability:
    """CIFAR-10 is had from openml.org too."""
    file = archive_file(key)
    if file.is_file() or (key == "cifar10_full" and is_cached("cifar10")):
        return Availability(True)
    if key == "cifar10_full" and online():
        return Availability(True, downloads=True)
    return Availability(False, reason=absent_archive(key))


def absent_archive(key: str) -> str:
    """What to do where an archive is missing, for the screen."""
    file = archive_file(key)
    return (
        f"{DATASETS[key].label} needs the official archive {file.name} in the folder {file.parent} "
        f"(the environment variable SAM_SPS_DATA names another). It is the binary version on {CIFAR}."
    )


def all_availabilities(online: Callable[[], bool] = reachable) -> dict[str, Availability]:
    """`availability` of every data set; asks whether openml.org can be reached once at most."""
    answer: list[bool] = []

    def once() -> bool:
        if not answer:
            answer.append(online())
        return answer[0]

    return {key: availability(key, once) for key in DATASETS}
