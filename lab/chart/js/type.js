// The page's size of type, against the usual 16 pixels: charts, which measure in pixels, follow it.

const USUAL = 16;
const ENLARGED = 1.25; // at least, in a chart that fills the window
const MOST_OF_WINDOW = 0.72; // of its height, for a chart in large type

export function typeScale(large = false) {
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL;
  return Math.max(size || 1, large ? ENLARGED : 0);
}

// Calls back when the size of type changes; gives the way to end that.
export function onTypeChange(callback) {
  const probe = document.createElement("div");
  probe.setAttribute("style", "position:absolute;visibility:hidden;width:1rem;height:1rem");
  document.body.append(probe);
  let size = typeScale();
  const observer = new ResizeObserver(() => {
    if (typeScale() === size) return;
    size = typeScale();
    callback();
  });
  observer.observe(probe);
  return () => {
    observer.disconnect();
    probe.remove();
  };
}

// The height of a chart: as its figure says, more in large type, but never so much that it does not fit the window.
export function heightFor(height, scale, room = window.innerHeight) {
  return scale === 1 ? height : Math.max(Math.min(height * scale, room * MOST_OF_WINDOW), height);
}

const LENGTHS = new Set(["size", "width", "standoff", "xshift", "yshift", "ticklen"]); // of what is drawn
const MARGINS = new Set(["l", "r", "t", "b"]);
const DATA = new Set(["x", "y", "z", "customdata", "meta", "dash", "color", "domain", "range"]);

// A figure's traces or layout with everything that is measured in pixels so many times as large.
export function scaled(value, by, key = "") {
  if (by === 1 || DATA.has(key)) return value;
  if (typeof value === "number") return LENGTHS.has(key) || MARGINS.has(key) ? value * by : value;
  if (Array.isArray(value)) return value.map((item) => scaled(item, by, typeof item === "object" ? "" : key));
  if (value && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, scaled(item, by, name)]));
  return value;
}
