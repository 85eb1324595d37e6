// A small picture of lines in the unit square, without axes.

import { DARK } from "./constants.js";
import { element, node } from "./dom.js";

const WIDTH = 240;
const HEIGHT = 84;
const MARGIN = 6;

export function mountThumbnail({ data, parentElement }) {
  const root = element(parentElement, "lab-thumbnail");
  root.replaceChildren();
  const svg = node(root, "svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": data.alt });
  for (const { x, y, color, dash } of data.lines) {
    const points = x.map((across, i) => `${placed(across, WIDTH)},${placed(1 - y[i], HEIGHT)}`).join(" ");
    const line = node(svg, "polyline", { points, style: `stroke: light-dark(${color}, ${DARK[color]})` });
    if (dash) line.setAttribute("stroke-dasharray", "5 4");
  }
  return () => {};
}

const placed = (share, length) => (MARGIN + share * (length - 2 * MARGIN)).toFixed(1);
