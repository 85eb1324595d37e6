// The list of lessons, with a mark at what was done. What was done stands in this browser's storage and nowhere else.

import { element } from "./dom.js";

const PLACE = "sam-sps-lessons";
const MARKS = { done: "✓", begun: "◐", new: "○" };
const NOTHING = { done: [], begun: [], last: null };
let offered = null; // where one was when this page was loaded

// What was kept, as far as it is of these lessons; anything else in the storage counts as nothing.
export function kept(text, lessons) {
  let found = {};
  try {
    found = JSON.parse(text) ?? {};
  } catch {
    // not ours
  }
  const known = (list) => (Array.isArray(list) ? lessons.filter((key) => list.includes(key)) : []);
  const last = Array.isArray(found.last) && lessons.includes(found.last[0]) ? found.last.map(String) : null;
  return { done: known(found.done), begun: known(found.begun), last };
}

// The same after a look at a step of a lesson.
export function after(progress, [lesson, step], solved) {
  const add = (list, yes) => (yes && !list.includes(lesson) ? [...list, lesson] : list);
  return { done: add(progress.done, solved), begun: add(progress.begun, true), last: [lesson, step] };
}

// "done", "begun" or "new".
export function state(progress, lesson) {
  return progress.done.includes(lesson) ? "done" : progress.begun.includes(lesson) ? "begun" : "new";
}

export function mountCourse({ data, parentElement, setTriggerValue }) {
  const root = element(parentElement, "lab-course", "nav");
  root.setAttribute("aria-label", "Lessons");
  const keys = data.lessons.map(([key]) => key);
  const before = kept(read(), keys);
  if (data.fresh && offered === null) offered = before.last ?? false;
  const draw = (progress) => {
    write(progress);
    root.replaceChildren(list(data, progress, choose), ...goOn(data, choose), summary(data, progress, () => draw(NOTHING)));
  };
  const choose = (lesson, step) => setTriggerValue("choice", [lesson, step]);
  draw(after(before, data.now, data.solved));
  const [row, here] = [root.querySelector("ol"), root.querySelector("[aria-current]")];
  row.scrollLeft = here.offsetLeft - row.offsetLeft - 20; // on a phone the row scrolls sideways
  return () => {};
}

function list({ lessons, steps, now }, progress, choose) {
  const made = document.createElement("ol");
  lessons.forEach(([key, title], index) => {
    const found = state(progress, key);
    const press = button(`${index + 1} ${title}`, () => choose(key, steps[0][0]));
    press.dataset.state = found;
    if (key === now[0]) press.setAttribute("aria-current", "step");
    press.prepend(Object.assign(document.createElement("span"), { textContent: MARKS[found], role: "img", ariaLabel: found }));
    const item = document.createElement("li");
    item.append(press);
    made.append(item);
  });
  return made;
}

// The way back to where one was, for those who came without a link.
function goOn({ lessons, steps, now, fresh }, choose) {
  if (!offered || !fresh || offered[0] === now[0]) return [];
  const [lesson] = offered;
  const [step, label] = steps.find(([key]) => key === offered[1]) ?? steps[0];
  return [button(`Go on: ${Object.fromEntries(lessons)[lesson]}, ${label}`, () => choose(lesson, step), "go-on")];
}

// How many are done, and the way to forget it.
function summary({ lessons }, progress, forget) {
  const made = document.createElement("p");
  made.append(`${progress.done.length} of ${lessons.length} done `);
  if (progress.done.length) made.append(button("Forget", forget));
  return made;
}

function button(text, press, name = "") {
  const made = Object.assign(document.createElement("button"), { type: "button", className: name });
  made.append(Object.assign(document.createElement("span"), { textContent: text }));
  made.addEventListener("click", press);
  return made;
}

// A browser may forbid the storage: then the marks last as long as the page.
let instead = null;
function read() {
  try {
    return window.localStorage.getItem(PLACE);
  } catch {
    return instead;
  }
}
function write(progress) {
  instead = JSON.stringify(progress);
  try {
    window.localStorage.setItem(PLACE, instead);
  } catch {
    // as said above
  }
}
