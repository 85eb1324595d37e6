// Esc presses a button of the page, unless something in front of the page takes it: a chart that fills the window, an
// open list, a field.

import { element } from "./dom.js";

const TAKEN = ":popover-open, [role=listbox], [role=dialog], [role=menu]";

export function mountEscape({ data, parentElement }) {
  element(parentElement, "lab-escape");
  const press = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (document.querySelector(TAKEN) || event.target.matches?.("input:not([type=range]):not([type=checkbox]), textarea")) return;
    document.querySelector(data.press)?.click();
  };
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}
