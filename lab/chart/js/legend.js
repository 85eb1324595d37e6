// One legend for all charts of a page: a button for each method shows or hides its lines everywhere.

const DASHES = { solid: "", dot: "2 3", dash: "7 4", longdash: "10 4", dashdot: "7 3 2 3", longdashdot: "10 3 2 3" };

// Hidden by its method, or as a bound.
function hiddenTrace(trace) {
  return shared.hidden.has(trace.legendgroup) || (trace.meta?.bound && shared.hidden.has("bounds"));
}

function applyHidden(traces) {
  return shared.hidden.size ? traces.map((trace) => (hiddenTrace(trace) ? { ...trace, visible: false } : trace)) : traces;
}

function mountLegend({ data, parentElement }) {
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
        button.setAttribute("aria-pressed", String(!shared.hidden.has(key)));
        button.title = "Show or hide in every chart";
        button.append(swatch(swap[color] ?? color, dash, width, marker), label);
        button.onclick = () => {
          if (!shared.hidden.delete(key)) shared.hidden.add(key);
          button.setAttribute("aria-pressed", String(!shared.hidden.has(key)));
          for (const redraw of shared.redraws) redraw();
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

// Plotly's markers as polygons: `corners` of them on the unit circle, the first at `turn` (0 is up); in a star
// every other one is drawn in to `inner`.
function corners(count, turn = 0, inner = 1) {
  return Array.from({ length: count }, (_, i) => {
    const angle = 2 * Math.PI * (i / count + turn);
    const radius = i % 2 ? inner : 1;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)];
  });
}

const stretched = (points, x, y) => points.map(([a, b]) => [a * x, b * y]);

const MARKERS = {
  circle: corners(24),
  square: corners(4, 1 / 8),
  diamond: corners(4),
  "diamond-tall": stretched(corners(4), 0.7, 1.3),
  "diamond-wide": stretched(corners(4), 1.3, 0.7),
  cross: [[-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35], [0.35, 0.35], [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35], [-1, -0.35], [-0.35, -0.35]],
  x: corners(8, 1 / 8, 0.35),
  "triangle-up": corners(3),
  "triangle-down": corners(3, 1 / 2),
  "triangle-left": corners(3, 3 / 4),
  "triangle-right": corners(3, 1 / 4),
  pentagon: corners(5),
  hexagon: corners(6, 1 / 12),
  octagon: corners(8, 1 / 16),
  star: corners(10, 0, 0.45),
  hexagram: corners(12, 0, 0.58),
  "star-diamond": corners(8, 0, 0.5),
  "star-square": corners(8, 1 / 8, 0.6),
  hourglass: [[-1, -1], [1, -1], [-1, 1], [1, 1]],
  bowtie: [[-1, -1], [1, 1], [1, -1], [-1, 1]],
};
