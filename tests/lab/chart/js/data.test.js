import assert from "node:assert/strict";
import { test } from "node:test";

import { csvText, dataRows } from "../../../../lab/chart/js/data.js";

const axes = { xaxis: { title: { text: "t" } }, yaxis: {} };

test("one row for each x, one column for each named trace; a hole where a trace has no value", () => {
  const _fullData = [
    { name: "A<sub>b</sub>", x: [1, 3], y: [10, 30] },
    { name: "B", x: [2, 3], y: [200, 300] },
    { name: "band", x: [1], y: [0], hoverinfo: "skip" },
  ];
  const found = dataRows({ _fullData, _fullLayout: axes });
  assert.deepEqual(found, { header: ["t", "A_b", "B"], rows: [[1, 10, null], [2, null, 200], [3, 30, 300]] });
});

test("a map gives x, y and its value", () => {
  const map = { type: "heatmap", x: [1, 2], y: [5], z: [[0.1, 0.2]] };
  assert.deepEqual(dataRows({ _fullData: [map], _fullLayout: axes }), {
    header: ["t", "y", "value"],
    rows: [[1, 5, 0.1], [2, 5, 0.2]],
  });
});

test("a name that a spreadsheet would compute is made a text, a number stays one", () => {
  const header = ["=1+1", "+A1", "-cmd", "@SUM(A1)", "a=b"];
  assert.equal(csvText({ header, rows: [[-1, "-2.5", "=3", null, "x"]] }), "'=1+1,'+A1,'-cmd,'@SUM(A1),a=b\n-1,-2.5,'=3,,x\n");
});

test("text with commas, quotes or line ends is quoted, holes are empty", () => {
  const text = csvText({ header: ["a", 'say "b"'], rows: [[1, null], ["x, y", NaN], ["u\nv", 2]] });
  assert.equal(text, 'a,"say ""b"""\n1,\n"x, y",\n"u\nv",2\n');
});
