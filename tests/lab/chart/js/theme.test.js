import assert from "node:assert/strict";
import { test } from "node:test";

import { recolor } from "../../../../lab/chart/js/theme.js";

const swap = { "#c2410c": "#ff8f5a" };

test("colours are swapped wherever they are, with their opacity", () => {
  const figure = { line: { color: "#c2410c" }, fills: ["#c2410c80", "#000000"], name: "c" };
  assert.deepEqual(recolor(figure, swap), { line: { color: "#ff8f5a" }, fills: ["#ff8f5a80", "#000000"], name: "c" });
});

test("what only begins like a colour, and numbers, stay", () => {
  const y = new Float32Array([1, 2]);
  const found = recolor({ text: "#c2410c is orange", y, none: null }, swap);
  assert.equal(found.text, "#c2410c is orange");
  assert.equal(found.y, y);
  assert.equal(found.none, null);
});
