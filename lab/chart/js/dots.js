// The points that travel while a step is played, over both charts.

import { DARK } from "./constants.js";
import { element } from "./dom.js";
import { isDark } from "./theme.js";

export function placeDots(player, share) {
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

export function hideDots(player) {
  player.charts.forEach((chart) => player.lanes.forEach((_, index) => dot(chart, index, "", null)));
}
