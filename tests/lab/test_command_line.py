"""python -m lab figure: one file with everything in it; wrong use."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lab.__main__ import main, page
from lab.ridge.published import PublishedResult, compute_published
from synthetic import FIGURES


class Loads(HTMLParser):
    """What a page asks its browser to fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_file_holds_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figure.html"
    assert main(["figure", "usam_theory_stoch", "--html", str(file)]) == 0
    assert capsys.readouterr() == ("", "")  # no bar where there is no terminal
    text = file.read_text(encoding="utf-8")
    loads = Loads()
    loads.feed(text)
    assert loads.fetched == []
    assert len(text) > 1_000_000  # plotly.js
    assert "<title>USAM steps from theory, stochastic (released edition)</title>" in text
    assert "As released: A has independent standard normal entries" in text
    assert "RandomState(3107)" in text
    for method in FIGURES["usam_theory_stoch"].methods(FIGURES["usam_theory_stoch"].problem()[0]):
        assert f"<td>{method.name}</td>" in text


def test_the_edition_is_chosen(tmp_path: Path) -> None:
    file = tmp_path / "figure.html"
    assert main(["figure", "usam_theory_det", "--edition", "described", "--html", str(file)]) == 0
    text = file.read_text(encoding="utf-8")
    assert "(described edition)" in text
    assert "every step sees the true full batch" in text


def test_words_are_escaped() -> None:
    result = compute_published("usam_theory_det", "described")
    tracks = dict(result.measured.tracks)
    tracks["af22"] = replace(tracks["af22"], method=replace(tracks["af22"].method, name="<b>AF22</b>"))
    hostile = PublishedResult(result.recipe, result.edition, replace(result.measured, tracks=tracks))
    text = page(hostile)
    assert "<td>&lt;b&gt;AF22&lt;/b&gt;</td>" in text
    assert not re.search(r"<td><b>", text)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["figure", "figure_1", "--html", "a.html"],
            "'usam_theory_det', 'ada_comparison_det', 'usam_theory_stoch', 'ada_comparison_stoch'",
        ),
        (["figure", "usam_theory_det", "--edition", "draft", "--html", "a.html"], "'released', 'described'"),
        (["figure", "usam_theory_det"], "--html"),
        (["figure"], "NAME"),
        ([], "command"),
    ],
)
def test_wrong_use_lists_the_right_names_and_exits_with_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_named_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("lab.__main__.compute_published", lambda *_: pytest.fail("the work was done"))
    target = tmp_path / "missing" / "figure.html"
    assert main(["figure", "usam_theory_det", "--edition", "described", "--html", str(target)]) == 1
    assert capsys.readouterr().err == f"cannot write {target}: No such file or directory\n"


def test_a_dash_is_the_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["figure", "usam_theory_det", "--edition", "described", "--html", "-"]) == 0
    assert capsys.readouterr().out.startswith("<!doctype html>")
    assert list(tmp_path.iterdir()) == []


def test_it_runs_as_a_module_without_streamlit_or_torch(tmp_path: Path) -> None:
    code = (
        "import sys, runpy\n"
        f"sys.argv = ['lab', 'figure', 'usam_theory_det', '--html', {str(tmp_path / 'a.html')!r}]\n"
        "try:\n    runpy.run_module('lab', run_name='__main__')\n"
        "except SystemExit as stop:\n    assert stop.code == 0\n"
        "sys.exit('torch' in sys.modules or 'streamlit' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert (tmp_path / "a.html").stat().st_size > 1_000_000
