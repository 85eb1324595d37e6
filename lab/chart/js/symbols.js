// Plotly's dashes and markers as SVG draws them.

export const DASHES = { solid: "", dot: "2 3", dash: "7 4", longdash: "10 4", dashdot: "7 3 2 3", longdashdot: "10 3 2 3" };

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

export const MARKERS = {
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
  "triangle-ne": [[-1, -1], [1, -1], [1, 1]],
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
