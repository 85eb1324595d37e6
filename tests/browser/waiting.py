"""Waiting for what a page shows: a chart that is not drawn yet is one that has to be waited for."""

from __future__ import annotations

from playwright.sync_api import Page


def until(page: Page, condition: str, arg: object = None, timeout: float | None = None) -> None:
    """Wait until a JavaScript condition, or a function of `arg`, is true; one that throws is not true yet."""
    page.wait_for_function(
        f"""async arg => {{
          try {{
            const condition = ({condition});
            return typeof condition === 'function' ? await condition(arg) : condition;
          }} catch {{
            return false;
          }}
        }}""",
        arg=arg,
        timeout=timeout,
    )
