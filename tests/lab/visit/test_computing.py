"""Where a computation gives no result the page says why, offers it again, and its address is right."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from lab.pool.refusal import BusyError, FailedError, NotComputedError, SupersededError, TooLongError
from lab.visit import computing


def page() -> None:
    import streamlit as st

    from lab.visit.computing import computing

    error = st.session_state["error"]
    with computing("Measuring", lambda: st.session_state.update(written=True)):
        if error:
            raise error
    st.markdown("the result")


def shown(error: NotComputedError | None, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(computing, "OWN_SECONDS", 0.05)
    app = AppTest.from_function(page)
    app.session_state["error"] = error
    return app.run()


@pytest.mark.parametrize("kind", [BusyError, SupersededError, TooLongError, FailedError, NotComputedError])
def test_a_refusal_is_said_and_the_address_written(
    kind: type[NotComputedError], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = shown(kind("Why not."), monkeypatch)
    calm, alarm = [one.value for one in app.info], [one.value for one in app.warning]
    assert (calm, alarm) == (
        (["Why not."], []) if kind in (BusyError, SupersededError) else ([], ["Why not."])
    )
    assert [one.label for one in app.button] == ["Compute it now"]
    assert not [one for one in app.markdown if one.value == "the result"]
    assert app.session_state["written"]
    app.session_state["error"] = None
    app.button[0].click().run()
    assert [one.value for one in app.markdown] == ["the result"]
    assert not app.info
    assert not app.warning


def test_a_result_is_shown_and_the_rest_of_the_page_writes_the_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = shown(None, monkeypatch)
    assert [one.value for one in app.markdown] == ["the result"]
    assert "written" not in app.session_state
