// From the columns of a stream to the points of a trace. A trace's `meta` says which columns of which lanes it draws
// (`lanes`, `x`, `y`), whether only its zeros (`zeros`: at which height), how they are joined (`stat`: over the seeds of one method) and smoothed (`smooth`: weight of the past).

import { rowAt } from "./rows.js";
import { thin } from "./thin.js";

const STATS = {
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
};

export function fill(trace, lanes) {
  const { x, y, stat, smooth, zeros } = trace.meta ?? {};
  const columns = (trace.meta?.lanes ?? []).map((lane) => lanes[lane]).filter((lane) => lane?.[x] && lane[y]);
  if (!columns.length) return trace;
  let points = columns.length > 1 ? joined(columns, x, y, STATS[stat] ?? STATS.mean) : known(columns[0][x], columns[0][y]);
  if (zeros !== undefined) points = zerosOf(points, zeros);
  if (smooth) points = { x: points.x, y: smoothed(points.y, smooth) };
  return { ...trace, ...thin(points.x, points.y), total: points.x.length };
}

// Where a column is 0, which has no place on a logarithmic axis.
function zerosOf({ x, y }, height) {
  const kept = x.filter((_, i) => y[i] === 0);
  return { x: kept, y: kept.map(() => height) };
}

function known(x, y) {
  const kept = [];
  for (let i = 0; i < y.length; i++) if (y[i] !== null && y[i] !== undefined) kept.push(i);
  return kept.length === y.length ? { x, y } : { x: kept.map((i) => x[i]), y: kept.map((i) => y[i]) };
}

// One value for each step of the first seed; the other seeds' at that step, or the next that was kept.
function joined(columns, x, y, stat) {
  const points = { x: [], y: [] };
  columns[0].step.forEach((step, i) => {
    const rows = columns.map((lane) => (lane.step[i] === step ? i : rowAt(lane, step)));
    const values = columns.map((lane, k) => lane[y][rows[k]]).filter((value) => value !== null && value !== undefined);
    if (!values.length || rows.some((row, k) => row >= columns[k].step.length)) return;
    points.x.push(STATS.mean(columns.map((lane, k) => lane[x][rows[k]])));
    points.y.push(stat(values));
  });
  return points;
}

// Exponential running mean, without the bias of its start.
function smoothed(y, past) {
  let sum = 0;
  let weight = 0;
  return y.map((value) => {
    sum = past * sum + (1 - past) * value;
    weight = past * weight + (1 - past);
    return sum / weight;
  });
}
