import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { applyHidden, hidden, redraws, toggle } from "../../../../lab/chart/js/hidden.js";

const traces = [{ legendgroup: "sam" }, { legendgroup: "usam" }, { legendgroup: "usam", meta: { bound: true }, line: { dash: "dot" } }];
const shown = () => applyHidden(traces).map(({ visible }) => visible !== false);

beforeEach(() => (hidden.clear(), redraws.clear()));

test("a method is hidden with its bounds, and comes back", () => {
  assert.equal(applyHidden(traces), traces);
  assert.equal(toggle("usam"), false);
  assert.deepEqual(shown(), [true, false, false]);
  assert.equal(toggle("usam"), true);
  assert.deepEqual(shown(), [true, true, true]);
});

test("bounds are hidden alone", () => {
  toggle("bound dot");
  assert.deepEqual(shown(), [true, true, false]);
});

test("every chart of the page is drawn again", () => {
  const drawn = [];
  redraws.add(() => drawn.push("one")).add(() => drawn.push("other"));
  toggle("sam");
  assert.deepEqual(drawn, ["one", "other"]);
});
