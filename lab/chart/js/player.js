// Steps as an animation: two charts and a formula, played from numbers that came with the page, without a word
// to the server. Only a click in the left chart goes to Python, as the new starting point.

import { watchClicks } from "./clicks.js";
import { DARK } from "./constants.js";
import { dataFold, fillFold } from "./data.js";
import { element } from "./dom.js";
import { hideDots, placeDots } from "./dots.js";
import { enlarger } from "./enlarge.js";
import { tellFaults } from "./meta.js";
import { PLOT_CONFIG, loadPlotly } from "./plotly.js";
import { saver } from "./save.js";
import { axesAt, fillStep } from "./steps.js";
import { showFormula, stepsTable } from "./terms.js";
import { isDark, onThemeChange, recolor } from "./theme.js";
import { TransportBar } from "./transport.js";
import { scaled, typeScale } from "./type.js";

const NARROW = 640; // pixels: a phone, on which …
const LOW = 300; // … a chart is so high
const LEAST = 280; // pixels of a chart's height in large type, …
const BUTTONS = 55; // … and of the buttons under it, in usual type

export function mountPlayer({ data, parentElement, setTriggerValue }) {
  const root = element(parentElement, "lab-player");
  const player = (root.lab ??= new Player(root));
  player.tell = (point) => setTriggerValue("point", point);
  player.take(data);
  const forget = onThemeChange(() => player.show());
  const resize = new ResizeObserver(() => {
    for (const chart of player.charts) if (chart.data && chart.offsetWidth) window.Plotly.Plots.resize(chart);
  });
  resize.observe(parentElement);
  return () => {
    forget();
    resize.disconnect();
    cancelAnimationFrame(player.frame);
    clearTimeout(player.timer);
  };
}

class Player {
  constructor(root) {
    this.root = root;
    this.t = 0;
    this.playing = false;
    this.revision = 0;
    root.tabIndex = 0;
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Steps, one after another: space plays and pauses, the arrow keys go a step on or back");
    this.charts = ["plane", "parabola"].map((name) => {
      const box = element(root, `lab-player-${name}`);
      const chart = element(box, "lab-chart");
      chart.setAttribute("role", "figure");
      return chart;
    });
    this.bar = new TransportBar(root, this);
    this.formula = element(root, "lab-player-formula");
    this.isLarge = enlarger(root.parentElement, () => this.show());
    this.fold = dataFold(root, root);
    this.plain = [];
    saver(root.parentElement, () => this.plain.map((figure, index) => ({ figure, drawn: this.charts[index] })));
    root.addEventListener("keydown", (event) => this.key(event));
    watchClicks(this.charts[0], (point) => this.tell(point));
  }

  // New numbers. The step at present stays, unless the ways now start from another point, or tell another story.
  take(data) {
    this.frames = JSON.parse(data.frames);
    const start = JSON.stringify(this.frames.lanes[0].points.x.map((values) => values[0]));
    if (start !== this.start || (data.story && data.story !== this.story)) this.t = 0;
    this.start = start;
    this.story = data.story;
    this.data = data;
    this.lanes = this.frames.lanes;
    this.figures = data.figures.map((figure) => JSON.parse(figure));
    this.charts.forEach((chart, index) => {
      chart.setAttribute("aria-label", data.alts[index]);
      chart.style.minHeight = `${this.height(this.figures[index].layout.height, typeScale())}px`;
      tellFaults(chart.parentElement, this.figures[index]);
    });
    this.length = Math.max(...this.lanes.map((lane) => lane.steps));
    this.t = Math.min(this.t, this.length - 1);
    this.root.setAttribute("data-name", "steps");
    this.table = stepsTable(this.lanes);
    this.root.table = this.table;
    this.show().catch((error) => (this.charts[0].textContent = String(error.message)));
    if (this.playing) this.step();
  }

  async show() {
    const Plotly = await loadPlotly();
    if (!this.root.isConnected) return;
    const swap = isDark() ? DARK : {};
    const scale = typeScale(this.isLarge());
    this.revision += 1;
    this.bar.show();
    showFormula(this.formula, this, swap);
    fillFold(this.fold, this.root);
    await Promise.all(
      this.charts.map((chart, index) => {
        const { data, layout } = this.figures[index];
        const traces = data.map((trace) => fillStep(trace, this.frames, this.t));
        this.plain[index] = { data: traces, layout };
        const height = this.height(layout.height, scale);
        const drawn = { ...scaled(layout, scale), height, datarevision: this.revision, autosize: true };
        if (height < layout.height) drawn.showlegend = false; // it would lie on the axis; names stand in the picture too
        if (index === 1) Object.assign(drawn, this.parabolaAxes(drawn));
        chart.style.minHeight = `${height}px`;
        return Plotly.react(chart, recolor(scaled(traces, scale), swap), recolor(drawn, swap), PLOT_CONFIG);
      }),
    );
    this.root.dataset.step = this.t;
  }

  // In large type the charts leave room for the buttons under them.
  height(usual, scale) {
    if (scale === 1) return window.innerWidth > NARROW ? usual : LOW;
    const page = this.root.closest("[data-testid=stMain]");
    const above = this.isLarge() ? 0 : this.root.getBoundingClientRect().top + (page?.scrollTop ?? 0);
    return Math.max(LEAST, Math.min(usual * scale, window.innerHeight - above - BUTTONS * scale));
  }

  // A zoom by hand holds until the step needs another axis.
  parabolaAxes(layout) {
    const { gamma, distance } = axesAt(this.frames, this.t);
    return {
      xaxis: { ...layout.xaxis, range: gamma, uirevision: String(gamma) },
      yaxis: { ...layout.yaxis, range: distance, uirevision: String(distance) },
    };
  }

  go(t) {
    this.t = Math.max(0, Math.min(t, this.length - 1));
    this.show();
  }

  play() {
    if (this.length < 2) return; // nothing moves
    if (this.t >= this.length - 1) this.go(0);
    this.playing = true;
    this.bar.show();
    this.step();
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    hideDots(this);
    this.bar.show();
  }

  // The point travels from x to x⁺, and on the truth from 0 to γ; then the next step. Reduced motion: it jumps.
  step() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    const pause = 1000 / this.data.speed;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.timer = setTimeout(() => this.next(), pause);
      return;
    }
    const begun = performance.now();
    const move = (now) => {
      const share = Math.max(0, (now - begun) / pause);
      if (share >= 1) this.next();
      else {
        placeDots(this, Math.min(1, share / 0.8));
        this.frame = requestAnimationFrame(move);
      }
    };
    this.frame = requestAnimationFrame(move);
  }

  async next() {
    if (!this.playing) return;
    if (this.t >= this.length - 1) return this.pause();
    this.t += 1;
    await this.show();
    if (this.playing) this.step();
  }

  key(event) {
    const tag = event.target.tagName;
    const press = { " ": () => (this.playing ? this.pause() : this.play()), ArrowRight: () => this.go(this.t + 1) };
    Object.assign(press, { ArrowLeft: () => this.go(this.t - 1), Home: () => this.go(0), End: () => this.go(this.length - 1) });
    const own = tag === "SUMMARY" || (tag === "BUTTON" && event.key === " ") || (tag === "INPUT" && event.key !== " ");
    if (!press[event.key] || own || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (event.key !== " ") this.pause();
    press[event.key]();
  }
}
