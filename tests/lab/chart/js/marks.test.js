import assert from "node:assert/strict";
import { test } from "node:test";

import { marked, settled } from "../../../../lab/chart/js/marks.js";

const change = (step, value, name = "rho", lane = 0) => ({ step, value, name, lane });
const meta = { marks: "epoch", ink: "#123456", letters: { 0: "A" }, fit: ["xaxis"], named: true };
const layout = { height: 300, margin: { t: 40 }, meta, xaxis: { range: [0, 100], type: "linear" }, yaxis: { range: [0, 1] } };
const stream = { next: 3, changes: [], lanes: [{ step: [1, 2, 3], epoch: [0.1, 0.2, 0.3] }] };

test("the stops that a slider passes are one change", () => {
  const kept = settled([change(10, 0.1), change(20, 0.2), change(30, 9, "lambd"), change(70, 0.3)]);
  assert.deepEqual(kept.map(({ step, value }) => [step, value]), [[20, 0.2], [30, 9], [70, 0.3]]);
});

test("a change is a line at its place, with a label in a row of its own", () => {
  const changes = [change(2, 0.05), change(3, 0.5, "gamma_b")];
  const found = marked(layout, { ...stream, changes });
  assert.deepEqual(found.shapes.filter(({ ysizemode }) => !ysizemode).map(({ x0 }) => x0), [0.2, 0.3]);
  assert.deepEqual(found.annotations.map(({ text }) => text.trim()), ["A ρ → 0.05", "A γ<sub>b</sub> → 0.5"]);
  assert.equal(found.height - layout.height, found.margin.t - layout.margin.t);
  assert.notEqual(found.annotations[0].yshift, found.annotations[1].yshift);
});

test("a chart that does not name changes has the lines alone", () => {
  const found = marked({ ...layout, meta: { ...meta, named: undefined } }, { ...stream, changes: [change(2, 1)] });
  assert.equal(found.shapes.length, 1);
  assert.deepEqual([found.annotations, found.height], [[], 300]);
});

test("axes that fit the data do so once there is some", () => {
  assert.deepEqual(marked(layout, { ...stream, next: 0 }).xaxis.range, [0, 100]);
  const found = marked(layout, stream);
  assert.deepEqual(found.xaxis, { type: "linear", autorange: true });
  assert.deepEqual(found.yaxis.range, [0, 1]);
});
