// The one chart component. A chart keeps its DOM node, its zoom and its hidden traces from the first point
// to the last: every change goes through Plotly.react on the same element. Streams are shared by all charts of a
// page, since a browser opens only six connections to one host.

const shared = (window.samSpsLab ??= { streams: new Map(), plotly: null });
const REDRAW_MS = 200; // a live chart repaints at most five times a second
const CLOSE_AFTER_MS = 3000; // a stream outlives a remount of its charts
const MAX_POINTS = 3000; // of one trace on screen; beyond that extremes are kept, see thin()

export default function (component) {
  return component.data.kind === "progress" ? mountProgress(component) : mountChart(component);
}

// ---- theme -------------------------------------------------------------------------------------------------

function isDark() {
  const app = document.querySelector(".stApp") ?? document.body;
  const [r, g, b] = (getComputedStyle(app).backgroundColor.match(/[\d.]+/g) ?? [255, 255, 255]).map(Number);
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

function recolor(value, swap) {
  if (typeof value === "string") return swap[value] ?? value;
  if (Array.isArray(value)) return value.map((item) => recolor(item, swap));
  if (value && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, recolor(item, swap)]));
  return value;
}

function onThemeChange(callback) {
  const app = document.querySelector(".stApp");
  const observer = new MutationObserver(callback);
  if (app) observer.observe(app, { attributes: true, attributeFilter: ["class", "style"] });
  return () => observer.disconnect();
}

// ---- streams -----------------------------------------------------------------------------------------------

class Stream {
  constructor(url) {
    this.url = url;
    this.lanes = [];
    this.status = { state: "connecting" };
    this.next = 0;
    this.updates = 0;
    this.listeners = new Set();
    this.open();
  }

  open() {
    this.source = new EventSource(`${this.url}?since=${this.next}`);
    this.source.onmessage = (event) => this.take(JSON.parse(event.data));
    this.source.onerror = () => {
      // The browser reconnects by itself unless the server refused: then there is no such run.
      if (this.source.readyState === EventSource.CLOSED) this.finish("missing");
    };
  }

  take({ since, next, status, lanes }) {
    if (since > this.next) return; // a gap cannot happen on one connection; never draw over one
    const repeated = this.next - since; // after a reconnect some points may come twice
    lanes.forEach((columns, index) => {
      const lane = (this.lanes[index] ??= {});
      for (const [name, values] of Object.entries(columns)) {
        const known = (lane[name] ??= []);
        for (let i = repeated; i < values.length; i++) known.push(values[i]);
      }
    });
    this.next = Math.max(this.next, next);
    this.status = status;
    this.updates += 1;
    if (status.over && next >= status.recorded) this.source.close();
    this.tell();
  }

  finish(state) {
    this.source.close();
    this.status = { ...this.status, state, over: true };
    this.tell();
  }

  tell() {
    for (const listener of this.listeners) listener();
  }

  static subscribe(url, listener) {
    const address = new URL(url, document.baseURI).href;
    if (!shared.streams.has(address)) shared.streams.set(address, new Stream(address));
    const stream = shared.streams.get(address);
    clearTimeout(stream.closing);
    stream.listeners.add(listener);
    const leave = () => {
      stream.listeners.delete(listener);
      if (stream.listeners.size) return;
      stream.closing = setTimeout(() => {
        stream.source.close();
        shared.streams.delete(address);
      }, CLOSE_AFTER_MS);
    };
    return { stream, leave };
  }
}

// ---- chart -------------------------------------------------------------------------------------------------

function loadPlotly(url) {
  shared.plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(url, document.baseURI).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("Plotly.js could not be loaded"));
    document.head.append(script);
  });
  return shared.plotly;
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

function fill(trace, lanes) {
  const { lane, x, y } = trace.meta ?? {};
  const columns = lanes[lane];
  if (!columns?.[x] || !columns[y]) return trace;
  const known = columns[y].map((value, i) => (value === null ? -1 : i)).filter((i) => i >= 0);
  return { ...trace, ...thin(known.map((i) => columns[x][i]), known.map((i) => columns[y][i])) };
}

function element(parent, name, tag = "div") {
  const found = parent.querySelector(`:scope > .${name}`);
  if (found) return found;
  const made = document.createElement(tag);
  made.className = name;
  parent.append(made);
  return made;
}

