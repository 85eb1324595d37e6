import assert from "node:assert/strict";
import { test } from "node:test";

import { rememberArrays } from "../../../../lab/chart/js/arrays.js";

// A Plotly whose search looks for lists at the top, and counts how often it is asked.
function counting() {
  const plotly = { asked: 0, PlotSchema: {} };
  plotly.PlotSchema.findArrayAttributes = (trace) => {
    plotly.asked += 1;
    return Object.keys(trace).filter((name) => Array.isArray(trace[name]) || ArrayBuffer.isView(trace[name]));
  };
  return rememberArrays(plotly);
}

test("the same attributes are looked for once, whatever their values", () => {
  const plotly = counting();
  const of = (trace) => plotly.PlotSchema.findArrayAttributes({ type: "scatter", ...trace });
  assert.deepEqual(of({ x: [1], y: new Float32Array(2) }), ["x", "y"]);
  assert.deepEqual(of({ x: [1, 2, 3], y: [4] }), ["x", "y"]);
  assert.equal(plotly.asked, 1);
});

test("another attribute, a part, a row or another type is looked for anew", () => {
  const plotly = counting();
  const of = (trace) => plotly.PlotSchema.findArrayAttributes(trace);
  const different = [
    { type: "scatter", x: [1] },
    { type: "scatter", x: [1], text: ["a"] },
    { type: "scatter", x: [1], marker: { size: [1] } },
    { type: "scatter", x: [1], rows: [{ values: [1] }] },
    { type: "contour", x: [1] },
  ];
  different.forEach(of);
  assert.equal(plotly.asked, different.length);
});

test("who changes an answer does not change the next one; Plotly's own parts do not count", () => {
  const plotly = counting();
  const trace = { type: "scatter", x: [1] };
  plotly.PlotSchema.findArrayAttributes(trace).push("mine");
  assert.deepEqual(plotly.PlotSchema.findArrayAttributes({ ...trace, _own: { list: [1] } }), ["x"]);
});
