// Play, pause, step, back, to the start; and the slider over the steps.

import { element } from "./dom.js";

const BUTTONS = [
  ["To start", (player) => (player.pause(), player.go(0))],
  ["◀ Back", (player) => (player.pause(), player.go(player.t - 1))],
  ["▶ Play", (player) => (player.playing ? player.pause() : player.play())],
  ["Step ▶", (player) => (player.pause(), player.go(player.t + 1))],
];

export class TransportBar {
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
}
