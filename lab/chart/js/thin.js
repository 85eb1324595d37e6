// The one rule for thinning a long series: of each stretch the first, the lowest and the highest, and the last of all.
// The server has it too (runs/thinning.py), for what is stored; here it thins a live run, which grows in the
// browser. A test holds the two against each other.

const MAX_POINTS = 3000; // of one trace on screen

// Which points are kept, in order: `y` in stretches of ⌈length / stretches⌉ points.
export function kept(y, stretches) {
  const size = Math.ceil(y.length / stretches);
  const keep = [];
  for (let start = 0; start < y.length; start += size) {
    let low = start;
    let high = start;
    for (let i = start; i < Math.min(start + size, y.length); i++) {
      if (y[i] < y[low]) low = i;
      if (y[i] > y[high]) high = i;
    }
    keep.push(...new Set([start, low, high].sort((a, b) => a - b)));
  }
  if (keep.at(-1) !== y.length - 1) keep.push(y.length - 1);
  return keep;
}

// At most MAX_POINTS points, and the last.
export function thin(x, y) {
  if (x.length <= MAX_POINTS) return { x, y };
  const keep = kept(y, MAX_POINTS / 3);
  return { x: keep.map((i) => x[i]), y: keep.map((i) => y[i]) };
}
