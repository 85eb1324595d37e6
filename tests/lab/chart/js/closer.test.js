import assert from "node:assert/strict";
import { test } from "node:test";

import { closer } from "../../../../lab/chart/js/closer.js";
import { lowerRow } from "../../../../lab/chart/js/rows.js";

const lanes = [{ step: [1, 5, 9, 13], y: ["a", "b", "c", "d"] }];
const detail = { generation: 2, first: 5, last: 9, lanes: [{ step: [5, 7, 9], y: ["b", "between", "c"] }] };

test("the stretch that was fetched takes the place of what the stream had of it", () => {
  const [{ step, y }] = closer(lanes, detail, 2);
  assert.deepEqual(step, [1, 5, 7, 9, 13]);
  assert.deepEqual(y, ["a", "b", "between", "c", "d"]);
});

test("a stretch of a history that was cut since is not used", () => {
  assert.equal(closer(lanes, detail, 3), lanes);
  assert.equal(closer(lanes, null, 2), lanes);
});

test("rows are found in a column that grows", () => {
  assert.deepEqual([0, 1, 2, 5, 14].map((value) => lowerRow(lanes[0].step, value)), [0, 0, 1, 1, 4]);
});
