import assert from "node:assert/strict";
import { test } from "node:test";

import { fileName, htmlPage, paper } from "../../../../lab/chart/js/paper.js";

const layout = { title: { text: "Step size γ<sub>t</sub>" }, height: 330, showlegend: false, margin: { b: 44 }, xaxis: { type: "linear" }, yaxis: { type: "log" }, annotations: [{ text: "1/L" }] };
const figure = {
  data: [
    { type: "scatter", name: "A", x: [1], y: [2] },
    { type: "scatter", name: "A, range", x: [1], y: [2], hoverinfo: "skip" },
    { type: "scatter", name: "hidden", x: [1], y: [2], visible: false },
    { type: "scatter", name: "later", x: [1], y: [2] },
  ],
  layout,
};
const VALUES = [["v", "1"], ["seed", "7"], ["note", "<b>&"]];

test("the legend names what is shown, and nothing else", () => {
  const drawn = { _fullData: [{ visible: true }, { visible: true }, { visible: false }, { visible: "legendonly" }], _fullLayout: {} };
  const { data, layout: made } = paper(figure, drawn, VALUES);
  assert.deepEqual(data.map((trace) => [trace.name, trace.showlegend]), [["A", true], ["A, range", false]]);
  assert.equal(made.showlegend, true);
  assert.equal(made.paper_bgcolor, "#ffffff");
});

test("a zoom by hand holds, and the figure itself is not changed", () => {
  const before = structuredClone(figure);
  const drawn = { _fullLayout: { xaxis: { range: [2, 5] } } };
  const { layout: made } = paper(figure, drawn, VALUES);
  assert.deepEqual(made.xaxis, { type: "linear", autorange: false, range: [2, 5] });
  assert.deepEqual(made.yaxis, { type: "log" });
  assert.deepEqual(figure, before);
});

test("the values stand below, inert, in lines that fit; the marks of the figure stay", () => {
  const many = Array.from({ length: 60 }, (_, i) => [`key${i}`, "0.123"]);
  const { layout: made } = paper(figure, null, [...VALUES, ...many]);
  const [mark, small] = made.annotations;
  assert.equal(mark.text, "1/L");
  assert.ok(small.text.startsWith("v=1  seed=7  note=&lt;b&gt;&amp;  key0=0.123"));
  const lines = small.text.split("<br>");
  assert.ok(lines.length > 3 && lines.every((line) => line.length <= 180));
  assert.ok(made.margin.b > 44 + 11 * lines.length);
});

test("a map keeps its scale at the right; its lines are named below", () => {
  const map = { data: [{ type: "heatmap", name: "map", z: [[1]] }, figure.data[0]], layout };
  const made = paper(map, null, []);
  assert.deepEqual(made.data.map((trace) => trace.showlegend), [false, true]);
  assert.equal(made.layout.legend.orientation, "h");
  const plot = made.layout.height - made.layout.margin.t - made.layout.margin.b;
  assert.ok(Math.abs(made.layout.legend.y * plot + 50) < 1e-9, "below the axis, above the small type");
});

test("a file's name says page, figure and run or seed, in letters that every system takes", () => {
  assert.equal(fileName("Step size γ<sub>t</sub>", "ridge", VALUES), "ridge_step-size-t_seed7");
  assert.equal(fileName("Test accuracy", "cnn", [["seed", "0"], ["run", "abc-DEF_123"]]), "cnn_test-accuracy_abc-DEF_123");
  assert.equal(fileName("γ", "", [["run", "../../x"]]), "x");
  assert.equal(fileName("", "", []), "figure");
});

test("a page of its own holds Plotly.js and cannot be left by a text", () => {
  const hostile = { data: [{ name: "</script><script>alert(1)</script>", y: new Float64Array([1, NaN]) }], layout: {} };
  const page = htmlPage(hostile, "<b>A</b> & </title>", 'const x = "</script>";');
  assert.equal(page.match(/<\/script>/g).length, 2);
  assert.ok(!page.includes("<script>alert"));
  assert.ok(page.includes("<title>A &amp; </title>"));
  assert.ok(page.includes('"y":[1,null]'));
});
