// Marks where a hyperparameter was changed while the run went on: an upright line at the first step that used the new
// value; in the chart that names them (`meta.named`) with a label above the plot, each in a row of its own.

import { number } from "./numbers.js";
import { rowAt } from "./rows.js";

const MARKS_NAMED = 5; // the newest ones are named; all have a line
const SAME_MOVE = 40; // steps: the stops that a slider passes on its way are one change
const MARK_ROW = 19; // pixels

const SYMBOLS = { rho: "ρ", lambd: "λ", gamma_b: "γ<sub>b</sub>", lr: "γ", weight_decay: "weight decay", momentum: "momentum" };

export function marked(figure, stream) {
  const layout = fitted(figure, stream);
  const column = layout.meta?.marks;
  if (!column || !stream.changes?.length) return layout;
  const moves = settled(stream.changes)
    .map((change) => ({ ...change, x: placeOf(change, stream.lanes[change.lane], column) }))
    .filter((change) => change.x !== undefined);
  const named = layout.meta.named ? moves.slice(-MARKS_NAMED) : [];
  const newest = stream.lanes[0]?.[column]?.at(-1) ?? 0;
  const line = { color: layout.meta.ink, width: 1, dash: "dot" };
  const upright = ({ x }) => ({ type: "line", x0: x, x1: x, yref: "paper", y0: 0, y1: 1, line });
  const room = MARK_ROW * named.length;
  return {
    ...layout,
    height: (layout.height ?? 370) + room,
    margin: { ...layout.margin, t: (layout.margin?.t ?? 40) + room },
    shapes: [...(layout.shapes ?? []), ...moves.map(upright), ...named.map((change, row) => stem(change.x, row, line))],
    annotations: [...(layout.annotations ?? []), ...named.map((change, row) => label(change, row, newest, layout.meta))],
  };
}

// An empty chart has the ranges of its figure; once there is something to draw, the axes that `meta.fit` names fit it.
function fitted(layout, stream) {
  if (!stream.next || !layout.meta?.fit) return layout;
  const fit = ({ range, ...axis }) => ({ ...axis, autorange: true });
  return { ...layout, ...Object.fromEntries(layout.meta.fit.map((axis) => [axis, fit(layout[axis])])) };
}

function placeOf(change, columns, column) {
  return columns?.step ? columns[column][rowAt(columns, change.step)] : undefined;
}

// From the plot up to the label.
function stem(x, row, line) {
  return { type: "line", x0: x, x1: x, yref: "paper", ysizemode: "pixel", yanchor: 1, y0: 0, y1: MARK_ROW * (row + 1), line };
}

function label({ x, lane, name, value }, row, newest, meta) {
  return {
    x,
    yref: "paper",
    y: 1,
    yshift: MARK_ROW * row + 1,
    yanchor: "bottom",
    xanchor: x > newest / 2 ? "right" : "left", // towards the side that has room
    text: ` ${meta.letters[lane] ?? ""} ${SYMBOLS[name] ?? name} → ${number(value, 3)} `,
    font: { size: 11, color: meta.ink },
    showarrow: false,
  };
}

export function settled(changes) {
  const kept = [];
  for (const change of changes) {
    const last = kept.findLast((one) => one.lane === change.lane && one.name === change.name);
    if (last && change.step - last.step < SAME_MOVE) Object.assign(last, change);
    else kept.push({ ...change });
  }
  return kept;
}
