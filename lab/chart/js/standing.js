// What decides the newest step of a lane, and whether the lane stands still: in words, from its columns.

import { number } from "./numbers.js";

const LONG = 50; // steps without a move that are worth a warning

// Index of the last row at which x moved; −1 if it never did.
function lastMove({ step, gamma, loss_x: loss }) {
  let row = step.length - 1;
  while (row >= 0 && !(gamma[row] > 0 && loss[row] !== null)) row -= 1;
  return row;
}

// Since which step a lane has not moved; null while it moves, or has stood for fewer than 50 steps.
export function standsSince(columns) {
  const { step } = columns;
  if (!step?.length) return null;
  const moved = lastMove(columns);
  const since = moved < 0 ? 1 : step[moved] + 1;
  return step.at(-1) - since + 1 >= LONG ? since : null;
}

// What decided γ in the newest row.
export function decider(columns, adaptive) {
  const row = columns.step.length - 1;
  const value = (name) => columns[name]?.[row];
  if (value("loss_x") === null) return "diverged";
  if (!adaptive) return "given";
  if (value("loss_e") === null || value("gamma_raw") === null) return "skipped";
  if (value("numerator") < 0) return "clamped";
  if (value("gamma_b") === 0) return "zero";
  return value("gamma") < value("gamma_raw") ? "capped" : "ratio";
}

const NOW = {
  ratio: "the Polyak ratio decides",
  capped: "the cap γ_b decides",
  clamped: "N < 0: no step",
  zero: "the cap γ_b is 0: no step",
  skipped: "not finite: step skipped",
  given: "as its method sets it",
  diverged: "its loss is not a finite number",
};

const STILL = {
  clamped: "N < 0, so γ = 0. ρ is too large here: try a smaller one.",
  zero: "the cap γ_b is 0: raise it.",
  skipped: "its loss or gradient is not finite, and every step is skipped.",
  diverged: "its loss is not a finite number any more: try a smaller γ, or a smaller ρ.",
};

// { text, warning } for a lane's card; null before its first step.
export function told(columns, adaptive) {
  if (!columns?.step?.length) return null;
  const why = decider(columns, adaptive);
  const since = standsSince(columns);
  if (since !== null && STILL[why]) {
    return { warning: true, text: `Has not moved since step ${since.toLocaleString("en")}: ${STILL[why]}` };
  }
  const gamma = columns.gamma.at(-1);
  return { warning: false, text: `γ = ${number(gamma, 3)}: ${NOW[why]}` };
}
