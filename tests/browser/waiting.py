"""Waiting for what a page shows: a chart that is not drawn yet is one that has to be waited for."""

from __future__ import annotations

import itertools

from playwright.sync_api import Locator, Page

LOOK_EVERY = 50  # milliseconds: a look at every frame slows down what is waited for
_numbers = itertools.count()

# Playwright takes the promise of an asynchronous condition for true: the answer is noted for the next look.
LOOK = """arg => {
  const waits = (window.waits ??= {});
  const wait = (waits[NUMBER] ??= { met: false, asking: false });
  if (!wait.asking) {
    wait.asking = true;
    const ask = async () => {
      const condition = (CONDITION);
      return typeof condition === "function" ? condition(arg) : condition;
    };
    ask()
      .then((answer) => { wait.met = Boolean(answer); }, () => {})
      .finally(() => { wait.asking = false; });
  }
  return wait.met;
}"""


def until(page: Page, condition: str, arg: object = None, timeout: float | None = None) -> None:
    """Wait until a JavaScript condition, or a function of `arg`, is true; one that throws is not true yet."""
    look = LOOK.replace("NUMBER", str(next(_numbers))).replace("CONDITION", condition)
    page.wait_for_function(look, arg=arg, timeout=timeout, polling=LOOK_EVERY)


STANDS_STILL = """async (element) => {
  let place, since;
  do {
    const { top, left } = element.getBoundingClientRect();
    if (place !== `${top} ${left}`) [place, since] = [`${top} ${left}`, performance.now()];
    await new Promise(requestAnimationFrame);
  } while (performance.now() - since < 300);
}"""


def press(target: Locator) -> None:
    """Press what stands still: on what moves away between mouse down and mouse up there is no click."""
    target.scroll_into_view_if_needed()
    target.evaluate(STANDS_STILL)
    target.click()
