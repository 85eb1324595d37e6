import assert from "node:assert/strict";
import { test } from "node:test";

import { duration, summary } from "../../../../lab/chart/js/progress.js";

test("durations", () => {
  assert.deepEqual([0.2, 89, 150].map(duration), ["1 s", "89 s", "2 min 30 s"]);
});

test("a run in a line", () => {
  const status = { state: "running", step: 1000, total: 5000, rate: 40 };
  assert.equal(summary(status, true), "Training · step 1,000 of 5,000 · 40 steps/s · 1 min 40 s left");
  const message = "Waiting for a free worker, 2. in the queue, about 3 s to go";
  assert.equal(summary({ ...status, state: "queued", message, total: 0, wait: 3 }, true), message, "once");
  assert.match(summary({ ...status, state: "stopped" }, true), /^Stopped by you/);
  assert.match(summary({ ...status, state: "stopped" }, false), /^Stopped by its owner/);
  assert.equal(summary({ ...status, state: "finished", message: "Finished: all 5,000 steps" }, true), "Finished: all 5,000 steps");
});
