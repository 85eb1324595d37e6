// One legend for all charts of a page: a button for each method shows or hides its lines everywhere.

import { DARK } from "./constants.js";
import { element, setLetters } from "./dom.js";
import { hidden, toggle } from "./hidden.js";
import { DASHES, MARKERS } from "./symbols.js";
import { isDark, onThemeChange } from "./theme.js";

export function mountLegend({ data, parentElement }) {
  const root = element(parentElement, "lab-legend");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Lines shown in the charts");
  const draw = () => {
    const swap = isDark() ? DARK : {};
    root.replaceChildren(
      ...data.items.map(({ key, label, color, dash, width, marker }) => {
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.key = key;
        button.setAttribute("aria-pressed", String(!hidden.has(key)));
        button.title = "Show or hide in every chart";
        const name = document.createElement("span");
        setLetters(name, label);
        button.append(swatch(swap[color] ?? color, dash, width, marker), name);
        button.onclick = () => {
          button.setAttribute("aria-pressed", String(toggle(key)));
        };
        return button;
      }),
    );
  };
  draw();
  return onThemeChange(draw);
}

function swatch(color, dash, width, marker) {
  const image = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  image.setAttribute("width", "34");
  image.setAttribute("height", "14");
  image.setAttribute("aria-hidden", "true");
  const line = image.appendChild(document.createElementNS(image.namespaceURI, "path"));
  line.setAttribute("d", "M0 7H34");
  line.setAttribute("stroke", color);
  line.setAttribute("stroke-width", String(width));
  line.setAttribute("stroke-dasharray", DASHES[dash] ?? "");
  if (MARKERS[marker]) {
    const sign = image.appendChild(document.createElementNS(image.namespaceURI, "polygon"));
    sign.setAttribute("fill", color);
    sign.setAttribute("points", MARKERS[marker].map(([x, y]) => `${17 + 4.5 * x},${7 + 4.5 * y}`).join(" "));
  }
  return image;
}
