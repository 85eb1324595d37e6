// The entry. It asks for all modules, the style sheet and Plotly.js at once: a browser would learn of a module only
// from the one that imports it, and of Plotly.js only from the first chart.

import { MODULES, PLOTLY_URL } from "./constants.js";

const here = (name) => new URL(name, import.meta.url).href;
const ask = (link) => document.head.append(Object.assign(document.createElement("link"), link));

for (const name of MODULES) ask({ rel: "modulepreload", href: here(name) });
ask({ rel: "preload", as: "script", href: new URL(PLOTLY_URL, document.baseURI).href });
// A chart measures its place when it is drawn first; without a style sheet it is drawn all the same.
const styled = new Promise((done) => ask({ rel: "stylesheet", href: here("chart.css"), onload: done, onerror: done }));

const { keepFocus, onePagePerEntry } = await import("./page.js");
onePagePerEntry();
keepFocus();
const { mount } = await import("./main.js");
await styled;

export default mount;
