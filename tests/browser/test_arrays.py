"""What charts remember of Plotly's search for arrays is what Plotly finds."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# A second Plotly, as it comes, and what both say of every trace on the page: [remembered, found, type].
COMPARED = """async () => {
  const script = [...document.scripts].find(script => script.src.includes('plotly-'));
  const module = { exports: {} };
  new Function('module', 'exports', await (await fetch(script.src)).text())(module, module.exports);
  const as_it_comes = module.exports.PlotSchema.findArrayAttributes;
  const charts = [...document.querySelectorAll('.js-plotly-plot')];
  return charts.flatMap(chart => chart._fullData).map(trace => [
    window.Plotly.PlotSchema.findArrayAttributes(trace).join(), as_it_comes(trace).join(), trace.type,
  ]);
}"""
# Attributes that hold arrays at one time and none at another, in the trace itself, in its parts, in rows.
CHANGED = """() => {
  const { findArrayAttributes } = window.Plotly.PlotSchema;
  const { _module } = document.querySelector('.js-plotly-plot')._fullData[0]; // a scatter
  const of = (parts) => findArrayAttributes({ type: 'scatter', _module, ...parts }).join();
  const [x, y] = [[1, 2], new Float32Array([3, 4])];
  return [of({ x, y }), of({ x, y, text: ['a', 'b'] }), of({ x, y, marker: { size: [5, 6] } }), of({ x, y })];
}"""


@pytest.mark.parametrize(
    ("path", "kinds"), [("ridge", {"scatter"}), ("theory", {"scatter"}), ("step?v=1", {"scatter", "contour"})]
)
def test_what_is_remembered_is_what_plotly_finds(
    page: Page, app_url: str, path: str, kinds: set[str]
) -> None:
    page.goto(f"{app_url}/{path}")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    page.wait_for_load_state("networkidle")
    compared = page.evaluate(COMPARED)
    assert {kind for *_, kind in compared} == kinds
    assert [remembered for remembered, *_ in compared] == [found for _, found, _ in compared]


def test_what_is_remembered_follows_the_trace(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/ridge")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    assert page.evaluate(CHANGED) == ["x,y", "x,y,text", "x,y,marker.size", "x,y"]
