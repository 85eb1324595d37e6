"""Folds whose content is sent only while they are open."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def unfold(app: AppTest, *keys: str) -> AppTest:
    """Open folds, as by clicks on them; the name of a group's fold is ``page.:group``."""
    for key in keys:
        app.session_state[key] = True
    return app.run()
