// Is `meta` of a figure's traces and layout what both sides know (lab/ui/meta.py)? Python refuses what is not;
// a figure that came from elsewhere, or from another version of the app, is drawn and its faults are told.

import { META } from "./constants.js";
import { element } from "./dom.js";

// One sentence for each `meta` that is not as written down.
export function faults({ data, layout }) {
  const found = data.map((trace) => fault(trace.meta, META.trace, `the trace '${trace.name ?? ""}'`));
  return [...found, fault(layout?.meta, META.layout, "the layout")].filter(Boolean);
}

function fault(meta, kinds, owner) {
  if (meta === undefined || meta === null) return null;
  const names = Object.keys(meta).sort();
  const fits = ({ required, optional }) =>
    required.every((name) => names.includes(name)) && names.every((name) => required.includes(name) || optional.includes(name));
  if (Object.values(kinds).some(fits)) return null;
  const known = new Set(Object.values(kinds).flatMap(({ required, optional }) => [...required, ...optional]));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length) return `meta of ${owner} has unknown fields: ${unknown.join(", ")}`;
  return `meta of ${owner} has fields that do not make a kind: ${names.join(", ")}`;
}

// Below the chart, and in the browser's console.
export function tellFaults(parent, figure) {
  const text = faults(figure).join("; ");
  if (text) console.error(text);
  if (text || parent.querySelector(":scope > .lab-fault")) element(parent, "lab-fault").textContent = text;
}
