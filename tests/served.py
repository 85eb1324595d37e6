"""What the app serves, written down: every page for its defaults and other links, to compare two versions.

``python tests/served.py write FOLDER [--root TREE]`` serves the app of a tree, visits each link as a browser
does, and writes one JSON file a link; ``python tests/served.py compare OLD NEW`` names what differs. It uses
the app from outside only (addresses, websocket, `api/`), so it works on versions whose insides differ.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from zlib import crc32

import numpy as np
from google.protobuf.json_format import MessageToDict
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

LINKS = Path(__file__).with_name("served_links.txt")
PRESSED = ("step", "ridge", "theory")  # pages each of whose buttons is pressed too, from the defaults

# What is left out: names of widgets and sources of scripts, …
LEFT_OUT = {"id", "form_id", "page_script_hash", "set_value", "js_content", "css_content", "html_content"}
LEFT_OUT |= {"askAgain"}  # … how soon a page looks again, …
HASHES = re.compile(r"(chart|plotly)-[0-9a-f.]+(?=\.(min\.)?js)")  # … hashes in addresses, …
IN_SECONDS = re.compile("seconds")  # … and positions on an axis whose title says that it is measured time.
# Boxes around others are left out too, unless they have a label.
BOXES = ("vertical", "horizontal", "column", "expandable", "tab_container", "tab", "flex_container",
         "transparent", "height_config", "width_config", "text_alignment_config")  # fmt: skip
NOTHING = "(not there)"
SHOWN = 8  # differences printed of each link
VALUES = ("value", "raw_value", "raw_values")


@contextmanager
def visiting(server: str, page: str, query: str = "") -> Iterator[Visit]:
    """A visit of a link, in a session of its own."""
    with connect(f"ws{server[4:]}/_stcore/stream", max_size=None) as socket:
        yield Visit(socket, server, page, query)


class Visit:
    """A visitor's session: opens a link, unfolds all that folds, presses buttons."""

    def __init__(self, socket: ClientConnection, server: str, page: str, query: str) -> None:
        self.server, self.page, self.address = server, page, f"v=1&{query}" if query else ""
        self.nodes: list[Any] = []
        self._socket = socket
        self._values: dict[str, Any] = {}  # of widgets: they are sent only when they change
        self._run()
        self.notices = self.all("alert")  # told once: the next run of the script clears them
        self.unfold()

    def unfold(self) -> None:
        """Open every fold whose content is sent only then, and those inside."""
        opened: set[str] = set()
        while folds := self._folds() - opened:
            opened |= folds
            self._run()

    def press(self, button: str) -> None:
        """Press the button with this label."""
        self._run(next(node["id"] for node in self.all("button") if node["label"] == button))
        self.unfold()

    def shown(self) -> dict[str, Any]:
        """All that is on the screen, the figures that the browser fetches included, and the address bar."""
        elements = [{kind: plain(node)} for kind, node in self.nodes]
        texts = {leaf for leaf in leaves_of(elements) if isinstance(leaf, str)}
        sources = sorted(text for text in texts if text.startswith("api/charts/"))
        fetched = {source: plain(get(f"{self.server}/{source}")) for source in sources}
        return {"address": self.address, "on_arrival": self.notices, "shown": elements, "fetched": fetched}

    def all(self, kind: str) -> list[Any]:
        """Every element of a kind."""
        return [node for found, node in self.nodes if found == kind]

    def _folds(self) -> set[str]:
        return {node["id"] for node in self.all("expandable") if node.get("id")}

    def _run(self, button: str | None = None) -> None:
        """One run of the script, and what the page consists of after it."""
        message = BackMsg()
        message.rerun_script.query_string, message.rerun_script.page_name = self.address, self.page
        for fold in self._folds():
            message.rerun_script.widget_states.widgets.add(id=fold, bool_value=True)
        if button:
            message.rerun_script.widget_states.widgets.add(id=button, trigger_value=True)
        self._socket.send(message.SerializeToString())
        parts: dict[tuple[int, ...], Any] = {}
        sent = ForwardMsg()
        while not sent.HasField("script_finished"):
            sent = ForwardMsg.FromString(self._socket.recv(timeout=300, decode=False))
            if sent.HasField("page_info_changed"):
                self.address = sent.page_info_changed.query_string
            if sent.HasField("navigation"):
                pages = [f"{page.page_name}: /{page.url_pathname}" for page in sent.navigation.app_pages]
                parts[()] = {"navigation": {"pages": pages}}
            if sent.HasField("delta"):
                delta = sent.delta
                part = delta.add_block if delta.HasField("add_block") else delta.new_element
                parts[tuple(sent.metadata.delta_path)] = MessageToDict(part, preserving_proto_field_name=True)
        self.nodes = [pair for path in sorted(parts) for pair in parts[path].items() if is_shown(*pair)]
        for _, node in self.nodes:
            if "set_value" in node:
                self._values[node["id"]] = {key: node[key] for key in VALUES if key in node}
            node |= self._values.get(node.get("id"), {})


def is_shown(kind: str, node: object) -> bool:
    """Whether this is more than a box around others or their style."""
    if not isinstance(node, dict) or kind == "empty":
        return False
    style = kind == "html" and node["body"].lstrip().startswith("<style")
    return not style and (kind not in BOXES or "label" in node)


