"""What the image is built from, without a container engine: python -m tests.image FOLDER

copies the files that the Dockerfile copies into an empty folder and executes its RUN lines there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, each with what follows it."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines) if word]


def of(word: str) -> list[str]:
    """What follows every instruction of this kind."""
    return [rest for kind, rest in instructions() if kind == word]


def context() -> list[str]:
    """The tracked files that .dockerignore lets into the image."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    ignored = (ROOT / ".dockerignore").read_text().split()
    return [
        name
        for name in listed.stdout.splitlines()
        if not any(fnmatch(name, pattern) or fnmatch(name, f"{pattern}/*") for pattern in ignored)
    ]


def build(folder: Path) -> None:
    """Do to an empty folder what the Dockerfile does to /app."""
    folder.mkdir()
    arguments = {name: default.strip('"') for name, _, default in (arg.partition("=") for arg in of("ARG"))}
    environment = {**arguments, **os.environ}
    for word, rest in instructions():
        if word == "COPY":
            wanted, place = rest.split()
            for name in context() if wanted == "." else [wanted]:
                (folder / place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / place / name)
        elif word == "RUN":
            print("RUN", rest, flush=True)
            subprocess.run(["bash", "-euc", rest], cwd=folder, env=environment, check=True)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
