// What a step draws: the points and lines that a trace's `meta` names, from the numbers that came with the page.

const CURVE_POINTS = 61;

export function fillStep(trace, frames, t) {
  const { lane: index, points, over, trail, curve, away, across, unless } = trace.meta ?? {};
  if (index === undefined) return trace;
  const lane = frames.lanes[index];
  const i = Math.min(t, lane.steps - 1);
  const at = (name) => lane.points[name].map((values) => values[i]);
  const same = ([x, y], [otherX, otherY]) => x === otherX && y === otherY;
  if (trail) return { ...trace, x: lane.points[trail][0].slice(0, i + 1), y: lane.points[trail][1].slice(0, i + 1) };
  if (curve) return { ...trace, ...parabola(lane.numbers, curve, i, axesAt(frames, t).gamma) };
  if (over) {
    const known = numbersAt(frames, lane, i, t);
    return { ...trace, x: over.map(([name]) => known[name]), y: over.map(([, name]) => known[name]) };
  }
  const found = points.map(at);
  const hidden = (found.length === 2 && same(...found)) || (unless && same(found[0], at(unless)));
  const filled = { ...trace, x: found.map(([x]) => (hidden ? null : x)), y: found.map(([, y]) => (hidden ? null : y)) };
  if (away) filled.textposition = labelPlace(...away.map(at), across);
  return filled;
}

// Ends of the γ axis and of the distance axis at a step.
export function axesAt({ axes }, t) {
  return { gamma: axes.gamma.map((end) => end[t]), distance: axes.distance.map((end) => end[t]) };
}

function numbersAt(frames, lane, i, t) {
  const { gamma, distance } = axesAt(frames, t);
  const numbers = Object.fromEntries(Object.entries(lane.numbers).map(([name, values]) => [name, values[i]]));
  return { ...numbers, gamma_b: frames.gamma_b, left: gamma[0], right: gamma[1], bottom: distance[0], top: distance[1] };
}

function parabola({ distance_sq, norm_sq, ...numbers }, cross, i, [low, high]) {
  const x = Array.from({ length: CURVE_POINTS }, (_, k) => low + ((high - low) * k) / (CURVE_POINTS - 1));
  return { x, y: x.map((gamma) => distance_sq[i] - 2 * gamma * numbers[cross][i] + gamma ** 2 * norm_sq[i]) };
}

// A label stands on the side of its point that is turned away from the other one, or across to that.
function labelPlace([x, y], [fromX, fromY], across) {
  const [dx, dy] = across ? [y - fromY, fromX - x] : [x - fromX, y - fromY];
  const length = Math.hypot(dx, dy);
  if (!(length > 0)) return "top right";
  const vertical = dy > 0.4 * length ? "top" : dy < -0.4 * length ? "bottom" : "middle";
  const horizontal = dx > 0.4 * length ? "right" : dx < -0.4 * length ? "left" : "center";
  return vertical === "middle" && horizontal === "center" ? "top right" : `${vertical} ${horizontal}`;
}
