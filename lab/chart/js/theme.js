// Light figures on a dark page: each colour of the light palette is swapped for its dark partner; a shade of it
// (two more digits, its opacity) becomes the same shade of the partner.

import { onTypeChange } from "./type.js";

export function isDark() {
  const app = document.querySelector(".stApp") ?? document.body;
  const [r, g, b] = (getComputedStyle(app).backgroundColor.match(/[\d.]+/g) ?? [255, 255, 255]).map(Number);
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

export function recolor(value, swap) {
  if (typeof value === "string") {
    const partner = swap[value.slice(0, 7)];
    return partner && /^#[0-9a-f]{6}([0-9a-f]{2})?$/.test(value) ? partner + value.slice(7) : value;
  }
  if (Array.isArray(value)) return value.map((item) => recolor(item, swap));
  if (value && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, recolor(item, swap)]));
  return value;
}

// Calls back when the page is drawn in other colours or in another size of type.
export function onThemeChange(callback) {
  const app = document.querySelector(".stApp");
  const observer = new MutationObserver(callback);
  if (app) observer.observe(app, { attributes: true, attributeFilter: ["class", "style"] });
  const forget = onTypeChange(callback);
  return () => {
    observer.disconnect();
    forget();
  };
}
