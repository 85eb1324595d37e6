// Home's picture: one step on a loss with two valleys. The visitor guesses how long it is, then sees Polyak's answer,
// then lets it go on. All of it happens here, without the server.

import { element } from "./dom.js";
import { drawing } from "./landscape.js";
import { number } from "./numbers.js";
import { loss, RHO, START, step, walk, WIDE } from "./valley.js";

const SECONDS = 0.7; // of a step while it goes on by itself
const FIRST = step(START, RHO);
const GUESS = { min: 0, max: 1.5, step: 0.01, value: 0.2 };

export function mountGuess({ data, parentElement }) {
  const root = element(parentElement, "lab-guess");
  if (root.childElementCount) return () => {};
  root.innerHTML = TEMPLATE; // a constant: nothing of a visitor's is in it
  const find = (name) => root.querySelector(`[data-part=${name}]`);
  const picture = drawing(find("picture"), data.alt);
  const guess = Object.assign(find("gamma"), GUESS);
  let timer;

  const say = (text) => (find("say").textContent = text);
  const show = (...names) =>
    root.querySelectorAll("[data-stage]").forEach((part) => (part.hidden = !names.includes(part.dataset.stage)));

  const asked = () => {
    const gamma = Number(guess.value);
    find("value").textContent = `γ = ${gamma.toFixed(2)}`;
    guess.setAttribute("aria-valuetext", `gamma ${gamma.toFixed(2)}`);
    picture.look(FIRST);
    picture.land(FIRST.x - gamma * FIRST.g, gamma > 0);
  };
  const begin = () => {
    clearTimeout(timer);
    picture.clear();
    show("ask");
    say(data.words.ask);
    asked();
  };
  const answer = () => {
    const gamma = Number(guess.value);
    picture.tangent(FIRST);
    show("go");
    say(`${verdict(gamma)} ${data.words.answer}`);
    find("go").focus({ preventScroll: true });
  };
  const goOn = () => {
    const steps = walk(START, RHO);
    const blind = walk(START, 0).at(-1).next;
    show("again");
    find("again").focus({ preventScroll: true });
    picture.clear();
    const play = (index) => {
      const one = steps[index];
      picture.look(one);
      picture.tangent(one);
      picture.move(one.next);
      say(`Step ${index + 1}: γ = ${number(one.gamma, 2)}, loss ${number(loss(one.next), 2)}.`);
      if (index + 1 < steps.length) timer = setTimeout(() => play(index + 1), 1000 * SECONDS);
      else timer = setTimeout(() => rest(one.next, blind), 1000 * SECONDS);
    };
    play(0);
  };
  const rest = (x, blind) => {
    picture.clear();
    picture.move(x);
    picture.other(blind);
    say(data.words.rest.replace("{away}", number(Math.abs(x - WIDE.c), 2)));
  };

  guess.addEventListener("input", asked);
  find("show").addEventListener("click", answer);
  find("go").addEventListener("click", goOn);
  find("again").addEventListener("click", begin);
  begin();
  return () => clearTimeout(timer);
}

// What the guess was like, beside Polyak's step.
export function verdict(gamma, right = FIRST.gamma) {
  const yours = `You said γ = ${gamma.toFixed(2)}, Polyak says ${right.toFixed(2)}`;
  if (Math.abs(gamma - right) <= 0.05) return `${yours}: well guessed.`;
  return gamma < right ? `${yours}: yours was timid.` : `${yours}: yours was bold.`;
}

const TEMPLATE = `
  <div data-part="picture"></div>
  <div class="lab-guess-side">
    <div data-stage="ask">
      <h3>Your guess first: how long would you make this step?</h3>
      <input type="range" data-part="gamma" aria-label="Your step size">
      <div class="lab-guess-ends"><span>timid</span><output data-part="value"></output><span>bold</span></div>
      <button type="button" data-part="show">Show Polyak's answer</button>
    </div>
    <div data-stage="go" hidden><h3>As long as the tangent says</h3><button type="button" data-part="go">Take it, and go on</button></div>
    <div data-stage="again" hidden><h3>From the narrow valley into the wide one</h3><button type="button" data-part="again">Start again</button></div>
    <p data-part="say" aria-live="polite"></p>
  </div>`;
