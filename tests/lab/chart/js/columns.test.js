import assert from "node:assert/strict";
import { test } from "node:test";

import { fill } from "../../../../lab/chart/js/columns.js";

const lane = (gamma, step = [1, 2, 3]) => ({ step, gamma });
const trace = (meta) => ({ name: "γ", meta: { x: "step", y: "gamma", stat: "mean", ...meta } });

test("a trace gets its lane's column, without the steps at which nothing was measured", () => {
  const found = fill(trace({ lanes: [1] }), [lane([0, 0, 0]), lane([4, null, 6])]);
  assert.deepEqual([found.x, found.y, found.total], [[1, 3], [4, 6], 2]);
  assert.equal(found.name, "γ");
});

test("what no lane has yet stays as it is", () => {
  const empty = trace({ lanes: [0] });
  assert.equal(fill(empty, []), empty);
  assert.equal(fill({ name: "x*" }, [lane([1, 2, 3])]).x, undefined);
});

test("seeds are joined step by step, as far as all of them have come", () => {
  const lanes = [lane([1, 2, 3]), lane([3, 6], [1, 2])];
  const y = (stat) => fill(trace({ lanes: [0, 1], stat }), lanes).y;
  assert.deepEqual([y("mean"), y("min"), y("max")], [[2, 4], [1, 2], [3, 6]]);
});

test("a seed whose step was left out gives its next one", () => {
  const lanes = [lane([1, 2, 3]), lane([10, 30], [1, 3])];
  assert.deepEqual(fill(trace({ lanes: [0, 1], stat: "max" }), lanes).y, [10, 30, 30]);
});

test("smoothing has no bias at its start and follows in the end", () => {
  const y = fill(trace({ lanes: [0], smooth: 0.5 }), [lane([8, 8, 2])]).y;
  assert.deepEqual(y.slice(0, 2), [8, 8]);
  assert.ok(Math.abs(y[2] - (8 * 0.125 + 8 * 0.25 + 2 * 0.5) / 0.875) < 1e-12);
});

test("of a column's zeros only their places are drawn, at one height", () => {
  const found = fill(trace({ lanes: [0], zeros: -1 }), [lane([0, 3, 0])]);
  assert.deepEqual([found.x, found.y], [[1, 3], [-1, -1]]);
});
