// Charts whose figures come from an address (see Charts in Python), all of a page at once; and the look ahead: a slider
// that moves asks for the figures of its new value itself, before the script has run.

import { DRAWN_URL } from "./constants.js";
import { element } from "./dom.js";
import { afterDrawing } from "./turns.js";

const KEPT_ANSWERS = 12;
const AHEAD_MS = 4000; // how long a script may take to catch up

// `ahead`: the address whose figures are shown ahead of the script, and until when; `passed`: those left on the way.
export const sourced = { answers: new Map(), charts: new Set(), passed: new Set(), ahead: null, wanted: null, newest: null, busy: false, watch: null };

// The figures at an address by their names; null where they were asked for ahead and are not to be had so.
function figuresAt(address, ahead = false) {
  const known = sourced.answers.get(address);
  if (known) return known;
  const answer = (async () => {
    const response = await fetch(new URL(address, document.baseURI), { priority: "high", headers: ahead ? { "X-Ahead": "1" } : {} });
    if (response.ok) return response.json();
    sourced.answers.delete(address);
    if (ahead) return null;
    throw new Error(await response.text());
  })();
  answer.catch(() => sourced.answers.delete(address));
  sourced.answers.set(address, answer);
  if (sourced.answers.size > KEPT_ANSWERS) sourced.answers.delete(sourced.answers.keys().next().value);
  return answer;
}

// Shows the chart `name` of `address`, and whatever is shown ahead, until it is unmounted.
export function follow({ address, name, height }, root, show) {
  root.style.minHeight ||= `${height}px`;
  const chart = { address: inOneForm(address), show: (figures) => figures[name] && show(figures[name]) };
  sourced.charts.add(chart);
  watchSliders();
  // The script has caught up, or it sends what no slider asked for: a preset, another control.
  if (!sourced.passed.has(chart.address)) {
    sourced.ahead = null;
    sourced.passed.clear();
  }
  const fetchOwn = () =>
    figuresAt(chart.address)
      .then((figures) => figures ?? figuresAt(chart.address)) // asked for ahead it was refused
      .then((figures) => sourced.charts.has(chart) && !isAhead() && chart.show(figures))
      .catch((error) => {
        if (!sourced.charts.has(chart)) return;
        const what = root.data ? "These are the curves of earlier values: the new ones" : "The curves";
        element(root.parentElement, "lab-note").textContent = `${what} could not be loaded (${error.message}).`;
      });
  const timer = isAhead() ? setTimeout(fetchOwn, sourced.ahead.until - performance.now()) : void fetchOwn();
  return () => {
    clearTimeout(timer);
    sourced.charts.delete(chart);
  };
}

function isAhead() {
  return sourced.ahead !== null && performance.now() < sourced.ahead.until;
}

// The same values give the same text, whoever wrote the address: a slider shows 1e+06, a link says 1000000.
export function inOneForm(address) {
  const [path, query] = address.split("?");
  const values = [...new URLSearchParams(query)].map(([key, text]) => [key, text && !isNaN(text) ? String(Number(text)) : text]);
  return `${path}?${new URLSearchParams(values)}`;
}

function watchSliders() {
  sourced.watch ??= new MutationObserver((changes) => {
    const slider = changes.map(({ target }) => target).find((it) => it.type === "range" && it === document.activeElement);
    if (slider) slid(slider);
  });
  sourced.watch.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["value"] });
}

// A slider's key on the page is `page.parameter`; Streamlit writes it into the class as `st-key-page-parameter`.
function slid(slider) {
  const [chart] = sourced.charts;
  const key = slider.closest("[class*='st-key-']")?.className.match(/st-key-([a-z]+)-(\w+)/);
  if (!chart || !key || !chart.address.includes(`/${key[1]}?`)) return;
  const before = sourced.busy ? sourced.newest : isAhead() ? sourced.ahead.address : chart.address;
  const [path, query] = before.split("?");
  const values = new URLSearchParams(query);
  if (!values.has(key[2])) return;
  values.set(key[2], slider.getAttribute("aria-valuetext").replace("∞", "inf"));
  sourced.wanted = sourced.newest = inOneForm(`${path}?${values}`);
  sourced.passed.add(before);
  if (!sourced.busy) lookAhead();
}

// One request at a time; of several moves in the meantime the newest counts.
async function lookAhead() {
  sourced.busy = true;
  while (sourced.wanted) {
    const address = sourced.wanted;
    sourced.wanted = null;
    const figures = await figuresAt(address, true).catch(() => null);
    if (!figures) continue;
    sourced.passed.delete(address);
    sourced.ahead = { address, until: performance.now() + AHEAD_MS };
    for (const chart of sourced.charts) chart.show(figures);
    const drawn = new URL(`${DRAWN_URL}?${address.split("?")[1]}`, document.baseURI);
    afterDrawing(() => fetch(drawn, { method: "POST" }).catch(() => {}));
  }
  sourced.busy = false;
}
