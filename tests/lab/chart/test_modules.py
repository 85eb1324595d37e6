"""The component's modules: what they import is there, what they do without a browser, how they are served."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from lab.chart import component
from lab.web import chart_files as served
from tests.lab.chart.node import ROOT, node

CLIENT = TestClient(Starlette(routes=[Route(f"/{served.CHART_URL}/{{name}}", served.chart_file)]))
MODULES = sorted(name for name in served.FILES if name.endswith(".js"))
TESTS = sorted(path.name for path in (ROOT / "tests/lab/chart/js").glob("*.test.js"))
assert TESTS
IMPORT = re.compile(r'^import .*?"(.*?)";$', re.MULTILINE)


@pytest.mark.parametrize("name", TESTS)
def test_without_a_browser(modules: Path, name: str) -> None:
    """The tests of one module, written in JavaScript."""
    node("--test", f"tests/lab/chart/js/{name}", cwd=modules)


def test_every_module_finds_what_it_imports(modules: Path) -> None:
    """The entry is not loaded, since it asks the page for the others."""
    for name in MODULES:
        assert all(path.removeprefix("./") in served.FILES for path in IMPORT.findall(served.FILES[name])), (
            name
        )
    alone = [name for name in MODULES if name != "component.js"]
    node(
        "--input-type=module",
        "--eval",
        "".join(f'import "./lab/chart/js/{name}";' for name in alone),
        cwd=modules,
    )


def test_the_entry_asks_for_every_other_module() -> None:
    listed = re.search(r"^export const MODULES = (.*);$", served.FILES["constants.js"], re.MULTILINE)
    assert listed
    assert sorted([*json.loads(listed[1]), "component.js", "constants.js"]) == MODULES
    assert f"{served.CHART_URL}/component.js" in component.LOADER


def test_editors_are_told_of_every_constant() -> None:
    declared = (ROOT / "lab/chart/js/constants.d.ts").read_text(encoding="utf-8")
    texts = (declared, served.FILES["constants.js"])
    found, written = (sorted(re.findall(r"^export const (\w+)", text, re.MULTILINE)) for text in texts)
    assert found == written


@pytest.mark.parametrize(
    ("name", "kind"), [("main.js", "javascript"), ("constants.js", "javascript"), ("chart.css", "css")]
)
def test_a_browser_may_keep_a_file_for_good(name: str, kind: str) -> None:
    answer = CLIENT.get(f"/{served.CHART_URL}/{name}")
    assert answer.text == served.FILES[name]
    assert answer.headers["content-type"].startswith(f"text/{kind}")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["constants.d.ts", "other.js", "..%2Fmodules.py"])
def test_nothing_else_is_served(name: str) -> None:
    assert CLIENT.get(f"/{served.CHART_URL}/{name}").status_code == 404


def test_another_text_has_another_address() -> None:
    files = dict(served.FILES)
    assert served.address_of(files) == served.CHART_URL
    assert served.address_of(files | {"thin.js": files["thin.js"] + "\n"}) != served.CHART_URL
