import assert from "node:assert/strict";
import { test } from "node:test";

import { axesAt, fillStep } from "../../../../lab/chart/js/steps.js";

const lane = {
  steps: 2,
  points: { x: [[0, 1], [0, 1]], e: [[2, 1], [0, 1]], next: [[1, 1], [1, 1]] },
  numbers: { gamma: [0.5, 0], after: [3, 2], N: [1, 1], distance_sq: [4, 4], norm_sq: [2, 2] },
};
const frames = { lanes: [lane], gamma_b: 9, axes: { gamma: [[0, 0], [4, 4]], distance: [[0, 0], [5, 6]] } };
const filled = (meta, t) => fillStep({ name: "a", meta }, frames, t);
const points = ({ x, y }) => x.map((value, i) => [value, y[i]]);

test("a line goes through its points at that step, and is not drawn where they are one", () => {
  const meta = { lane: 0, points: ["x", "e"] };
  assert.deepEqual(points(filled(meta, 0)), [[0, 0], [2, 0]]);
  assert.deepEqual(points(filled(meta, 1)), [[null, null], [null, null]]);
});

test("after its last step a method stays where it is", () => {
  const meta = { lane: 0, points: ["next"] };
  assert.deepEqual(filled(meta, 7).x, filled(meta, 1).x);
});

test("a mark is not drawn at the point named by unless", () => {
  const meta = { lane: 0, points: ["e"], unless: "x" };
  assert.deepEqual(filled(meta, 0).x, [2]);
  assert.deepEqual(filled(meta, 1).x, [null]);
});

test("a trail grows", () => {
  assert.deepEqual([0, 1].map((t) => filled({ lane: 0, trail: "x" }, t).x), [[0], [0, 1]]);
});

test("points over the γ axis are named by their numbers, the axes' ends among them", () => {
  const meta = { lane: 0, over: [["gamma", "after"], ["right", "top"], ["gamma_b", "bottom"]] };
  assert.deepEqual(points(filled(meta, 1)), [[0, 2], [4, 6], [9, 0]]);
  assert.deepEqual(axesAt(frames, 0), { gamma: [0, 4], distance: [0, 5] });
});

test("the parabola is ‖x − x*‖² − 2γN + γ²‖∇f(e)‖² over the whole axis", () => {
  const { x, y } = filled({ lane: 0, curve: "N" }, 0);
  assert.deepEqual([x[0], x.at(-1), y[0], y.at(-1)], [0, 4, 4, 4 - 8 + 32]);
});

test("a label stands on the far side of its point, or across", () => {
  const meta = { lane: 0, points: ["e"], away: ["e", "x"] };
  assert.equal(filled(meta, 0).textposition, "middle right");
  assert.equal(filled({ ...meta, across: true }, 0).textposition, "bottom center");
  assert.equal(filled(meta, 1).textposition, "top right", "where there is no direction");
});

test("a trace that does not move stays as it is", () => {
  const still = { name: "x*", x: [1] };
  assert.equal(fillStep(still, frames, 0), still);
  assert.equal(fillStep({ ...still, meta: { bound: true } }, frames, 0).x, still.x);
});
