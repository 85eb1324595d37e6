"""Letters are spelled in one way, and Markdown eats no star of theirs: every page, chart and document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

import runs
from lab.cnn import chart_words as of_runs_said
from lab.cnn import figures as of_runs
from lab.cnn import words as of_cnn
from lab.cnn.presets import PRESETS, ends
from lab.one_step import figures as of_steps
from lab.one_step.compute import compute as take_steps
from lab.one_step.tries import TRIES
from lab.params import CONFIGS, CnnConfig, TheoryConfig
from lab.params.guarantees import GUARANTEES
from lab.params.lessons import LESSONS, STEPS
from lab.ridge import charts
from lab.ridge.map import compute_map
from lab.ridge.map_figure import map_figure
from lab.theory import figures as of_theory
from lab.theory.compute import compute as check
from lab.ui.symbols import html, markdown
from neural.methods import METHODS
from tests.lab.cnn.engine import found
from tests.lab.letters import eaten, otherwise, unset
from tests.lab.ridge.ridge import config

AROUND = (of_runs_said.gamma, of_runs_said.accuracy, of_runs_said.loss, of_runs_said.decided)
AROUND += (of_runs_said.norms, of_runs_said.sam_gap)
WAYS = ((1, 0.0), (6, 0.0), (6, 0.9))
ROOT = Path(__file__).resolve().parents[2]
NOISY = {"m": "5", "interpolated": "0", "trials": "3", "f_star": "0", "gamma_b": "0.5", "iterations": "100"}
SCREENS: list[tuple[str, dict[str, str]]] = [
    ("home", {}),
    *(("one_step", {key: str(value) for key, value in one.config.values().items()}) for one in TRIES),
    ("ridge", {}),
    ("ridge", {"methods": "usam_ps.mix.long_ps.sps_max.af22.khanh24.unified", **NOISY}),
    ("ridge", {"rho": "3", "bounds": "published", "problem": "logistic", "iterations": "50"}),
    *(
        ("ridge", {"figure": "usam_theory_stoch", "edition": edition})
        for edition in ("released", "described")
    ),
    *(("theory", {"guarantee": key, "problems": "2", "trials": "5"}) for key in GUARANTEES),
    ("theory", {"rho_L": "1.5", "problems": "2"}),
    ("theory", {"guarantee": "T3.5", "gamma_b_L": "inf", "problems": "2", "trials": "5", "lambd": "0.5"}),
    ("cnn", {"lanes": "6"}),
    ("landscape", {"what": "ridge"}),
    ("landscape", {"what": "plane", "function": "ripples", "b": "none"}),
    *(("lessons", {"lesson": key, "step": step, "notes": "1"}) for key in LESSONS for step in STEPS),
]


@pytest.fixture(scope="module", autouse=True)
def _no_workers_left() -> Iterator[None]:
    yield
    runs.shutdown()


def opened(page: str, query: dict[str, str]) -> AppTest:
    """A page with every fold unfolded."""
    app = AppTest.from_file(ROOT / ("app.py" if page == "home" else f"pages/{page}.py"), default_timeout=120)
    for key, value in {"v": "1", **query}.items() if query else ():
        app.query_params[key] = value
    app.run()
    rows = CONFIGS[page].rows() if page in CONFIGS else {}
    kept = {*rows, *(one.key.removeprefix(f"{page}.") for one in app.button if one.key)}
    for key, value in app.session_state.items():
        if value is False and key.removeprefix(f"{page}.") not in kept:
            app.session_state[key] = True
    return app.run()


def texts(app: AppTest) -> Iterator[str]:
    """Everything on a page that goes through Markdown."""
    kinds = ("markdown", "caption", "info", "title", "header", "subheader")
    yield from (one.value for kind in kinds for one in getattr(app, kind))
    widgets = ("slider", "select_slider", "number_input", "selectbox", "multiselect", "toggle", "button")
    for one in chain(*(getattr(app, kind) for kind in widgets)):
        yield from filter(None, (one.label, one.help if hasattr(one, "help") else one.proto.help))
    yield from (one.label for one in (*app.expander, *app.tabs))


@pytest.mark.parametrize(("page", "query"), SCREENS, ids=[page for page, _ in SCREENS])
def test_markdown_eats_no_star_and_every_letter_is_set(page: str, query: dict[str, str]) -> None:
    app = opened(page, query)
    assert not app.exception
    said = list(texts(app))
    assert len(said) > 10
    assert {text: lost for text in said if (lost := eaten(text))} == {}
    assert {text: plain for text in said if (plain := unset(text))} == {}
    assert {text: other for text in said if (other := otherwise(text))} == {}


def figures() -> Iterator[go.Figure]:
    noisy: dict[str, Any] = {
        "m": 5,
        "f_star": "0",
        "gamma_b": 0.5,
        "iterations": 100,
        "methods": ("usam_ps", "sps_max"),
    }
    for changes in ({}, noisy):
        yield from (drawn.figure() for drawn in charts.build(config(**changes)).values())
    yield map_figure(compute_map(config(map_size=4, map_T=100)))
    for one in TRIES:
        result = take_steps(one.config)
        yield from (of_steps.picture(result), of_steps.parabola(result))
    for guarantee in ("T3.1", "T3.5", "rate"):
        checked = check(TheoryConfig(guarantee=guarantee, problems=2, trials=5))
        yield from (draw(checked) for draw in (*of_theory.LIVE.values(), of_theory.fired, of_theory.smallest))
    lanes = found(CnnConfig.from_values({"lanes": 6, "smooth": 0.5, "seeds": 2}))
    draws = (
        of_runs.gamma,
        of_runs.loss,
        of_runs.accuracy,
        of_runs.decided,
        of_runs.grad_norms,
        of_runs.sam_gap,
    )
    yield from (draw(lanes) for draw in draws)


def test_charts_set_every_subscript_low() -> None:
    shown = set()
    for figure in figures():
        layout = figure.layout
        shown |= {trace.name or "" for trace in figure.data} | {
            note.text for note in layout.annotations or ()
        }
        shown |= {layout.title.text, layout.xaxis.title.text, layout.yaxis.title.text}
    assert len(shown) > 60
    assert not {text for text in shown if text and "_" in text}
    assert {"γ<sub>b</sub>", "Step size γ<sub>t</sub>", "SPS<sub>max</sub>, c = 1"} <= shown


def test_what_stands_around_live_charts_is_set() -> None:
    words = [
        around(found(CnnConfig(lanes=count, smooth=smooth))) for around in AROUND for count, smooth in WAYS
    ]
    said = [markdown(text) for one in words for text in (one.notice, one.question, one.answer)]
    said += [
        of_cnn.INTRO,
        of_cnn.FORMULA,
        of_cnn.MORE,
        of_cnn.PICTURES,
        *(method.note for method in METHODS.values()),
    ]
    said += [of_cnn.preset(one, ends()[one.name]) for one in PRESETS]
    for text in said:
        assert (eaten(text), unset(text), otherwise(text)) == ([], [], [])


def test_choices_have_no_letter_with_a_subscript() -> None:
    """A select box sets nothing."""
    for kind in CONFIGS.values():
        for row in kind.rows().values():
            for label in (row.choices or {}).values():
                assert not re.search(r"[γρℓfL]\*?_", label), label


DOCUMENTS = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_spell_letters_as_the_sources_do(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert eaten(text) == []
    assert not re.findall(r"γb|γ\^b|γ_\{|ℓ\^|ℓ_S|l\*|Lmax|SPSmax|fS\(|\bf_star\b(?=[^`]*? of the loss)", text)


@pytest.mark.parametrize("path", sorted((ROOT / "lab/chart/js").glob("*.js")), ids=lambda path: path.name)
def test_the_browsers_modules_spell_letters_plainly_or_set(path: Path) -> None:
    code = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
    assert not re.findall(r"γb|γᵇ|ℓ\^|ℓ_S|Lmax|SPSmax", code)


def test_plain_letters_are_set_once() -> None:
    assert markdown("γ_b is 0, as ℓ*_S − f_S(x*)") == r"$\gamma_b$ is 0, as $\ell^*_S$ − $f_S$($x^*$)"
    assert markdown(r"$\gamma_b$, `f_star`, L_max") == r"$\gamma_b$, `f_star`, $L_{\max}$"
    assert markdown("$$\nf_S(e)\n$$ f_S") == "$$\nf_S(e)\n$$ $f_S$"
    assert html("SPS_max, cap γ_b, ℓ*_S") == "SPS<sub>max</sub>, cap γ<sub>b</sub>, ℓ*<sub>S</sub>"
    assert html("γ<sub>b</sub> of usam") == "γ<sub>b</sub> of usam"


def test_the_star_of_a_letter_is_seen_to_be_eaten() -> None:
    """As the browser shows it: the text between the stars in italics, the stars gone."""
    assert eaten("E[f_S(x*) − ℓ*_S]: how far below what x* attains") == ["_S]: how far below what x"]
    assert eaten("x*a and y*b") == ["a and y"]
    assert eaten("| f_S(e) − ℓ*_S | x* |") == []
    assert eaten("**x** and *y*, f* and x*; $x^*$ and ℓ\\*_S") == []
