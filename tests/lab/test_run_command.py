"""python -m lab run: what a link shows, as files; links that cannot be followed are refused by name."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from pyarrow import parquet

from lab.__main__ import main
from lab.cnn.taken import FIGURES as CNN_FIGURES
from lab.landscape import taken as landscape
from lab.one_step.compute import compute as compute_step
from lab.params import OneStepConfig, RidgeConfig, RobustnessConfig
from lab.ridge.compute import compute
from lab.robustness import taken as robustness
from lab.robustness.shipped import shipped
from lab.robustness.sweep import sweep_of
from lab.run_command import PAGES, followed
from neural.config import LaneConfig, TrainConfig
from neural.sweep_table import run_rows
from neural.train import TrainingLoop

RIDGE = "ridge?v=1&methods=usam_ps.sgd&iterations=20&n=10&d=5&seed=4"
ROOT = Path(__file__).resolve().parents[2]
NAME = "ridge_usam_ps-sgd_n10_d5_T20_seed4"
ENDINGS = ["csv", "html", "ipynb", "json", "parquet", "py"]


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_figures_numbers_and_code_of_a_link(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", f"https://lab.example/app/{RIDGE}", "--out", str(tmp_path), "--no-pictures"]) == 0
    assert written(tmp_path) == [f"{NAME}.{ending}" for ending in ENDINGS]
    said = capsys.readouterr()
    assert sorted(said.out.split()) == [str(tmp_path / name) for name in written(tmp_path)]
    assert said.err == ""
    config = RidgeConfig(methods=("usam_ps", "sgd"), iterations=20, n=10, d=5, seed=4)
    table = parquet.read_table(tmp_path / f"{NAME}.parquet").to_pydict()
    assert table["loss"] == [value for one in compute(config).tracks.values() for value in one.loss[0]]
    page = (tmp_path / f"{NAME}.html").read_text(encoding="utf-8")
    assert page.count("Plotly.newPlot(") == 5
    assert "iterations=20" in page
    compile((tmp_path / f"{NAME}.py").read_text(encoding="utf-8"), "script", "exec")


def test_the_numbers_are_those_of_the_script_beside_them_with_as_many_threads_as_there_are(
    tmp_path: Path,
) -> None:
    """On matrices large enough for linear algebra to take several threads, whose sums have another order."""
    link = "ridge?v=1&n=300&d=300&iterations=10&methods=usam_ps.sam_ps"
    threads = {name: text for name, text in os.environ.items() if not name.endswith("_NUM_THREADS")}
    command = [sys.executable, "-m", "lab", "run", link, "--out", str(tmp_path), "--no-pictures"]
    subprocess.run(command, cwd=ROOT, env=threads, check=True, capture_output=True)
    (code,), (numbers,) = tmp_path.glob("*.py"), tmp_path.glob("*.parquet")
    subprocess.run([sys.executable, str(code), "script.csv"], cwd=tmp_path, env=threads, check=True)
    with (tmp_path / "script.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table = parquet.read_table(numbers).to_pydict()
    assert [float(row["relative_gap"]) for row in rows] == table["relative_gap"]


def test_a_taken_file_is_a_link_too(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert main(["run", RIDGE, "--out", str(first), "--no-pictures"]) == 0
    for ending in ("json", "csv"):
        assert main(["run", str(first / f"{NAME}.{ending}"), "--out", str(second), "--no-pictures"]) == 0
        for name in (f"{NAME}.parquet", f"{NAME}.py"):
            assert (first / name).read_bytes() == (second / name).read_bytes()


def test_a_run_of_the_cnn_lab_is_trained_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    link = "cnn?v=1&epochs=1&batch_size=512&lanes=1&a_rho=0.2&seeds=2&smooth=0.5&run=abcdefgh1234"
    assert main(["run", link, "--out", str(tmp_path), "--no-pictures"]) == 0
    assert "The run abcdefgh1234 of the link is not looked for" in capsys.readouterr().err
    name = "cnn_digits_small_cnn_sam_sps_seed0"
    assert written(tmp_path) == [f"{name}.{ending}" for ending in ENDINGS]
    columns = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))["columns"]
    lane = TrainConfig((LaneConfig("sam_sps", rho=0.2),), epochs=1, batch_size=512)
    expected = [float(f"{point.loss_e:.6g}") for point in TrainingLoop(lane).run()]
    assert columns["loss_e"][: len(expected)] == expected
    page = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
    assert page.count("Plotly.newPlot(") == len(CNN_FIGURES)


def test_the_live_check_of_the_theory(tmp_path: Path) -> None:
    assert main(["run", "theory?problems=2&iterations=10", "--out", str(tmp_path), "--no-pictures"]) == 0
    assert written(tmp_path) == ["theory_T3.1_seed0.html"]


def test_a_sweep_that_ships_with_the_app(tmp_path: Path) -> None:
    assert main(["run", "robustness?v=1", "--out", str(tmp_path), "--no-pictures"]) == 0
    names = written(tmp_path)
    assert [name.rpartition(".")[2] for name in names] == ["csv", "html", "json", "parquet"]
    assert all(name.startswith("sweep-") for name in names)
    (page,), (numbers,) = tmp_path.glob("*.html"), tmp_path.glob("*.parquet")
    assert page.read_text(encoding="utf-8").count("Plotly.newPlot(") == 4
    table = parquet.read_table(numbers).to_pydict()
    sweep = sweep_of(RobustnessConfig())
    rows = run_rows(sweep, shipped()[sweep])
    assert table["test_accuracy"] == [row["test_accuracy"] for row in rows]
    assert len(table["seed"]) == 306


def test_one_step(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    link = "https://lab.example/step?v=1&second=sgd&steps=7"
    assert main(["run", link, "--out", str(first), "--no-pictures"]) == 0
    assert written(first) == [f"step_quadratic.{ending}" for ending in ("csv", "html", "json", "parquet")]
    page = (first / "step_quadratic.html").read_text(encoding="utf-8")
    assert page.count("Plotly.newPlot(") == 2
    columns = parquet.read_table(first / "step_quadratic.parquet").to_pydict()
    assert columns["step"] == [*range(7), *range(7)]
    way = compute_step(OneStepConfig(second="sgd", steps=7)).ways[0]
    assert columns["gamma"][:7] == way.gamma.tolist()
    assert columns["x_next_1"][:6] == columns["x_1"][1:7], "a step begins where the last one ended"
    assert main(["run", str(first / "step_quadratic.json"), "--out", str(second), "--no-pictures"]) == 0
    assert (first / "step_quadratic.parquet").read_bytes() == (second / "step_quadratic.parquet").read_bytes()


def test_the_landscape_of_what_is_known_exactly(tmp_path: Path) -> None:
    link = "landscape?v=1&what=plane&b=none"
    assert main(["run", link, "--out", str(tmp_path), "--no-pictures"]) == 0
    assert written(tmp_path) == [f"landscape_plane.{ending}" for ending in ("csv", "html", "json", "parquet")]
    page = (tmp_path / "landscape_plane.html").read_text(encoding="utf-8")
    assert page.count("Plotly.newPlot(") == 5
    columns = parquet.read_table(tmp_path / "landscape_plane.parquet").to_pydict()
    assert columns["step"] == sorted(set(columns["step"]))
    assert columns["loss"][-1] < columns["loss"][0]


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("nope?v=1", "the page must be one of ridge, cnn, theory, step, robustness, landscape, got 'nope'"),
        ("", "the page must be one of ridge, cnn, theory, step, robustness, landscape, got ''"),
        (
            "javascript:alert(1)",
            "the page must be one of ridge, cnn, theory, step, robustness, landscape, got 'alert(1)'",
        ),
        ("ridge?kappa=-1", "kappa = '-1' is not allowed: a number from 1 to 1e+06."),
        ("ridge?kappa=nan", "kappa = 'nan' is not allowed: a number from 1 to 1e+06."),
        ("ridge?kappa=", "kappa = '' is not allowed: a number from 1 to 1e+06."),
        ("ridge?zzz=1", "There is no parameter 'zzz' on this page."),
        ("ridge?methods=.", "methods must name at least one method, got none"),
        (
            "ridge?problem=own",
            "The data of this link are not here, or not any more: bring the same file again.",
        ),
        ("ridge?v=9", "the link is of version '9'; this app reads version 1"),
        ("cnn?run=../../x", "run = '../../x' is not the name of a run; it is ignored."),
        ("robustness?v=1&weight_decay=0.01", robustness.NOT_SHIPPED),
        ("landscape?v=1&what=run&run=abcdefgh1234", landscape.OF_A_RUN),
        ("nowhere.json", "cannot read nowhere.json: No such file or directory"),
    ],
)
def test_a_bad_link_is_refused(
    link: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", link, "--out", "made"]) == 2
    assert capsys.readouterr() == ("", f"{told}\n")
    assert not Path("made").exists()


def test_a_hostile_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "taken.json"
    file.write_bytes(b"\x80\x04\x95pickle")
    assert main(["run", str(file), "--out", str(tmp_path / "made")]) == 2
    assert "This is not a file to open here" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "made").write_text("a file")
    assert main(["run", RIDGE, "--out", str(tmp_path / "made"), "--no-pictures"]) == 1
    assert "cannot write" in capsys.readouterr().err


def test_values_that_a_link_leaves_out_are_the_defaults() -> None:
    page, config, run = followed("http://localhost:8501/ridge?view=stage")
    assert (page, config, run) == (PAGES["ridge"], RidgeConfig(), None)


@pytest.mark.browser
def test_pictures_are_drawn_where_a_browser_is(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lab", "run", RIDGE, "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert len(written(tmp_path)) == len(ENDINGS) + 15
    text = ElementTree.parse(tmp_path / f"{NAME}_held.svg").getroot()
    words = {"".join(one.itertext()) for one in text.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Distance under its bounds", "USAM-PS", "Gradient descent"} <= words
    assert Image.open(tmp_path / f"{NAME}_held.png").width == 2000
    assert (tmp_path / f"{NAME}_held.pdf").read_bytes().startswith(b"%PDF")
