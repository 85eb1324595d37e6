// The step size of the newest step, with its numbers put in, lane by lane.

import { DARK } from "./constants.js";
import { element, setLetters } from "./dom.js";
import { number } from "./numbers.js";
import { Stream } from "./stream.js";
import { isDark, onThemeChange } from "./theme.js";

export function mountFormula({ data, parentElement }) {
  const root = element(parentElement, "lab-formula");
  const draw = () => {
    const swap = isDark() ? DARK : {};
    root.replaceChildren(...data.lanes.map((lane) => formulaOf(lane, stream.lanes[lane.index], swap)));
  };
  const { stream, leave } = Stream.subscribe(data.stream, draw);
  draw();
  const forget = onThemeChange(draw);
  return () => {
    leave();
    forget();
  };
}

function formulaOf(lane, columns, swap) {
  const made = document.createElement("p");
  const name = made.appendChild(document.createElement("b"));
  setLetters(name, lane.label);
  name.style.color = swap[lane.color] ?? lane.color;
  const newest = (columns?.step?.length ?? 0) - 1;
  if (newest < 0) {
    made.append(" no step yet");
    return made;
  }
  const value = (key) => columns[key]?.[newest];
  made.append(` step ${value("step").toLocaleString("en")}: `, lane.adaptive ? withNumbers(value) : given(value));
  return made;
}

export function withNumbers(value) {
  if (value("loss_e") == null || value("gamma_raw") == null) return "skipped: a loss or gradient was not finite, x stays.";
  const inner = value("loss_e") - value("numerator");
  const squared = value("grad_e_norm") ** 2;
  const sign = inner < 0 ? "+" : "−";
  const top = `[ ${number(value("loss_e"), 3)} − 0 ${sign} ${number(Math.abs(inner), 3)} ]₊`;
  const ratio = `${top} / ${number(squared, 3)}`;
  return `γ = min{ ${ratio}, ${number(value("gamma_b"), 3)} } = ${number(value("gamma"), 3)}   ${decided(value)}`;
}

function decided(value) {
  if (value("gamma") === 0) return "(the safeguard decided: the ratio was negative)";
  if (value("gamma") < value("gamma_raw")) return `(the cap decided; the ratio was ${number(value("gamma_raw"), 3)})`;
  return "(the ratio decided)";
}

export function given(value) {
  return `γ = ${number(value("gamma"), 3)}; its method sets it, the Polyak ratio would have been ${number(value("gamma_raw"), 3)}`;
}
