// From the columns of a stream to the points of a trace. A trace's `meta` says which columns of which lanes it draws
// (`lanes`, `x`, `y`), how they are joined (`stat`: over the seeds of one method) and smoothed (`smooth`: weight of the past).

const MAX_POINTS = 3000; // of one trace on screen; beyond that extremes are kept

const STATS = {
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
};

function fill(trace, lanes) {
  const { x, y, stat, smooth } = trace.meta ?? {};
  const columns = (trace.meta?.lanes ?? []).map((lane) => lanes[lane]).filter((lane) => lane?.[x] && lane[y]);
  if (!columns.length) return trace;
  let points = columns.length > 1 ? joined(columns, x, y, STATS[stat] ?? STATS.mean) : known(columns[0][x], columns[0][y]);
  if (smooth) points = { x: points.x, y: smoothed(points.y, smooth) };
  return { ...trace, ...thin(points.x, points.y), total: points.x.length };
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

// The row of a step, or of the next one that was kept: steps grow, but some may have been left out.
function rowAt(columns, step) {
  return lowerRow(columns.step, step);
}

// The first row whose value is not below `value`, in a column that grows.
function lowerRow(column, value) {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
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

// At most MAX_POINTS points: of each bucket the first, the lowest and the highest, in their order.
function thin(x, y) {
  if (x.length <= MAX_POINTS) return { x, y };
  const size = Math.ceil((3 * x.length) / MAX_POINTS);
  const keep = [];
  for (let start = 0; start < x.length; start += size) {
    let low = start;
    let high = start;
    for (let i = start; i < Math.min(start + size, x.length); i++) {
      if (y[i] < y[low]) low = i;
      if (y[i] > y[high]) high = i;
    }
    keep.push(...new Set([start, low, high].sort((a, b) => a - b)));
  }
  if (keep.at(-1) !== x.length - 1) keep.push(x.length - 1);
  return { x: keep.map((i) => x[i]), y: keep.map((i) => y[i]) };
}

// ---- looking closer: what the stream left out of the stretch that is zoomed into ----

// Fetches it, and calls `redraw` once it is there, or once it is not wanted any more.
async function lookCloser(root, state, url, redraw) {
  const wanted = stretch(root, state.stream);
  const { detail, stream } = state;
  if (!wanted) {
    state.wanted = state.detail = null;
    if (detail) redraw();
    return;
  }
  const name = `${stream.generation}.${wanted.first}.${wanted.last}`;
  if (name === state.wanted) return;
  state.wanted = name;
  const address = `${url.replace("api/stream/", "api/runs/")}/part?first=${wanted.first}&last=${wanted.last}`;
  const found = await fetchedJson(address);
  if (state.wanted !== name) return;
  if (!found) {
    state.wanted = null; // the next zoom asks again
    return;
  }
  state.detail = found;
  redraw();
}

// The steps in view, if it is a part only, and the stream has left some of them out.
function stretch(root, stream) {
  const { autorange, range } = root._fullLayout.xaxis;
  const [lane] = stream?.lanes ?? [];
  const column = lane?.[root._fullLayout.meta?.marks];
  if (autorange || !column || !stream.thinned) return null;
  const low = Math.max(0, lowerRow(column, range[0]) - 1);
  const high = Math.min(column.length - 1, lowerRow(column, range[1]));
  if (high <= low || lane.step[high] - lane.step[low] === high - low) return null;
  return { first: lane.step[low], last: lane.step[high] };
}

// The lanes, with that stretch as it was fetched.
function closer(lanes, detail, generation) {
  if (!detail || detail.generation !== generation) return lanes;
  return lanes.map((lane, index) => {
    const from = lowerRow(lane.step, detail.first);
    const to = lowerRow(lane.step, detail.last + 1);
    const put = ([name, values]) => [name, [...values.slice(0, from), ...detail.lanes[index][name], ...values.slice(to)]];
    return Object.fromEntries(Object.entries(lane).map(put));
  });
}
