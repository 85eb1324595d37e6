// From the columns of a stream to the points of a trace.

const MAX_POINTS = 3000; // of one trace on screen; beyond that extremes are kept

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

function fill(trace, lanes) {
  const { lane, x, y } = trace.meta ?? {};
  const columns = lanes[lane];
  if (!columns?.[x] || !columns[y]) return trace;
  const known = columns[y].map((value, i) => (value === null ? -1 : i)).filter((i) => i >= 0);
  return { ...trace, ...thin(known.map((i) => columns[x][i]), known.map((i) => columns[y][i])) };
}
