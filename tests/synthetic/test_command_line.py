"""python -m synthetic: the list, the table of numbers, wrong use."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from synthetic import FIGURES, run_figure
from synthetic.__main__ import main
from synthetic.terminal import write_text


def test_list_names_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in FIGURES)
    assert "AF22, Khanh24, Unified, USAM-PS" in printed


def test_numbers_come_back_in_full(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figure.csv"
    assert main(["figure", "usam_theory_stoch", "--csv", str(file)]) == 0
    assert capsys.readouterr() == ("", "")  # no bar where there is no terminal
    lines = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    assert lines[0] == ["figure", "method", "trial", "iteration", "loss", "relative_gap", "gamma"]
    result, index = run_figure("usam_theory_stoch"), 1
    for track in result.tracks.values():
        for trial in range(5):
            own = lines[index : index + 101]
            assert {(line[0], line[1], line[2]) for line in own} == {
                ("usam_theory_stoch", track.method.name, str(trial))
            }
            assert [int(line[3]) for line in own] == list(track.iterations)
            for column, array in ((4, track.loss), (5, track.relative_gap), (6, track.gamma)):
                np.testing.assert_array_equal([float(line[column]) for line in own], array[trial])
            index += 101
    assert index == len(lines)


def test_edition_and_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figure", "usam_theory_det", "--edition", "described"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 4 * 101
    expected = run_figure("usam_theory_det", "described")["af22"].loss[0, 1]
    assert float(lines[2].split(",")[4]) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["figure", "figure_1"],
            "'usam_theory_det', 'ada_comparison_det', 'usam_theory_stoch', 'ada_comparison_stoch'",
        ),
        (["figure", "usam_theory_det", "--edition", "draft"], "released"),
        (["figure"], "NAME"),
        (["plot"], "list"),
        ([], "list"),
    ],
)
def test_wrong_use_lists_the_right_names_and_exits_with_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err or not arguments


def test_a_dash_is_the_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    command = ["figure", "usam_theory_det", "--edition", "described"]
    assert main([*command, "--csv", "-"]) == 0
    printed = capsys.readouterr().out
    assert main(command) == 0
    assert capsys.readouterr().out == printed
    assert main([*command, "--csv", "a.csv"]) == 0
    assert Path("a.csv").read_text(encoding="utf-8") == printed
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_a_file_that_cannot_be_written_is_named_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("synthetic.__main__.run_figure", lambda *_: pytest.fail("the work was done"))
    target = tmp_path / "missing" / "figure.csv"
    assert main(["figure", "usam_theory_det", "--csv", str(target)]) == 1
    assert capsys.readouterr().err == f"cannot write {target}: No such file or directory\n"


def test_what_stood_in_the_file_stays_until_the_work_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("synthetic.__main__.run_figure", interrupted)
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text("before", encoding="utf-8")
    for target in (old, new):
        with pytest.raises(KeyboardInterrupt):
            main(["figure", "usam_theory_det", "--csv", str(target)])
    assert old.read_text(encoding="utf-8") == "before"
    assert not new.exists()
    write_text(str(old), lambda: "a")
    assert old.read_text(encoding="utf-8") == "a"
    write_text(os.devnull, lambda: "a")


def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "synthetic", "list"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "usam_theory_det" in done.stdout


@pytest.mark.parametrize("arguments", [["list"], ["figure", "usam_theory_det", "--edition", "described"]])
def test_a_reader_who_leaves_early_is_no_error(arguments: list[str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "synthetic", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), errors) == (0, b"")


def test_progress_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert (
        main(["figure", "usam_theory_det", "--edition", "described", "--csv", str(tmp_path / "a.csv")]) == 0
    )
    bars = terminal.getvalue().split("\r")[1:]
    assert [bar.split("]")[1].strip() for bar in bars] == ["25%", "50%", "75%", "100%"]  # four lanes
    assert [bar.count("#") for bar in bars] == [10, 20, 30, 40]
    assert all(bar.count("#") + bar.count(".") == 40 for bar in bars)
    assert terminal.getvalue().endswith("\n")
