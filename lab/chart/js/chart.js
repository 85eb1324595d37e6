// A chart: a Plotly figure, drawn as it stands or filled by a stream.

import { watchClicks } from "./clicks.js";
import { closer, lookCloser } from "./closer.js";
import { fill } from "./columns.js";
import { DARK } from "./constants.js";
import { dataFold, fillFold } from "./data.js";
import { element } from "./dom.js";
import { enlarger } from "./enlarge.js";
import { applyHidden, redraws } from "./hidden.js";
import { marked } from "./marks.js";
import { tellFaults } from "./meta.js";
import { LIVE_CONFIG, PLOT_CONFIG, loadPlotly } from "./plotly.js";
import { saver } from "./save.js";
import { follow } from "./sourced.js";
import { Stream } from "./stream.js";
import { isDark, onThemeChange, recolor } from "./theme.js";
import { inView, soon } from "./turns.js";
import { heightFor, scaled, typeScale } from "./type.js";

const REDRAW_MS = 200; // a live chart repaints at most five times a second
const UNSEEN_MS = 2000; // where nobody sees it, every other second
const REST = 3; // and rests three times as long as its last repaint took, so that long runs leave the page its time

export function mountChart({ data, parentElement, setTriggerValue }) {
  const root = element(parentElement, "lab-chart");
  const state = (root.lab ??= { revision: 0, painted: 0 });
  root.setAttribute("role", "figure"); // not "img": the buttons of its bar are inside
  root.setAttribute("aria-label", data.alt);
  root.classList.toggle("lab-pick", Boolean(data.pick));
  if (!state.tell) watchClicks(root, (point) => state.tell(point));
  state.tell = data.pick ? (point) => setTriggerValue("point", point) : () => {};
  const isLarge = enlarger(parentElement, () => now());
  saver(parentElement, () => (state.plain ? [{ figure: state.plain, drawn: root }] : []));
  const fold = dataFold(parentElement, root);

  const callOff = () => {
    clearTimeout(state.timer);
    state.soon?.();
    state.timer = state.soon = null;
  };
  const draw = async () => {
    callOff();
    const began = performance.now();
    const Plotly = await loadPlotly();
    if (!root.isConnected || !state.figure) return;
    const lanes = closer(state.stream?.lanes ?? [], state.detail, state.stream?.generation);
    const traces = state.figure.data.map((trace) => (state.stream ? fill(trace, lanes) : trace));
    const swap = isDark() ? DARK : {};
    const base = state.stream ? marked(state.figure.layout, state.stream) : state.figure.layout;
    state.plain = { data: applyHidden(traces), layout: base };
    const scale = typeScale(isLarge());
    const height = isLarge() ? undefined : heightFor(base.height, scale);
    const layout = { ...scaled(base, scale), height, datarevision: ++state.revision, autosize: true };
    const drawn = recolor(scaled(applyHidden(traces), scale), swap);
    root.style.minHeight = isLarge() ? "0" : `${heightFor(state.figure.layout.height ?? 340, scale)}px`;
    await Plotly.react(root, drawn, recolor(layout, swap), data.stream ? LIVE_CONFIG : PLOT_CONFIG);
    state.painted = performance.now();
    state.took = state.painted - began;
    thinNote(parentElement, traces, state);
    state.closer = () => state.stream && lookCloser(root, state, data.stream, draw);
    if (!state.listening) root.on("plotly_relayout", () => state.closer());
    state.listening = true;
    root.dataset.revision = state.revision;
    root.dataset.updates = state.stream?.updates ?? 0;
    fillFold(fold, root);
  };
  const schedule = () => {
    const pace = Math.max(inView(root) ? REDRAW_MS : UNSEEN_MS, REST * (state.took ?? 0));
    state.timer ??= setTimeout(draw, Math.max(0, pace - (performance.now() - state.painted)));
  };
  const now = () => draw().catch((error) => (root.textContent = String(error.message)));
  // A figure that did not change is not drawn again.
  const show = (figure) => {
    const isNew = figure !== state.figure || state.stream || !(root.data || state.soon);
    if (figure !== state.figure) tellFaults(parentElement, figure);
    state.figure = figure;
    if (!isLarge()) root.style.minHeight = `${heightFor(figure.layout.height ?? 340, typeScale())}px`;
    if (isNew) inView(root) ? now() : (state.soon ??= soon(now));
  };

  const leaves = [];
  state.stream = null;
  if (data.stream) {
    const joined = Stream.subscribe(data.stream, schedule);
    state.stream = joined.stream;
    leaves.push(joined.leave);
  }
  if (data.address) leaves.push(follow(data, root, show));
  else {
    if (state.text !== data.figure) state.parsed = JSON.parse(data.figure);
    state.text = data.figure;
    show(state.parsed);
  }
  redraws.add(now);
  leaves.push(() => redraws.delete(now), onThemeChange(schedule));
  const seen = new IntersectionObserver(([entry]) => entry.isIntersecting && state.stream && state.timer && now());
  seen.observe(root);
  const resize = new ResizeObserver(() => root.data && root.offsetParent && window.Plotly.Plots.resize(root));
  resize.observe(parentElement);
  return () => {
    for (const leave of leaves) leave();
    resize.disconnect();
    seen.disconnect();
    if (state.soon) state.figure = null; // not drawn yet
    callOff();
  };
}

// Says so where a line has more points than are drawn.
function thinNote(parent, traces, { stream, detail }) {
  const note = element(parent, "lab-note");
  const most = Math.max(0, ...traces.map((trace) => trace.total ?? 0));
  const drawn = Math.max(0, ...traces.filter((trace) => trace.total === most).map((trace) => trace.x.length));
  if (!stream || (most <= drawn && !stream.thinned)) {
    note.textContent = "";
    return;
  }
  const parts = [
    `${stream.next.toLocaleString("en")} steps, ${drawn.toLocaleString("en")} points of a line drawn: of each stretch the first, the lowest and the highest.`,
  ];
  if (stream.thinned) parts.push(detail ? "The part in view is finer." : "Zoom in for finer detail.");
  if (stream.thinned && traces.some((trace) => trace.meta?.smooth)) parts.push("The smoothed line is the mean of these points, not of all.");
  note.textContent = parts.join(" ");
}
