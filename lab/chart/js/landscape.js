// Draws Home's two valleys as SVG, and on them where a step looks, what its tangent says and where it ends.

import { node } from "./dom.js";
import { F_STAR, loss, NARROW, RANGE, WIDE } from "./valley.js";

const WIDTH = 760;
const HEIGHT = 372;
const TOP = 3.1; // the highest loss in the picture
const BASE = 322; // of the lower bound

export const at = (x) => 16 + ((x - RANGE[0]) / (RANGE[1] - RANGE[0])) * (WIDTH - 32);
export const up = (y) => BASE - (y / TOP) * (BASE - 16);
const hill = (x) => up(Math.min(loss(x), TOP));

export function drawing(place, alt) {
  const svg = node(place, "svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": alt });
  scene(svg);
  const marks = node(svg, "g", { class: "marks" });
  const dot = node(svg, "circle", { class: "x", r: 9 });
  const layers = {};
  // What is drawn under a name takes the place of what was.
  const layer = (name) => {
    layers[name]?.remove();
    return (layers[name] = node(marks, "g", { class: name }));
  };
  const put = (element, x) => element.setAttribute("transform", `translate(${at(x)} ${hill(x)})`);
  return {
    clear: () => Object.keys(layers).forEach((name) => layers[name].remove()),
    look: ({ x, e }) => {
      put(dot, x);
      const group = layer("look");
      const side = e > x ? 1 : -1;
      arrow(group, at(x), hill(x), at(e), hill(e));
      node(group, "circle", { cx: at(e), cy: hill(e), r: 7 });
      words(group, at(e) + 12 * side, hill(e) - 12, "e", side > 0 ? "start" : "end", "letter");
      words(group, at(x) - 14 * side, hill(x) + 4, "x", side > 0 ? "end" : "start", "letter ink");
    },
    tangent: ({ e, g, next, gamma }) => {
      const group = layer("tangent");
      if (gamma === 0) return;
      node(group, "line", { x1: at(e), y1: hill(e), x2: at(next), y2: up(F_STAR) });
      node(group, "circle", { cx: at(next), cy: up(F_STAR), r: 5 });
      const middle = (e + next) / 2;
      words(group, at(middle) - 10, up(loss(e) + g * (middle - e)) + 14, "tangent at e", "end");
      landing(layer("polyak"), next, `Polyak: γ = ${gamma.toFixed(2)}`);
    },
    land: (x, moved) => {
      const group = layer("yours");
      if (moved) landing(group, clipped(x), "your step");
    },
    move: (x) => put(dot, x),
    other: (x) => {
      const group = layer("other");
      node(group, "circle", { cx: at(x), cy: hill(x), r: 8 });
      words(group, at(x), BASE + 46, "without the look, ρ = 0", "middle");
    },
  };
}

// The valleys, the lower bound, and what is what.
function scene(svg) {
  const points = Array.from({ length: 400 }, (_, i) => RANGE[0] + (i / 399) * (RANGE[1] - RANGE[0]));
  node(svg, "line", { class: "bound", x1: 8, x2: WIDTH - 8, y1: up(F_STAR), y2: up(F_STAR) });
  const inside = points.filter((x) => loss(x) <= TOP);
  node(svg, "polyline", { class: "hill", points: inside.map((x) => `${at(x)},${hill(x)}`).join(" ") });
  words(svg, at(NARROW.c), BASE + 26, "narrow valley", "middle");
  words(svg, at(WIDE.c), BASE + 26, "wide valley", "middle");
  words(svg, WIDTH - 10, BASE - 8, "lower bound ℓ*", "end");
}

function landing(group, x, text) {
  node(group, "line", { x1: at(x), x2: at(x), y1: 40, y2: hill(x), class: "fall" });
  node(group, "circle", { cx: at(x), cy: hill(x), r: 8, class: "end" });
  words(group, at(x), 32, text, "middle");
}

const clipped = (x) => Math.max(RANGE[0], Math.min(RANGE[1], x));

function arrow(group, x1, y1, x2, y2) {
  const turn = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
  const length = Math.hypot(x2 - x1, y2 - y1) - 9;
  const inner = node(group, "g", { transform: `translate(${x1} ${y1}) rotate(${turn})` });
  node(inner, "line", { class: "climb", x1: 0, x2: length, y1: 0, y2: 0 });
  node(inner, "path", { class: "head", d: `M${length} 0 l-10 -5 v10 z` });
}

function words(parent, x, y, text, anchor, name = "") {
  node(parent, "text", { x, y, "text-anchor": anchor, class: name }).textContent = text;
}
