"""Scripts: what is taken of a source, what values may stand in it, both kinds of file."""

from __future__ import annotations

import ast
import json
import math
import subprocess
import sys
from collections import defaultdict

import pytest

from lab.cnn.script import script as cnn_script
from lab.export import code
from lab.export.code import Script, definitions, literal
from lab.params import CnnConfig, RidgeConfig
from lab.ridge.script import script as ridge_script
from neural.config import LaneConfig, TrainConfig

TRAINING = TrainConfig(tuple(map(LaneConfig, ("sam_sps", "adam", "dog"))), network="resnet8", label_noise=0.1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (math.inf, "np.inf"),
        (True, "True"),
        (3, "3"),
        ((1,), "(1,)"),
        ((1, 2.5), "(1, 2.5)"),
        ({2: {"rho": 0.3}}, '{2: {"rho": 0.3}}'),
        ("A · γ", '"A · γ"'),
        ('"); import os; ("', r'"\"); import os; (\""'),
        ("\\\n", '"\\\\\\n"'),
    ],
)
def test_a_value_is_written_as_python_reads_it(value: object, text: str) -> None:
    assert literal(value) == text
    if "inf" not in text:
        assert ast.literal_eval(text) == value


@pytest.mark.parametrize("value", [math.nan, -math.inf, object(), [1], {1.5}, b"x", (object(),)])
def test_no_other_value_stands_in_a_script(value: object) -> None:
    with pytest.raises(TypeError, match="a value of a script must be"):
        literal(value)


def test_what_is_used_is_taken_and_nothing_else() -> None:
    text = definitions("ridge", ["lightsam_1"])
    tree = ast.parse(text)
    assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] == ["dot", "lightsam_1"]
    assert text.startswith("import numpy as np\n")
    assert "csv" not in text


def test_what_is_ours_stands_there_as_its_source() -> None:
    text = definitions("cnn", ["generated", "mnist1d"])
    assert "neural" not in text
    assert "from scipy.ndimage import gaussian_filter1d" in text
    assert "_CORRELATED, _WIDTH = 0.25, 2.0" in text
    assert "Parameters\n" not in text, "of a docstring the first paragraph is enough"


def test_every_file_of_the_sources_is_a_part() -> None:
    found = {path.relative_to(code.SOURCES).as_posix() for path in code.SOURCES.glob("*/*.py")}
    named = {f"{source}/{part}.py" for source, parts in code.PARTS.items() for part in (*parts, "__init__")}
    assert found == named


def test_no_name_means_two_things() -> None:
    for source, parts in code.PARTS.items():
        meant = defaultdict(set)
        for part in parts:
            for piece in code._pieces(code.SOURCES / source / f"{part}.py"):
                for name in piece.gives:
                    meant[name].add(piece.text)
        assert {name: texts for name, texts in meant.items() if len(texts) > 1} == {}


@pytest.fixture(scope="module", params=["ridge", "cnn"])
def made(request: pytest.FixtureRequest) -> Script:
    if request.param == "ridge":
        return ridge_script(RidgeConfig(m=10, problem="logistic", reg=0.1))
    return cnn_script(TRAINING, (), CnnConfig(), None)


def test_a_script_has_no_fault_that_a_linter_sees(made: Script) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--ignore", "I001,N,E402", "-"]
    done = subprocess.run(command, input=made.as_python(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_script_says_what_it_is(made: Script) -> None:
    head = ast.get_docstring(ast.parse(made.as_python())) or ""
    for word in ("bit", "Needs: ", "numpy 2", "The screen: ", "?v=1&"):
        assert word in head


def test_a_notebook_has_the_same_code(made: Script) -> None:
    notebook = json.loads(made.as_notebook())
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    kinds = [cell["cell_type"] for cell in notebook["cells"]]
    assert kinds == ["markdown", "code", "code"]
    assert len({cell["id"] for cell in notebook["cells"]}) == 3
    for cell in notebook["cells"][1:]:
        ast.parse(cell["source"])
        assert cell["source"] in made.as_python()
        assert cell["outputs"] == []
    assert "sys.argv" not in json.dumps(notebook), "a notebook has arguments of its own"
