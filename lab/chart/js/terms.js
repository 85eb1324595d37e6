// The formula of one step with its numbers put in, term by term, in the colours of the picture. Written in MathML;
// everything put into it is a number or one of the symbols below.

import { element, setLetters } from "./dom.js";
import { number } from "./numbers.js";

const id = (text) => `<mi>${text}</mi>`;
const op = (text) => `<mo>${text}</mo>`;
const role = (name, content) => `<mrow class="lab-${name}">${content}</mrow>`;
const grad = (at, name) => role(name, `${op("∇")}${id("f")}${op("(")}${id(at)}${op(")")}`);
const norm = (content) => `${op("‖")}${content}<msup>${op("‖")}<mn>2</mn></msup>`;
const value = (x) => (x === null ? id("∞") : `<mn>${plain(x)}</mn>`);
const signed = (x) => (x < 0 ? `${op("(")}${value(x)}${op(")")}` : value(x));

const TERMS = {
  f_e: role("uphill", `${id("f")}${op("(")}${id("e")}${op(")")}`),
  f_star: `<msup>${id("ℓ")}${op("*")}</msup>`,
  inner: `${op("⟨")}${grad("e", "descent")}${op(",")}${role("uphill", `${id("e")}${op("−")}${id("x")}`)}${op("⟩")}`,
  norm_sq: norm(grad("e", "descent")),
  gamma_b: `<msub>${id("γ")}${id("b")}</msub>`,
};

export function plain(x) {
  const text = number(x, 3);
  const [, digits, exponent] = text.match(/^(.*)e([+-]\d+)$/) ?? [];
  return digits ? `${digits.replace("-", "−")}·10${superscript(exponent)}` : text.replace("-", "−");
}

function superscript(exponent) {
  const raised = { "-": "⁻", "+": "", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  return [...exponent].map((sign) => raised[sign]).join("");
}

const brace = (sign, size) => `<mo stretchy="false" class="lab-${size}">${sign}</mo>`;
const of = (name, parts, size = "small") => `<mtext>${name}</mtext>${brace("{", size)}${parts.join(op(","))}${brace("}", size)}`;
const positive = (content) => of("max", [content, "<mn>0</mn>"]);
const polyak = (top, bottom, cap) => of("min", [`<mfrac><mrow>${positive(top)}</mrow><mrow>${bottom}</mrow></mfrac>`, cap], "tall");

function adaptiveRows(lane, i, frames) {
  const { f_e, inner, N, norm_sq, ratio, gamma } = Object.fromEntries(
    Object.entries(lane.numbers).map(([name, values]) => [name, values[i]]),
  );
  const cap = value(frames.gamma_b);
  const uphill = role("uphill", value(f_e));
  const product = role("inner", signed(inner));
  const squared = role("descent", value(norm_sq));
  const symbols = `${TERMS.f_e}${op("−")}${TERMS.f_star}${op("−")}${TERMS.inner}`;
  const numbers = `${uphill}${op("−")}${signed(frames.f_star)}${op("−")}${product}`;
  const rows = [polyak(symbols, TERMS.norm_sq, TERMS.gamma_b), polyak(numbers, squared, cap)];
  const chosen = role("descent lab-strong", value(gamma));
  if (!norm_sq) return [...rows, chosen];
  rows.push(polyak(role("model", value(N)), squared, cap));
  rows.push(`${of("min", [positive(role("model", value(ratio))), cap])}${op("=")}${chosen}`);
  return rows;
}

function mathTable(rows) {
  const lines = rows.map((row, index) => `<mtr><mtd>${index ? "" : id("γ")}</mtd><mtd>${op("=")}</mtd><mtd>${row}</mtd></mtr>`);
  return `<math display="block"><mtable displaystyle="true">${lines.join("")}</mtable></math>`;
}

export function showFormula(parent, player, swap) {
  const { lanes, data, t } = player;
  for (const [name, color] of Object.entries(data.roles)) parent.style.setProperty(`--${name}`, swap[color] ?? color);
  lanes.forEach((lane, index) => {
    const box = element(parent, `lab-player-lane-${index}`);
    const i = Math.min(t, lane.steps - 1);
    box.style.setProperty("--descent", swap[lane.color] ?? lane.color);
    setLetters(element(box, "lab-player-name"), lane.label);
    element(box, "lab-player-math").innerHTML = mathTable(lane.adaptive ? adaptiveRows(lane, i, player.frames) : [value(lane.numbers.gamma[i])]);
    setLetters(element(box, "lab-player-said", "p"), said(lane, t, data.words).join(" "));
  });
  for (const extra of [...parent.children].slice(lanes.length)) extra.remove();
}

// What decided, and what became of the distance and of the guarantee at this step.
export function said(lane, t, words) {
  const i = Math.min(t, lane.steps - 1);
  const { distance_sq, after, cross, N, gamma } = lane.numbers;
  const texts = [words[lane.decided[i]]];
  if (gamma[i] > 0) texts.push(`‖x − x*‖² goes from ${number(distance_sq[i], 3)} to ${number(after[i], 3)}.`);
  if (lane.adaptive && gamma[i] > 0 && cross[i] < N[i] * (1 - 1e-5)) texts.push(words.broken);
  if (lane.diverged_at !== null && t >= lane.diverged_at) texts.push(words.diverged.replace("{t}", lane.diverged_at + 1));
  else if (lane.left_at !== null && t >= lane.left_at) texts.push(words.left.replace("{t}", lane.left_at + 1));
  if (t >= lane.steps) texts.push(words.over.replace("{t}", lane.steps));
  return texts;
}

export function stepsTable(lanes) {
  const names = ["f_x", "f_e", "inner", "N", "norm_sq", "ratio", "gamma", "distance_sq", "after"];
  const titles = ["f(x)", "f(e)", "⟨∇f(e), e − x⟩", "N", "‖∇f(e)‖²", "N/‖∇f(e)‖²", "γ", "‖x − x*‖²", "‖x⁺ − x*‖²"];
  const point = ["x", "e", "next"];
  const rows = lanes.flatMap((lane) =>
    Array.from({ length: lane.steps }, (_, i) => [
      lane.label,
      i + 1,
      ...point.flatMap((name) => lane.points[name].map((values) => values[i])),
      ...names.map((name) => lane.numbers[name][i]),
      lane.decided[i],
    ]),
  );
  const [first, second] = lanes[0].points.foot ? ["", ", height"] : ["₁", "₂"];
  const ends = ["x", "e", "x⁺"].flatMap((name) => [name + first, name + second]);
  return { header: ["method", "step", ...ends, ...titles, "decided by"], rows };
}