function mountChart({ data, parentElement }) {
  const root = element(parentElement, "lab-chart");
  const state = (root.lab ??= { revision: 0, painted: 0 });
  state.figure = JSON.parse(data.figure);
  root.setAttribute("role", "img");
  root.setAttribute("aria-label", data.alt);
  root.style.minHeight = `${state.figure.layout.height ?? 340}px`;

  const draw = async () => {
    clearTimeout(state.timer);
    state.timer = null;
    const Plotly = await loadPlotly(data.plotly);
    if (!root.isConnected) return;
    const lanes = state.stream?.lanes ?? [];
    const traces = state.figure.data.map((trace) => (state.stream ? fill(trace, lanes) : trace));
    const swap = isDark() ? data.dark : {};
    const layout = { ...state.figure.layout, datarevision: ++state.revision, autosize: true };
    await Plotly.react(root, recolor(traces, swap), recolor(layout, swap), {
      displaylogo: false,
      responsive: true,
      modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
    });
    state.painted = performance.now();
    root.dataset.revision = state.revision;
    root.dataset.updates = state.stream?.updates ?? 0;
  };
  const schedule = () => {
    state.timer ??= setTimeout(draw, Math.max(0, REDRAW_MS - (performance.now() - state.painted)));
  };

  let leave = () => {};
  state.stream = null;
  if (data.stream) {
    const joined = Stream.subscribe(data.stream, schedule);
    state.stream = joined.stream;
    leave = joined.leave;
  }
  draw().catch((error) => (root.textContent = String(error.message)));
  const forget = onThemeChange(schedule);
  const resize = new ResizeObserver(() => root.data && window.Plotly.Plots.resize(root));
  resize.observe(parentElement);
  return () => {
    leave();
    forget();
    resize.disconnect();
    clearTimeout(state.timer);
    state.timer = null;
  };
}

// ---- progress ----------------------------------------------------------------------------------------------

const WORDS = {
  connecting: "Connecting …",
  queued: "Waiting for a free worker",
  starting: "Starting a worker",
  running: "Training",
  paused: "Paused",
  stopping: "Stopping",
  finished: "Finished",
  stopped: "Stopped",
  failed: "Failed",
  missing: "This run is not here any more. Start a new one.",
};

function number(value, digits = 4) {
  if (value === null || value === undefined) return "–";
  if (value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3)) return value.toExponential(2);
  return Number(value.toPrecision(digits)).toString();
}

function duration(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

function summary(status) {
  const parts = [status.message || WORDS[status.state] || status.state];
  if (status.total) parts.push(`step ${status.step.toLocaleString("en")} of ${status.total.toLocaleString("en")}`);
  if (status.state === "running" && status.rate > 0) {
    parts.push(`${Math.round(status.rate)} steps/s`);
    parts.push(`${duration((status.total - status.step) / status.rate)} left`);
  }
  return parts.join(" · ");
}

const COLUMNS = [
  ["loss at x", (c, i) => number(c.loss_x?.[i])],
  ["test accuracy", (c) => percent(last(c.test_accuracy))],
  ["N / ‖∇f(e)‖²", (c, i) => number(c.gamma_raw?.[i])],
  ["γ_b", (c, i) => number(c.gamma_b?.[i])],
  ["γ", (c, i) => number(c.gamma?.[i])],
  ["capped", (c, i) => percent(c.capped_share?.[i])],
  ["clamped", (c, i) => number(c.clamped_count?.[i])],
  ["skipped", (c, i) => number(c.skipped_count?.[i])],
];

function last(values) {
  return values?.findLast((value) => value !== null);
}

function percent(value) {
  return value === null || value === undefined ? "–" : `${(100 * value).toFixed(1)}%`;
}

function row(tag, texts, color) {
  const line = document.createElement("tr");
  texts.forEach((text, index) => {
    const cell = document.createElement(index ? tag : "th");
    cell.textContent = text;
    if (!index && color) cell.style.setProperty("--lane", color);
    line.append(cell);
  });
  return line;
}

function mountProgress({ data, parentElement, setStateValue }) {
  const root = element(parentElement, "lab-progress");
  const text = element(root, "lab-progress-text");
  const bar = element(root, "lab-progress-bar");
  const done = element(bar, "lab-progress-done");
  const scroll = element(root, "lab-progress-scroll");
  const table = element(scroll, "lab-progress-table", "table");
  text.setAttribute("role", "status");
  bar.setAttribute("role", "progressbar");
  bar.setAttribute("aria-label", "Share of the steps done");

  if (!data.stream) {
    text.textContent = data.idle;
    done.style.width = "0";
    table.replaceChildren();
    root.dataset.state = "idle";
    return;
  }
  let told = null;
  const draw = () => {
    const { status, lanes } = stream;
    const share = status.total ? status.step / status.total : 0;
    text.textContent = summary(status);
    done.style.width = `${100 * share}%`;
    bar.setAttribute("aria-valuenow", Math.round(100 * share));
    root.dataset.state = status.state;
    const swap = isDark() ? data.dark : {};
    const rows = data.lanes.map((lane, index) => {
      const columns = lanes[index] ?? {};
      const newest = (columns.step?.length ?? 0) - 1;
      const cells = COLUMNS.map(([, read]) => read(columns, newest));
      return row("td", [lane.label, ...cells], swap[lane.color] ?? lane.color);
    });
    table.replaceChildren(row("th", ["", ...COLUMNS.map(([name]) => name)]), ...rows);
    if (status.state !== told && status.state !== "connecting") setStateValue("state", (told = status.state));
  };
  const { stream, leave } = Stream.subscribe(data.stream, draw);
  draw();
  return leave;
}
