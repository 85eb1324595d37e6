// A figure as it goes into a file: light, with its title, a legend at its right and the values of the screen below it
// in small type. A function of the figure alone; what a visitor hid or zoomed is in `drawn`, Plotly's own account.

const WIDTH = 1000;
const FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"; // in every program, unlike the page's
const LETTER = 6.5; // pixels of a letter of the legend
const SWATCH = 62; // pixels of a legend's entry beside its letters
const AXIS = 50; // pixels below the plot for the axis and its title
const LINE = 11; // pixels of a line of the small type
const EDGE = 8; // pixels below the last one
const LINE_LETTERS = 165;

const plain = (text) => text.replaceAll("<sub>", "_").replace(/<[^>]*>/g, "");
const inert = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export function paper({ data, layout }, drawn, values) {
  const traces = data.map((trace, i) => ({ ...trace, visible: drawn?._fullData?.[i]?.visible ?? trace.visible ?? true })).filter((trace) => trace.visible === true);
  const listed = traces.map((trace) => ({ ...trace, showlegend: isListed(trace) }));
  const lines = wrapped(values);
  const scaled = traces.some(hasScale);
  const longest = Math.max(0, ...listed.filter((trace) => trace.showlegend).map((trace) => plain(trace.name).length));
  const right = scaled || !longest ? 0 : SWATCH + LETTER * longest;
  const below = AXIS + (scaled && longest ? 34 : 0);
  const margin = { l: 62, t: 40, r: 16, ...layout.margin };
  const b = below + LINE * lines.length + EDGE;
  const height = (layout.height ?? 340) + 40 + LINE * lines.length + EDGE;
  return {
    data: listed,
    layout: {
      ...layout,
      ...axes(layout, drawn),
      autosize: false,
      width: WIDTH,
      height,
      font: { ...layout.font, family: FONT },
      paper_bgcolor: "#ffffff",
      plot_bgcolor: "#ffffff",
      showlegend: longest > 0,
      // A scale has its place at the right: there the legend stands between the axis and the small type.
      legend: scaled ? { orientation: "h", x: 0, y: -AXIS / (height - margin.t - b), yanchor: "top" } : { orientation: "v", xref: "container", x: 1, xanchor: "right", y: 1, yanchor: "top", traceorder: "normal" },
      margin: { ...margin, r: margin.r + right, b },
      annotations: [...(layout.annotations ?? []), small(lines, below)],
    },
  };
}

// What the page's own legend would not name is not in the file's either.
const isListed = (trace) => Boolean(trace.name) && trace.showlegend !== false && trace.hoverinfo !== "skip" && !hasScale(trace);

const hasScale = (trace) => ["heatmap", "contour", "surface"].includes(trace.type) && trace.showscale !== false;

// The axes as they stand: a zoom by hand holds in the file too.
function axes(layout, drawn) {
  const names = Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name));
  const range = (name) => drawn?._fullLayout?.[name]?.range;
  return Object.fromEntries(names.map((name) => [name, range(name) ? { ...layout[name], autorange: false, range: [...range(name)] } : layout[name]]));
}

function small(lines, below) {
  const font = { size: 8, color: "#5c6b7a" };
  return { text: lines.map(inert).join("<br>"), xref: "paper", x: 0, xanchor: "left", yref: "paper", y: 0, yshift: -below, yanchor: "top", align: "left", showarrow: false, font };
}

function wrapped(values) {
  const lines = [""];
  for (const [key, text] of values) {
    const word = `${key}=${text}`;
    if (lines.at(-1).length + word.length > LINE_LETTERS) lines.push("");
    lines[lines.length - 1] += (lines.at(-1) ? "  " : "") + word;
  }
  return lines.filter(Boolean);
}

// A file's name, without its ending: the page, what the figure shows, and the run or the seed.
export function fileName(title, page, values) {
  const known = new Map(values);
  const which = known.get("run") ?? (known.has("seed") ? `seed${known.get("seed")}` : "");
  const slug = (text) => plain(text).normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").toLowerCase().slice(0, 60);
  return [slug(page), slug(title), which.replace(/[^A-Za-z0-9_-]/g, "")].filter(Boolean).join("_") || "figure";
}

// A page of its own: the figure, and Plotly.js in it, so that it needs no network.
export function htmlPage(figure, title, plotly) {
  const numbers = (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
  const json = JSON.stringify(figure, numbers).replaceAll("<", "\\u003c");
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${inert(plain(title))}</title></head><body>`,
    `<script>${plotly.replaceAll("</script", "<\\/script")}</script>`,
    `<div id="figure"></div><script>{ const figure = ${json}; Plotly.newPlot("figure", figure.data, figure.layout, { displaylogo: false }); }</script>`,
    "</body></html>\n",
  ].join("\n");
}
