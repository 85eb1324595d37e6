// A button under a chart that has it fill the window, and Esc or the same button back. The chart keeps its DOM node:
// its place is shown above the page as a popover, and nothing is moved.

import { element } from "./dom.js";

const WORDS = { false: "Enlarge", true: "Back to the page" };

// `redraw` is called once the place has its new size; gives whether the place fills the window.
export function enlarger(place, redraw) {
  const button = element(place, "lab-enlarge", "button");
  const isLarge = () => place.classList.contains("lab-large");
  if (!button.type || !button.onclick) {
    button.type = "button";
    button.textContent = WORDS[false];
    button.onclick = () => (isLarge() ? place.hidePopover() : grow());
  }
  const set = (large) => {
    place.classList.toggle("lab-large", large);
    button.textContent = WORDS[large];
    place.lab.redraw();
  };
  const grow = () => {
    place.setAttribute("popover", "auto"); // Esc closes it
    place.showPopover();
    set(true);
    button.focus({ preventScroll: true });
  };
  place.lab ??= {};
  place.lab.redraw = redraw;
  if (place.lab.listening) return isLarge;
  place.lab.listening = true;
  place.addEventListener("toggle", (event) => {
    if (event.target !== place || event.newState !== "closed") return;
    place.removeAttribute("popover");
    set(false);
    button.focus();
  });
  return isLarge;
}