def get(address: str) -> str:
    """What an address answers, or its error."""
    try:
        with urllib.request.urlopen(address, timeout=300) as answer:
            return str(answer.read().decode())
    except HTTPError as error:
        return f"{error.code}: {error.read().decode()}"


def plain(value: Any) -> Any:
    """JSON inside strings read, bytes as lists of numbers, and what may differ left out."""
    if isinstance(value, str):
        try:
            return plain(json.loads(value)) if value[:1] in ("{", "[") else HASHES.sub(r"\1-…", value)
        except ValueError:
            return value
    if isinstance(value, list):
        return [plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "bdata" in value:
        array = np.frombuffer(b64decode(value["bdata"]), value["dtype"])
        return array.reshape([int(n) for n in str(value.get("shape", len(array))).split(",")]).tolist()
    found = {key: plain(one) for key, one in value.items() if key not in LEFT_OUT}
    if "data" in found and IN_SECONDS.search(str(found.get("layout", {}).get("xaxis", {}).get("title", ""))):
        found["layout"]["xaxis"].pop("range", None)
        placed = [*found["data"], *(found["layout"].get("annotations") or [])]
        for part in placed:
            part.pop("x", None)
    return found


@contextmanager
def served(root: Path, home: Path) -> Iterator[str]:
    """The app of a tree with a data folder; yields its address once nothing changes by itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command.append(f"--server.port={port}")
    environment = {**os.environ, "SAM_SPS_HOME": str(home)}
    app = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL)
    server, deadline = f"http://localhost:{port}", time.monotonic() + 90
    try:
        while not settled(server):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the app of {root} is not ready after 90 s")
            time.sleep(0.5)
        yield server
    finally:
        app.terminate()
        app.wait(timeout=30)


def settled(server: str) -> bool:
    """Whether the app is up and its workers have said what they have: till then the CNN lab asks again."""
    try:
        with visiting(server, "cnn") as visit:
            return not re.search(r'"askAgain": ?[0-9]', json.dumps(visit.nodes).replace("\\", ""))
    except OSError:
        return False


def write(folder: Path, root: Path, only: str) -> None:
    """Visit every link and write what it shows."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, served(root, Path(home)) as server:
        lines = LINKS.read_text(encoding="utf-8").splitlines()
        todo = [(link, "") for link in lines if link and link[0] != "#" and only in link]
        for link, button in todo:
            began, (page, _, query) = time.monotonic(), link.partition("?")
            with visiting(server, page, query) as visit:
                if not query and not button and page in PRESSED:
                    todo += [(link, node["label"]) for node in visit.all("button")]
                if button:
                    visit.press(button)
                found = {"link": link, "pressed": button, **visit.shown()}
            text = f"{link} {button}".strip()
            name = f"{re.sub(r'[^a-z0-9.=&-]+', '_', text, flags=re.I)[:80]}-{crc32(text.encode()):08x}.json"
            (folder / name).write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
            trouble = "  ENDS IN AN ERROR" if visit.all("exception") else ""
            print(f"{time.monotonic() - began:5.1f} s  {text}{trouble}", flush=True)


def differences(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """What differs, with its place; of lists of unlike lengths the parts that both have are compared too."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from differences(old.get(key, NOTHING), new.get(key, NOTHING), f"{where}.{key}")
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield f"{where}: {len(old)} parts → {len(new)} parts"
        for index, (one, other) in enumerate(zip(old, new, strict=False)):
            yield from differences(one, other, f"{where}[{index}]")
    elif isinstance(old, bool) != isinstance(new, bool) or (old != new and (old == old or new == new)):
        one, other = str(old), str(new)
        unlike = (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1])
        start = max(0, next(unlike, min(len(one), len(other))) - 20)  # of a long text the part that differs
        yield f"{where}: {one[start : start + 120]!r} → {other[start : start + 120]!r}"


def compare(old: Path, new: Path) -> int:
    """Print what differs between two folders; returns the number of links that do."""
    names = sorted({path.name for folder in (old, new) for path in folder.glob("*.json")})
    numbers = texts = differ = 0
    for name in names:
        paths = (old / name, new / name)
        before, after = (json.loads(path.read_text()) if path.exists() else NOTHING for path in paths)
        if found := list(differences(before, after)):
            differ += 1
            print(f"{name}: {len(found)} differences", *found[:SHOWN], sep="\n  ")
        leaves = list(leaves_of(before))
        numbers += sum(type(leaf) in (int, float) for leaf in leaves)
        texts += sum(isinstance(leaf, str) for leaf in leaves)
    print(f"{differ} of {len(names)} links differ; {numbers:,} numbers and {texts:,} texts compared")
    return differ


def leaves_of(value: Any) -> Iterator[Any]:
    """Everything in it that is not a list or an object."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from leaves_of(part)
    else:
        yield value


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    writing = commands.add_parser("write")
    writing.add_argument("folder", type=Path)
    writing.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1], help="the tree")
    writing.add_argument("--only", default="", help="only links that hold this text, such as 'ridge?'")
    comparing = commands.add_parser("compare")
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    asked = parser.parse_args()
    if asked.command == "compare":
        sys.exit(compare(asked.old, asked.new) > 0)
    write(asked.folder, asked.root, asked.only)


if __name__ == "__main__":
    main()
