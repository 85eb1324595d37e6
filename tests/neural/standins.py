"""Small archives in the form of the official ones, with sums of their own. Run by torchrun it is a rank.

torchrun --nproc-per-node 2 tests/neural/standins.py FOLDER train NAME=VALUE ...
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from neural import archives
from neural.availability import ARCHIVE_FILES


def records(key: str, images: int, seed: int) -> np.ndarray:
    """Random records; the label of a superclass, where there is one, is 7."""
    rng, archive = np.random.default_rng(seed), archives.ARCHIVES[key]
    labels = np.full((images, archive.labels), 7)
    labels[:, -1] = rng.integers(0, archive.classes, images)
    return np.hstack([labels, rng.integers(0, 256, (images, archives.PIXELS))]).astype(np.uint8)


def write(folder: Path, key: str, images: int, tested: int = 10) -> list[np.ndarray]:
    """Write an archive with so many images in every member; the records of its members."""
    archive = archives.ARCHIVES[key]
    found = [records(key, images, seed) for seed in range(len(archive.train))]
    found.append(records(key, tested, 9))
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / ARCHIVE_FILES[key], "w:gz") as tar:
        for name, content in zip((*archive.train, *archive.test), found, strict=True):
            member = tarfile.TarInfo(name)
            member.size = content.size
            tar.addfile(member, io.BytesIO(content.tobytes()))
    return found


def accept(folder: Path) -> dict[str, archives.Archive]:
    """The table of archives with the sums of those in a folder."""
    found = {}
    for key, name in ARCHIVE_FILES.items():
        file = folder / name
        md5 = hashlib.md5(file.read_bytes()).hexdigest() if file.exists() else ""
        found[key] = replace(archives.ARCHIVES[key], md5=md5)
    return found


if __name__ == "__main__":
    from neural.__main__ import main

    os.environ["SAM_SPS_DATA"] = sys.argv[1]
    archives.ARCHIVES.update(accept(Path(sys.argv[1])))
    sys.exit(main(sys.argv[2:]))
