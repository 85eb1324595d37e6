"""The state of a screen, as a page that is run sees it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.folds import unfold


def page() -> None:
    """A page with one control."""
    import streamlit as st

    from lab.params import CnnConfig
    from lab.ui.screen import Screen

    if st.session_state.get("empty"):  # as the browser leaves it
        st.session_state["cnn.seed"] = None
    screen = Screen(CnnConfig)
    screen.notices()
    if not st.session_state.get("hide"):
        screen.control("device", remarks={"cuda:1": ": T4"})
        screen.control("seed")
    st.text(screen.config.device)
    st.text(screen.config.seed)
    screen.write_link()


def groups() -> None:
    """A page with a group that is closed at first."""
    import streamlit as st

    from lab.params import CnnConfig
    from lab.ui.screen import Screen

    screen = Screen(CnnConfig)
    with screen.group("Run", "run") as is_open:
        screen.control("seed")
    st.text(is_open)
    st.text(screen.config.seed)
    screen.entry()
    screen.write_link()


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(page)
    app.query_params.update(query)
    return app.run()


def values(app: AppTest) -> list[str]:
    return [text.value for text in app.text]


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("cuda:1", "cuda:1"),
        ("CPU", "cpu"),
        ("CUDA GPU 1: A100", "cuda:1"),
        ("no such", "mps"),
    ],
)
def test_a_browser_may_answer_with_an_older_label(answer: str, meant: str) -> None:
    """A choice's remark can change while its old label is on screen."""
    app = opened(v="1", device="mps")
    box = app.selectbox(key="cnn.device")
    box.options.append(answer)  # what the browser still shows
    box.set_value(answer).run()
    assert not app.exception
    assert values(app)[0] == meant
    assert app.selectbox(key="cnn.device").value == meant
    assert app.query_params["device"] == meant


def test_a_value_goes_from_the_link_to_the_widget_and_from_the_widget_to_the_link() -> None:
    app = opened(v="1", seed="5")
    assert app.number_input(key="cnn.seed").value == 5
    app.number_input(key="cnn.seed").set_value(77).run()
    assert values(app)[1] == "77"
    assert app.query_params["seed"] == "77"
    assert app.query_params["device"] == "cpu", "values equal to the default stand in the link too"


def test_a_widget_that_was_hidden_comes_back_with_its_value() -> None:
    app = opened(v="1", seed="5")
    app.session_state["hide"] = True
    assert values(app.run())[1] == "5"
    app.session_state["hide"] = False
    app.run()
    assert app.number_input(key="cnn.seed").value == 5


def test_a_number_field_that_was_emptied_leaves_its_value_in_force() -> None:
    app = opened(v="1", seed="5")
    app.session_state["empty"] = True
    assert not app.run().exception
    assert values(app)[1] == "5"


def test_what_a_link_got_wrong_is_said_once() -> None:
    app = opened(v="1", seed="-1")
    assert "seed" in app.warning[0].value
    assert not app.run().warning


def test_a_notice_stays_until_the_visitor_does_something() -> None:
    app = opened(v="1", seed="x")
    assert "seed" in app.warning[0].value
    for _ in range(2):
        app.session_state["unasked"] = True  # the page's own wish
        assert "seed" in app.run().warning[0].value
    assert not app.run().warning


def test_a_notice_told_again_is_shown_again() -> None:
    app = opened(v="1", seed="x")
    said = app.warning[0].value
    app.session_state["screen"] = None  # arrives with the same link once more
    app.query_params["seed"] = "x"
    assert app.run().warning[0].value == said
    assert not app.run().warning


def test_the_controls_of_a_closed_group_are_not_sent_and_keep_their_values() -> None:
    app = AppTest.from_function(groups)
    app.query_params.update({"v": "1", "seed": "5"})
    app.run()
    assert not app.number_input
    assert values(app) == ["False", "5"]
    unfold(app, "cnn.:run")
    assert app.number_input(key="cnn.seed").value == 5
    app.number_input(key="cnn.seed").set_value(6).run()
    app.session_state["cnn.:run"] = False
    assert values(app.run()) == ["False", "6"]
    assert app.query_params["seed"] == "6"
    assert unfold(app, "cnn.:run").number_input(key="cnn.seed").value == 6


def test_an_exact_entry_sets_a_control_of_a_closed_group() -> None:
    app = unfold(AppTest.from_function(groups), "cnn.:exact")
    app.text_input(key="cnn.:entry").input("seed = 8").run()
    assert values(app) == ["False", "8"]
    assert unfold(app, "cnn.:run").number_input(key="cnn.seed").value == 8
