import assert from "node:assert/strict";
import { test } from "node:test";

import { decider, standsSince, told } from "../../../../lab/chart/js/standing.js";

// A lane that moves in its first 10 steps and then meets `end` for `count` more.
function lane(end, count) {
  const usual = { loss_x: 1, loss_e: 1.1, gamma: 0.5, gamma_raw: 0.5, gamma_b: 1, numerator: 0.2 };
  const rows = [...Array(10).fill(usual), ...Array(count).fill({ ...usual, ...end })];
  const columns = Object.fromEntries(Object.keys(usual).map((name) => [name, rows.map((row) => row[name])]));
  return { ...columns, step: rows.map((_, index) => index + 1) };
}

const WAYS = {
  clamped: [{ gamma: 0, gamma_raw: -2, numerator: -0.1 }, true, /N < 0, so γ = 0\. ρ is too large/],
  zero: [{ gamma: 0, gamma_b: 0 }, true, /the cap γ_b is 0/],
  skipped: [{ gamma: 0, loss_e: null, gamma_raw: null, numerator: null }, true, /not finite, and every step is skipped/],
  diverged: [{ loss_x: null, loss_e: null, gamma_raw: null }, false, /not a finite number any more/],
};

for (const [why, [end, adaptive, words]] of Object.entries(WAYS)) {
  test(`a lane that stands still says since when and why: ${why}`, () => {
    assert.equal(decider(lane(end, 50), adaptive), why);
    assert.equal(standsSince(lane(end, 49)), null);
    assert.equal(told(lane(end, 49), adaptive).warning, false);
    assert.equal(standsSince(lane(end, 50)), 11);
    const found = told(lane(end, 50), adaptive);
    assert.equal(found.warning, true);
    assert.match(found.text, /^Has not moved since step 11: /);
    assert.match(found.text, words);
  });
}

test("a lane that never moved stands since step 1", () => {
  const columns = lane({}, 0);
  for (const name of ["gamma"]) columns[name] = columns[name].map(() => 0);
  assert.equal(standsSince({ ...columns, step: columns.step.map((step) => 5 * step) }), 1);
});

test("what decides is said of a lane that moves", () => {
  assert.equal(told(lane({}, 1), true).text, "γ = 0.5: the Polyak ratio decides");
  assert.equal(told(lane({ gamma: 1, gamma_raw: 4 }, 1), true).text, "γ = 1: the cap γ_b decides");
  assert.equal(told(lane({ gamma: 0.1 }, 1), false).text, "γ = 0.1: as its method sets it");
  assert.equal(told({}, true), null);
});
