// A menu under a chart: its figure as a file. Everything is made in the browser; nothing is sent.
// PDF is printed, as vectors: no browser writes it otherwise, and a writer of our own would draw the figure anew.

import { PLOTLY_URL } from "./constants.js";
import { element } from "./dom.js";
import { download, offer } from "./download.js";
import { fileName, htmlPage, paper } from "./paper.js";
import { loadPlotly } from "./plotly.js";

const FORMATS = {
  SVG: saveSvg,
  PNG: savePng,
  PDF: printPdf,
  HTML: saveHtml,
};
const HELP = {
  SVG: "Vectors, for papers and slides",
  PNG: "Pixels, at twice the size",
  PDF: "Opens the browser's print dialog: choose Save as PDF there",
  HTML: "A page of its own, which zooms and needs no network",
};

// `figures` gives what there is to save: [{ figure, drawn }], as in `paper`.
export function saver(place, figures) {
  const menu = element(place, "lab-save", "details");
  menu.figures = figures;
  if (menu.firstChild) return;
  menu.innerHTML = "<summary>Save</summary><div></div>";
  const list = menu.querySelector("div");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", "Save the figure as");
  const away = ({ target }) => menu.contains(target) || (menu.open = false);
  menu.addEventListener("toggle", () => {
    if (menu.open) list.replaceChildren(...rows(menu));
    document[menu.open ? "addEventListener" : "removeEventListener"]("pointerdown", away);
  });
  menu.addEventListener("keydown", (event) => event.key === "Escape" && close(menu, event));
  menu.addEventListener("focusout", ({ relatedTarget }) => !relatedTarget || menu.contains(relatedTarget) || (menu.open = false));
}

function close(menu, event) {
  if (!menu.open) return;
  event.stopPropagation(); // a chart that fills the window stays
  event.preventDefault();
  menu.open = false;
  menu.querySelector("summary").focus();
}

// A row of buttons for each figure; where there are several, each begins with its title.
function rows(menu) {
  const several = menu.figures().length > 1;
  return menu.figures().map(({ figure }, index) => {
    const row = document.createElement("div");
    if (several) row.append(Object.assign(document.createElement("span"), { textContent: titleOf(figure).replace(/<[^>]*>/g, "") }));
    for (const [format, save] of Object.entries(FORMATS)) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: format, title: HELP[format] });
      button.onclick = () => {
        const { figure, drawn } = menu.figures()[index];
        const values = [...new URLSearchParams(location.search)];
        const page = location.pathname.split("/").at(-1);
        save(paper(figure, drawn, values), fileName(titleOf(figure), page, values)).catch((error) => console.error(error));
      };
      row.append(button);
    }
    return row;
  });
}

const titleOf = ({ layout }) => layout.title?.text ?? "";

const image = async ({ data, layout }, format, scale) => {
  const Plotly = await loadPlotly();
  return Plotly.toImage({ data, layout }, { format, scale, width: layout.width, height: layout.height });
};

// The figure as an SVG element whose letters have sizes in pixels: not every program knows those in percent.
async function drawing(figure) {
  const text = decodeURIComponent((await image(figure, "svg", 1)).replace(/^[^,]*,/, ""));
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const sizeOf = (part) => (part.style.fontSize.endsWith("px") || !part.parentElement ? parseFloat(part.style.fontSize) : (sizeOf(part.parentElement) * (parseFloat(part.style.fontSize) || 100)) / 100);
  for (const part of svg.querySelectorAll("tspan[style*='%']")) part.style.fontSize = `${sizeOf(part)}px`;
  return svg;
}

async function saveSvg(figure, name) {
  offer(new Blob([new XMLSerializer().serializeToString(await drawing(figure))], { type: "image/svg+xml" }), `${name}.svg`);
}

async function savePng(figure, name) {
  download(await image(figure, "png", 2), `${name}.png`);
}

async function saveHtml(figure, name) {
  const plotly = await (await fetch(new URL(PLOTLY_URL, document.baseURI))).text();
  offer(new Blob([htmlPage(figure, figure.layout.title?.text ?? "", plotly)], { type: "text/html" }), `${name}.html`);
}

async function printPdf(figure, name) {
  const svg = await drawing(figure);
  const frame = document.createElement("iframe");
  frame.className = "lab-print";
  frame.title = "The figure, to be printed";
  document.body.append(frame);
  const page = frame.contentDocument;
  page.title = name;
  const { width, height } = figure.layout;
  const sheet = page.createElement("style");
  sheet.textContent = `@page { size: ${width}px ${height}px; margin: 0 } body { margin: 0 } svg { display: block }`;
  page.head.append(sheet);
  page.body.append(page.importNode(svg, true));
  frame.contentWindow.addEventListener("afterprint", () => setTimeout(() => frame.remove()));
  frame.contentWindow.print();
}
