// The numbers behind a chart, unfolded on request: a table of what is drawn, and all of it as a CSV file.

import { element, tableRow } from "./dom.js";
import { number } from "./numbers.js";

const SHOWN_ROWS = 200;

export function dataFold(parent, root) {
  const fold = element(parent, "lab-data", "details");
  if (!fold.firstChild) {
    fold.innerHTML = "<summary>Data</summary><p></p><div><table></table></div>";
    const save = document.createElement("button");
    save.type = "button";
    save.textContent = "Download CSV";
    save.onclick = () => download(csvText(dataRows(root)), `${fold.dataset.name}.csv`);
    fold.querySelector("p").append(document.createElement("span"), save);
    fold.addEventListener("toggle", () => fillFold(fold, root));
  }
  fold.dataset.name = (root.getAttribute("aria-label") ?? "data").split(/[:,.]/)[0].trim().slice(0, 40);
  return fold;
}

export function fillFold(fold, root) {
  if (!fold.open || !(root.table ?? root.data)) return;
  const { header, rows } = dataRows(root);
  const shown = rows.slice(0, SHOWN_ROWS);
  const cut = rows.length > shown.length ? `The first ${shown.length} of ${rows.length} rows. ` : `${rows.length} rows. `;
  fold.querySelector("span").textContent = cut;
  fold
    .querySelector("table")
    .replaceChildren(tableRow("th", header), ...shown.map((cells) => tableRow("td", cells.map((cell) => number(cell, 6)))));
}

// One row for each x, one column for each trace that a reader can tell by its name; a heat map gives x, y, z.
export function dataRows(root) {
  if (root.table) return root.table;
  const drawn = root._fullData ?? [];
  const { xaxis, yaxis } = root._fullLayout;
  const title = (axis, fallback) => plain(axis?.title?.text || fallback);
  const map = drawn.find((trace) => trace.type === "heatmap" || trace.type === "contour");
  if (map) {
    const rows = [...map.z].flatMap((row, j) => [...row].map((z, i) => [map.x[i], map.y[j], z]));
    return { header: [title(xaxis, "x"), title(yaxis, "y"), map.colorbar?.title?.text || "value"], rows };
  }
  const traces = drawn.filter((trace) => trace.x?.length && trace.hoverinfo !== "skip");
  const rows = new Map();
  traces.forEach((trace, column) => {
    for (let i = 0; i < trace.x.length; i++) {
      if (!rows.has(trace.x[i])) rows.set(trace.x[i], new Array(traces.length).fill(null));
      rows.get(trace.x[i])[column] = trace.y[i];
    }
  });
  const sorted = [...rows].sort(([a], [b]) => (a > b) - (a < b)).map(([x, cells]) => [x, ...cells]);
  return { header: [title(xaxis, "x"), ...traces.map((trace) => plain(trace.name ?? "y"))], rows: sorted };
}

// Letters as they are written where nothing can be set low.
const plain = (text) => text.replaceAll("<sub>", "_").replaceAll("</sub>", "");

export function csvText({ header, rows }) {
  const cell = (value) => {
    if (value === null || value === undefined || Number.isNaN(value)) return "";
    const text = harmless(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [header, ...rows].map((cells) => cells.map(cell).join(",")).join("\n") + "\n";
}

// A text, such as a name that somebody gave, is none that a spreadsheet computes.
const harmless = (value) =>
  typeof value === "string" && /^[=+@\t\r-]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : String(value);

function download(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
