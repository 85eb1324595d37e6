import assert from "node:assert/strict";
import { test } from "node:test";

import { MARKERS } from "../../../../lab/chart/js/symbols.js";

test("markers are polygons about their middle", () => {
  for (const [name, corners] of Object.entries(MARKERS)) {
    assert.ok(corners.length >= 3, name);
    for (const [x, y] of corners) assert.ok(Math.hypot(x, y) <= 1.5, name);
  }
  const [[x, y]] = MARKERS.diamond;
  assert.ok(Math.abs(x) < 1e-12 && Math.abs(y + 1) < 1e-12, "the first corner is up");
});
