import assert from "node:assert/strict";
import test from "node:test";

import { F_STAR, loss, NARROW, RANGE, RHO, slope, START, step, walk, WIDE } from "../../../../lab/chart/js/valley.js";

const near = (actual, expected, by) => assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected} ± ${by}`);

test("the slope is the derivative of the loss", () => {
  for (let x = RANGE[0]; x <= RANGE[1]; x += 0.05) near(slope(x), (loss(x + 1e-6) - loss(x - 1e-6)) / 2e-6, 1e-5);
});

test("both valleys reach the lower bound, and one is forty times as sharp", () => {
  near(loss(NARROW.c), F_STAR, 1e-9);
  near(loss(WIDE.c), F_STAR, 1e-9);
  const curvature = (x) => (slope(x + 1e-4) - slope(x - 1e-4)) / 2e-4;
  near(curvature(NARROW.c) / curvature(WIDE.c), 40, 0.01);
});

test("a step by hand: far from the ridge the loss is one parabola", () => {
  // At x = 3 in (x − 1.5)²/2: e = 3.5, f = 2, f′ = 2, N = 2 − 2 · 0.5 = 1, γ = 1/4, x⁺ = 3 − 2/4.
  const one = step(3, 0.5);
  for (const [name, value] of Object.entries({ e: 3.5, g: 2, numerator: 1, gamma: 0.25, next: 2.5 })) near(one[name], value, 1e-9);
});

test("the tangent at e reaches the lower bound where the step ends", () => {
  const { e, g, next } = step(START, RHO);
  near(loss(e) + g * (next - e), F_STAR, 1e-12);
});

test("with the look it leaves the narrow valley, and stands still about ρ from the bottom of the wide one", () => {
  const last = walk(START, RHO).at(-1);
  near(Math.abs(last.next - WIDE.c), RHO, 0.02);
});

test("without the look it goes to the bottom of the narrow valley", () => {
  near(walk(START, 0).at(-1).next, NARROW.c, 0.02);
});

test("where N is negative it stands still", () => {
  const { numerator, gamma, next } = step(1.4, RHO);
  assert.ok(numerator < 0);
  assert.deepEqual([gamma, next], [0, 1.4]);
});
