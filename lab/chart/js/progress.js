// A run's progress, time left and newest step of each lane.

import { drawCards } from "./cards.js";
import { DARK } from "./constants.js";
import { element, setLetters } from "./dom.js";
import { number, percent } from "./numbers.js";
import { Stream } from "./stream.js";
import { isDark } from "./theme.js";

const WORDS = {
  connecting: "Connecting …",
  queued: "Waiting for a free worker",
  starting: "Starting a worker",
  running: "Training",
  paused: "Paused",
  stopping: "Stopping",
  finished: "Finished",
  failed: "Failed",
  interrupted: "Interrupted",
  missing: "This run is not here any more. Start a new one.",
};

export function duration(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export function summary(status, mine) {
  const stopped = status.state === "stopped" && `Stopped by ${mine ? "you" : "its owner"}`;
  const parts = [status.message || stopped || WORDS[status.state] || status.state];
  if (status.total && status.state !== "finished") parts.push(`step ${status.step.toLocaleString("en")} of ${status.total.toLocaleString("en")}`);
  if (status.state === "running" && status.rate > 0) {
    parts.push(`${Math.round(status.rate)} steps/s`);
    parts.push(`${duration((status.total - status.step) / status.rate)} left`);
  }
  return parts.join(" · ");
}

const COLUMNS = [
  ["loss at x", (c, i) => number(c.loss_x?.[i])],
  ["test accuracy", (c) => percent(last(c.test_accuracy))],
  ["γ", (c, i) => number(c.gamma?.[i])],
  ["gradient evaluations", (c, i) => c.grad_evals?.[i]?.toLocaleString("en") ?? "–"],
  ["capped, of the last 50", (c, i) => percent(c.capped_share?.[i])],
  ["clamped, in all", (c, i) => number(c.clamped_count?.[i])],
  ["skipped, in all", (c, i) => number(c.skipped_count?.[i])],
];

function last(values) {
  return values?.findLast((value) => value !== null);
}

function row(tag, texts, color) {
  const line = document.createElement("tr");
  texts.forEach((text, index) => {
    const cell = document.createElement(index ? tag : "th");
    setLetters(cell, String(text));
    if (!index && color) cell.style.setProperty("--lane", color);
    line.append(cell);
  });
  return line;
}

export function mountProgress({ data, parentElement, setStateValue }) {
  const root = element(parentElement, "lab-progress");
  const text = element(root, "lab-progress-text");
  const bar = element(root, "lab-progress-bar");
  const done = element(bar, "lab-progress-done");
  const cards = element(root, "lab-lanes");
  const fold = element(root, "lab-data", "details");
  element(fold, "lab-progress-numbers", "summary").textContent = "Numbers of the newest step";
  const scroll = element(fold, "lab-progress-scroll");
  const table = element(scroll, "lab-progress-table", "table");
  const more = element(fold, "lab-progress-more");
  text.setAttribute("role", "status");
  bar.setAttribute("role", "progressbar");
  bar.setAttribute("aria-label", "Share of the steps done");

  const timer = data.askAgain && setTimeout(() => setStateValue("asked", Date.now()), 1000 * data.askAgain);
  const askNoMore = () => clearTimeout(timer);
  if (!data.stream) {
    text.textContent = data.idle;
    done.style.width = "0";
    table.replaceChildren();
    fold.hidden = true;
    drawCards(cards, data.lanes, [], isDark() ? DARK : {});
    more.textContent = "";
    root.dataset.state = "idle";
    return askNoMore;
  }
  fold.hidden = false;
  let told = null;
  let changed = null;
  const draw = () => {
    const { status, lanes } = stream;
    const share = status.total ? status.step / status.total : 0;
    text.textContent = summary(status, data.mine);
    done.style.width = `${100 * share}%`;
    bar.setAttribute("aria-valuenow", Math.round(100 * share));
    root.dataset.state = status.state;
    const swap = isDark() ? DARK : {};
    drawCards(cards, data.lanes, lanes, swap);
    const rows = data.lanes.map((lane) => {
      const columns = lanes[lane.index] ?? {};
      const newest = (columns.step?.length ?? 0) - 1;
      const cells = COLUMNS.map(([, read]) => read(columns, newest));
      return row("td", [lane.label, ...cells], swap[lane.color] ?? lane.color);
    });
    table.replaceChildren(row("th", ["", ...COLUMNS.map(([name]) => name)]), ...rows);
    more.textContent = scroll.scrollWidth > scroll.clientWidth + 1 ? "Swipe the table sideways for more columns →" : "";
    if (status.state !== told && status.state !== "connecting") setStateValue("state", (told = status.state));
    // The controls of who watches follow the run.
    const change = `${stream.generation} ${stream.changes.length} ${status.speed}`;
    if (!data.mine && change !== changed && status.state !== "connecting") setStateValue("changed", (changed = change));
  };
  const { stream, leave } = Stream.subscribe(data.stream, draw);
  draw();
  fold.ontoggle = draw; // only an open table has a width
  return () => {
    askNoMore();
    leave();
  };
}
