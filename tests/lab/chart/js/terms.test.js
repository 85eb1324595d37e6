import assert from "node:assert/strict";
import { test } from "node:test";

import { plain, said } from "../../../../lab/chart/js/terms.js";

const words = { ratio: "The ratio decided.", over: "Over after {t}.", left: "Left at {t}.", diverged: "Diverged at {t}.", broken: "Broken." };
const lane = {
  steps: 2,
  adaptive: true,
  decided: ["ratio", "ratio"],
  numbers: { distance_sq: [4, 3], after: [3, 2], cross: [1, 1], N: [1, 2], gamma: [0.5, 0.25] },
  left_at: null,
  diverged_at: null,
};

test("signs and exponents are set as in a book", () => {
  assert.equal(plain(-2), "−2");
  assert.equal(plain(1.5e-7), "1.50·10⁻⁷");
  assert.equal(plain(-1e6), "−1.00·10⁶");
});

test("what decided, what became of the distance, and where the guarantee broke", () => {
  assert.deepEqual(said(lane, 0, words), [words.ratio, "‖x − x*‖² goes from 4 to 3."]);
  assert.deepEqual(said(lane, 1, words), [words.ratio, "‖x − x*‖² goes from 3 to 2.", words.broken]);
});

test("what came to an end is said, with its step counted from 1", () => {
  assert.equal(said(lane, 2, words).at(-1), "Over after 2.");
  assert.ok(said({ ...lane, left_at: 1 }, 1, words).includes("Left at 2."));
  const both = said({ ...lane, left_at: 0, diverged_at: 1 }, 1, words);
  assert.ok(both.includes("Diverged at 2.") && !both.join().includes("Left"));
});
