import assert from "node:assert/strict";
import { test } from "node:test";

import { kept, thin } from "../../../../lab/chart/js/thin.js";

test("of each stretch the first, the lowest and the highest are kept, in order, and the last of all", () => {
  assert.deepEqual(kept([5, 1, 9, 5, 0, 0, 0, 7, 3, 3], 2), [0, 2, 4, 5, 7, 9]);
});

test("a short line is drawn as it is", () => {
  const y = Array.from({ length: 3000 }, (_, i) => i);
  assert.equal(thin(y, y).y, y);
});

test("a long line keeps its peak of one point and stays short", () => {
  const x = Array.from({ length: 100_000 }, (_, i) => i);
  const y = x.map((i) => Math.sin(i));
  y[51_234] = 40;
  const found = thin(x, y);
  assert.ok(found.x.length <= 3001);
  assert.equal(found.y[found.x.indexOf(51_234)], 40);
  assert.equal(found.x.at(-1), 99_999);
});
