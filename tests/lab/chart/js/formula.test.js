import assert from "node:assert/strict";
import { test } from "node:test";

import { given, withNumbers } from "../../../../lab/chart/js/formula.js";

const step = { loss_e: 2, numerator: 1.5, grad_e_norm: 2, gamma_raw: 0.375, gamma_b: 1, gamma: 0.375 };
const text = (changes) => withNumbers((name) => ({ ...step, ...changes })[name]);

test("the step size of a step with its numbers put in", () => {
  assert.equal(text({}), "γ = min{ [ 2 − 0 − 0.5 ]₊ / 4, 1 } = 0.375   (the ratio decided)");
  assert.match(text({ numerator: 2.5 }), /\[ 2 − 0 \+ 0\.5 \]₊/);
});

test("what decided it", () => {
  assert.match(text({ gamma: 0.1, gamma_b: 0.1 }), /the cap decided; the ratio was 0\.375/);
  assert.match(text({ gamma: 0 }), /the safeguard decided/);
  assert.match(text({ gamma_raw: null }), /^skipped/);
});

test("a step size that is no Polyak step is its method's own", () => {
  assert.match(given((name) => step[name]), /^γ = 0\.375; its method sets it, the Polyak ratio would have been 0\.375$/);
});
