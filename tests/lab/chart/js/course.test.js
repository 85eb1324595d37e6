import assert from "node:assert/strict";
import { test } from "node:test";

import { after, kept, state } from "../../../../lab/chart/js/course.js";

const LESSONS = ["uphill", "fixed", "cap"];
const NOTHING = { done: [], begun: [], last: null };

test("a lesson is begun when it is seen, and done when its question is answered", () => {
  const seen = after(NOTHING, ["fixed", "run"], false);
  assert.equal(state(seen, "fixed"), "begun");
  const solved = after(seen, ["fixed", "question"], true);
  assert.equal(state(solved, "fixed"), "done");
  assert.equal(state(solved, "cap"), "new");
  assert.deepEqual(after(solved, ["fixed", "question"], true), solved, "counted once");
  assert.deepEqual(solved.last, ["fixed", "question"]);
});

test("what was written is read again", () => {
  const progress = after(after(NOTHING, ["uphill", "run"], true), ["cap", "explain"], false);
  assert.deepEqual(kept(JSON.stringify(progress), LESSONS), progress);
});

for (const text of [null, "", "{", "7", "null", "[]", '"x"', '{"done": 3, "last": "cap"}', '{"done": ["<b>"], "last": ["<b>", 1]}'])
  test(`what is not ours counts as nothing: ${text}`, () => assert.deepEqual(kept(text, LESSONS), NOTHING));
