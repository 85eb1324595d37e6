import assert from "node:assert/strict";
import { test } from "node:test";

import { heightFor, scaled } from "../../../../lab/chart/js/type.js";

test("what is measured in pixels is scaled, numbers that are drawn are not", () => {
  const trace = { x: [1, 2], y: [3, 4], line: { width: 2, dash: "dot" }, marker: { size: 6 }, meta: { width: 5 } };
  assert.deepEqual(scaled(trace, 1.5), { x: [1, 2], y: [3, 4], line: { width: 3, dash: "dot" }, marker: { size: 9 }, meta: { width: 5 } });
  const layout = {
    margin: { l: 60, t: 40 },
    xaxis: { range: [0, 100], tickfont: { size: 10 }, nticks: 5 },
    template: { layout: { font: { size: 12, family: "serif" } } },
    annotations: [{ x: 3, y: 4, text: "now", yshift: 15, font: { size: 12 } }],
  };
  assert.deepEqual(scaled(layout, 2), {
    margin: { l: 120, t: 80 },
    xaxis: { range: [0, 100], tickfont: { size: 20 }, nticks: 5 },
    template: { layout: { font: { size: 24, family: "serif" } } },
    annotations: [{ x: 3, y: 4, text: "now", yshift: 30, font: { size: 24 } }],
  });
});

test("in the usual type nothing is touched", () => {
  const layout = { margin: { l: 60 } };
  assert.equal(scaled(layout, 1), layout);
  assert.equal(heightFor(330, 1, 500), 330);
});

test("a chart in large type fits the window, and is never smaller than its figure says", () => {
  assert.equal(heightFor(330, 1.6, 1080), 528);
  assert.equal(heightFor(500, 1.6, 1000), 720);
  assert.equal(heightFor(330, 1.6, 400), 330);
});
