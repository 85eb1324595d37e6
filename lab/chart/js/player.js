// Steps as an animation: two charts and a formula, played from numbers that came with the page, without a word
// to the server. Only a click in the left chart goes to Python, as the new starting point.

const CURVE_POINTS = 61;
const CLICK_PIXELS = 5; // a press that moves further is a drag, which zooms

function mountPlayer({ data, parentElement, setTriggerValue }) {
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
      chart.setAttribute("role", "img");
      return chart;
    });
    this.bar = new TransportBar(root, this);
    this.formula = element(root, "lab-player-formula");
    this.fold = dataFold(root, root);
    root.addEventListener("keydown", (event) => this.key(event));
    this.watchClicks(this.charts[0]);
  }

  // New numbers. The step at present stays, unless the ways now start from another point.
  take(data) {
    this.frames = JSON.parse(data.frames);
    const start = JSON.stringify(this.frames.lanes[0].points.x.map((values) => values[0]));
    if (start !== this.start) this.t = 0;
    this.start = start;
    this.data = data;
    this.lanes = this.frames.lanes;
    this.figures = data.figures.map((figure) => JSON.parse(figure));
    this.charts.forEach((chart, index) => {
      chart.setAttribute("aria-label", data.alts[index]);
      chart.style.minHeight = `${this.figures[index].layout.height}px`;
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
    const Plotly = await loadPlotly(PLOTLY_URL);
    if (!this.root.isConnected) return;
    const swap = isDark() ? DARK : {};
    this.revision += 1;
    this.bar.show();
    showFormula(this.formula, this, swap);
    fillFold(this.fold, this.root);
    await Promise.all(
      this.charts.map((chart, index) => {
        const { data, layout } = this.figures[index];
        const traces = data.map((trace) => fillStep(trace, this.frames, this.t));
        const drawn = { ...layout, datarevision: this.revision, autosize: true };
        if (index === 1) Object.assign(drawn, this.parabolaAxes(layout));
        return Plotly.react(chart, recolor(traces, swap), recolor(drawn, swap), PLOT_CONFIG);
      }),
    );
    this.root.dataset.step = this.t;
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
    this.bar.hideDots();
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

  watchClicks(chart) {
    const press = (event) => {
      const layer = event.target;
      if (event.button || !layer.classList.contains("nsewdrag")) return;
      const release = ({ clientX, clientY }) => {
        if (Math.hypot(clientX - event.clientX, clientY - event.clientY) > CLICK_PIXELS) return;
        const box = layer.getBoundingClientRect();
        const { xaxis, yaxis } = chart._fullLayout;
        this.tell([xaxis.p2d(clientX - box.left), yaxis.p2d(clientY - box.top)]);
      };
      window.addEventListener("pointerup", release, { once: true });
    };
    chart.addEventListener("pointerdown", press, true);
  }
}

// --- the charts

function fillStep(trace, frames, t) {
  const { lane: index, points, over, trail, curve, away, across, unless } = trace.meta ?? {};
  if (index === undefined) return trace;
  const lane = frames.lanes[index];
  const i = Math.min(t, lane.steps - 1);
  const at = (name) => lane.points[name].map((values) => values[i]);
  const same = ([x, y], [otherX, otherY]) => x === otherX && y === otherY;
  if (trail) return { ...trace, x: lane.points[trail][0].slice(0, i + 1), y: lane.points[trail][1].slice(0, i + 1) };
  if (curve) return { ...trace, ...parabola(lane.numbers, curve, i, axesAt(frames, t).gamma) };
  if (over) {
    const known = numbersAt(frames, lane, i, t);
    return { ...trace, x: over.map(([name]) => known[name]), y: over.map(([, name]) => known[name]) };
  }
  const found = points.map(at);
  const hidden = (found.length === 2 && same(...found)) || (unless && same(found[0], at(unless)));
  const filled = { ...trace, x: found.map(([x]) => (hidden ? null : x)), y: found.map(([, y]) => (hidden ? null : y)) };
  if (away) filled.textposition = labelPlace(...away.map(at), across);
  return filled;
}

// Ends of the γ axis and of the distance axis at a step.
function axesAt({ axes }, t) {
  return { gamma: axes.gamma.map((end) => end[t]), distance: axes.distance.map((end) => end[t]) };
}

function numbersAt(frames, lane, i, t) {
  const { gamma, distance } = axesAt(frames, t);
  const numbers = Object.fromEntries(Object.entries(lane.numbers).map(([name, values]) => [name, values[i]]));
  return { ...numbers, gamma_b: frames.gamma_b, left: gamma[0], right: gamma[1], bottom: distance[0], top: distance[1] };
}

function parabola({ distance_sq, norm_sq, ...numbers }, cross, i, [low, high]) {
  const x = Array.from({ length: CURVE_POINTS }, (_, k) => low + ((high - low) * k) / (CURVE_POINTS - 1));
  return { x, y: x.map((gamma) => distance_sq[i] - 2 * gamma * numbers[cross][i] + gamma ** 2 * norm_sq[i]) };
}

// A label stands on the side of its point that is turned away from the other one, or across to that.
function labelPlace([x, y], [fromX, fromY], across) {
  const [dx, dy] = across ? [y - fromY, fromX - x] : [x - fromX, y - fromY];
  const length = Math.hypot(dx, dy);
  if (!(length > 0)) return "top right";
  const vertical = dy > 0.4 * length ? "top" : dy < -0.4 * length ? "bottom" : "middle";
  const horizontal = dx > 0.4 * length ? "right" : dx < -0.4 * length ? "left" : "center";
  return vertical === "middle" && horizontal === "center" ? "top right" : `${vertical} ${horizontal}`;
}

function placeDots(player, share) {
  player.lanes.forEach((lane, index) => {
    const i = player.t;
    const [plane, parabolaChart] = player.charts;
    const still = i >= lane.steps;
    const [from, to] = lane.travel.map((name) => lane.points[name].map((values) => values[i]));
    const color = isDark() ? (DARK[lane.color] ?? lane.color) : lane.color;
    const gamma = share * lane.numbers.gamma[i];
    const { distance_sq, cross, norm_sq } = lane.numbers;
    const height = distance_sq[i] - 2 * gamma * cross[i] + gamma ** 2 * norm_sq[i];
    dot(plane, index, color, still ? null : from.map((value, k) => value + share * (to[k] - value)));
    dot(parabolaChart, index, color, still ? null : [gamma, height]);
  });
}

function dot(chart, index, color, point) {
  const made = element(chart.parentElement, `lab-player-dot-${index}`);
  made.style.display = "none";
  if (!point || !chart._fullLayout) return;
  const { xaxis, yaxis } = chart._fullLayout;
  const [x, y] = [xaxis.l2p(point[0]), yaxis.l2p(point[1])];
  if (!(x >= 0 && x <= xaxis._length && y >= 0 && y <= yaxis._length)) return;
  made.style.cssText = `background: ${color}; transform: translate(${xaxis._offset + x}px, ${yaxis._offset + y}px)`;
}

// --- play, pause, step, back, to the start

const BUTTONS = [
  ["To start", (player) => (player.pause(), player.go(0))],
  ["◀ Back", (player) => (player.pause(), player.go(player.t - 1))],
  ["▶ Play", (player) => (player.playing ? player.pause() : player.play())],
  ["Step ▶", (player) => (player.pause(), player.go(player.t + 1))],
];

class TransportBar {
  constructor(root, player) {
    this.player = player;
    const bar = element(root, "lab-player-bar");
    this.buttons = BUTTONS.map(([text, act]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.onclick = () => act(player);
      bar.append(button);
      return button;
    });
    this.slider = Object.assign(document.createElement("input"), { type: "range", min: 0, step: 1 });
    this.slider.setAttribute("aria-label", "Step");
    this.slider.oninput = () => {
      const chosen = Number(this.slider.value); // before pause(), which sets the slider to the step shown
      player.pause();
      player.go(chosen);
    };
    this.text = document.createElement("span");
    bar.append(this.slider, this.text);
  }

  show() {
    const { t, length, playing } = this.player;
    const [start, back, play, on] = this.buttons;
    play.textContent = playing ? "❙❙ Pause" : "▶ Play";
    start.disabled = back.disabled = t === 0;
    play.disabled = this.slider.disabled = length < 2;
    on.disabled = t >= length - 1;
    this.slider.max = length - 1;
    this.slider.value = t;
    this.text.textContent = `step ${t + 1} of ${length}`;
    this.slider.setAttribute("aria-valuetext", this.text.textContent);
  }

  hideDots() {
    this.player.charts.forEach((chart) => this.player.lanes.forEach((_, index) => dot(chart, index, "", null)));
  }
}
