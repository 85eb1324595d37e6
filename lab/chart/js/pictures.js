// What a lane's network does with the test images: confusion matrix, first-layer filters, images it gets wrong.
// Fetched when the run says that there are newer ones, and only while someone looks.

import { element, fetchedJson, setLetters, tableRow } from "./dom.js";
import { Stream } from "./stream.js";

export function mountPictures({ data, parentElement }) {
  const root = element(parentElement, "lab-pictures");
  const state = (root.lab ??= { lane: 0, version: -1, pictures: [] });
  const choice = element(root, "lab-pictures-lanes");
  const body = element(root, "lab-pictures-body");
  state.lane = Math.min(state.lane, data.lanes.length - 1);

  const draw = () => {
    choice.replaceChildren(...data.lanes.map((lane, index) => laneButton(lane, index, state, draw)));
    const found = state.pictures[data.lanes[state.lane].index];
    body.replaceChildren(...(found ? pictureParts(found) : [data.waiting]));
  };
  const look = async () => {
    const shown = `${data.url} ${stream.generation}`; // of another run, or from before a rewind: not these
    if (state.shown !== shown && stream.generation !== null) {
      Object.assign(state, { shown, version: -1, pictures: [] });
      draw();
    }
    const version = stream.status.pictures ?? 0;
    if (version === state.version || !version || !root.isConnected || root.offsetParent === null) return;
    state.version = version;
    const found = await fetchedJson(data.url);
    if (state.shown !== shown || state.version !== version) return; // in the meantime others were asked for
    if (found) {
      state.pictures = found;
      draw();
    } else state.version = -1; // the next news of the run asks again
  };
  const { stream, leave } = Stream.subscribe(data.stream, look);
  draw();
  look();
  return leave;
}

function laneButton(lane, index, state, draw) {
  const button = document.createElement("button");
  button.type = "button";
  setLetters(button, lane.label);
  button.setAttribute("aria-pressed", index === state.lane);
  button.onclick = () => {
    state.lane = index;
    draw();
  };
  return button;
}

function pictureParts({ step, labels, confusion, filters, mistakes }) {
  return [
    part(`Confusion matrix at step ${step.toLocaleString("en")}`, "Rows: true label. Columns: what the network says.", matrix(confusion, labels)),
    part("First-layer filters", "Dark is negative, light positive; each on its own scale.", pictureRow(filters.map((filter) => image(filter, 34)))),
    part(
      `Images it gets wrong (${mistakes.length} shown)`,
      "True label → the network's.",
      mistakes.length ? pictureRow(mistakes.map(mistake)) : "None of the test images.",
    ),
  ];
}

function part(title, note, content) {
  const made = document.createElement("section");
  made.appendChild(document.createElement("h4")).textContent = title;
  made.appendChild(document.createElement("p")).textContent = note;
  made.append(content);
  return made;
}

function pictureRow(items) {
  const made = document.createElement("div");
  made.className = "lab-pictures-row";
  made.append(...items);
  return made;
}

function matrix(confusion, labels) {
  const table = document.createElement("table");
  table.append(tableRow("th", ["", ...labels]));
  confusion.forEach((counts, truth) => {
    const made = tableRow("td", counts);
    const total = counts.reduce((sum, count) => sum + count, 0) || 1;
    [...made.children].forEach((cell, index) => {
      cell.style.setProperty("--share", counts[index] / total);
      cell.classList.toggle("right", index === truth);
    });
    made.prepend(Object.assign(document.createElement("th"), { textContent: labels[truth] }));
    table.append(made);
  });
  return table;
}

function mistake({ pixels, truth, said }) {
  const figure = document.createElement("figure");
  figure.append(image(pixels, 44));
  figure.appendChild(document.createElement("figcaption")).textContent = `${truth} → ${said}`;
  return figure;
}

// Rows of grey values, or of [r, g, b], all in 0 … 255; a single row is a series, and drawn as a curve.
function image(rows, size) {
  if (rows.length === 1 && rows[0].length > 1) return curve(rows[0], size);
  const canvas = document.createElement("canvas");
  canvas.height = rows.length;
  canvas.width = rows[0].length;
  canvas.style.width = `${size}px`;
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(canvas.width, canvas.height);
  rows.flat().forEach((value, i) => {
    const [r, g, b] = Array.isArray(value) ? value : [value, value, value];
    pixels.data.set([r, g, b, 255], 4 * i);
  });
  context.putImageData(pixels, 0, 0);
  return canvas;
}

const SVG = "http://www.w3.org/2000/svg";

function curve(values, size) {
  const drawing = document.createElementNS(SVG, "svg");
  const points = values.map((value, i) => `${i},${255 - value}`).join(" ");
  const set = (node, attributes) => Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  set(drawing, { viewBox: `0 0 ${values.length - 1} 255`, preserveAspectRatio: "none", width: 2 * size, height: size });
  const line = drawing.appendChild(document.createElementNS(SVG, "polyline"));
  set(line, { points, fill: "none", stroke: "currentColor", "vector-effect": "non-scaling-stroke" });
  return drawing;
}
