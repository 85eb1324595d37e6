// A loss of one variable with a narrow and a wide valley, and SAM-SPS on it (λ = 1): the mathematics of Home's picture.
// The loss is the smooth minimum of two parabolas a (x − c)² / 2, both of which touch 0.

export const RHO = 0.5; // the radius ρ of the look uphill
export const START = -0.8; // x⁰, on the inner wall of the narrow valley
export const RANGE = [-2.1, 3.3];
export const NARROW = { a: 40, c: -1 };
export const WIDE = { a: 1, c: 1.5 };
const SHARPNESS = 12; // of the smooth minimum: the larger, the sharper the ridge between the valleys

function parts(x) {
  const values = [NARROW, WIDE].map(({ a, c }) => (a * (x - c) ** 2) / 2);
  const least = Math.min(...values);
  const weights = values.map((value) => Math.exp(-SHARPNESS * (value - least)));
  return { least, weights, total: weights[0] + weights[1] };
}

export function loss(x) {
  const { least, total } = parts(x);
  return least - Math.log(total) / SHARPNESS;
}

export function slope(x) {
  const { weights, total } = parts(x);
  return (weights[0] * NARROW.a * (x - NARROW.c) + weights[1] * WIDE.a * (x - WIDE.c)) / total;
}

// The lower bound ℓ* of the step size. At the bottom of the wide valley the other parabola is far above: 0 to rounding.
export const F_STAR = 0;

// One step: the look uphill to e = x + ρ sign(f′(x)), N = f(e) − ℓ* − f′(e)(e − x), γ = max(N, 0) / f′(e)².
export function step(x, rho) {
  const e = x + rho * Math.sign(slope(x));
  const g = slope(e);
  const numerator = loss(e) - F_STAR - g * (e - x);
  const gamma = g === 0 ? 0 : Math.max(numerator, 0) / (g * g);
  return { x, e, g, numerator, gamma, next: x - gamma * g };
}

// The iterates from `x` on, until the step is below what a picture shows or the safeguard makes it 0.
export function walk(x, rho, most = 12) {
  const steps = [step(x, rho)];
  while (steps.length < most && Math.abs(steps.at(-1).next - steps.at(-1).x) > 0.01) steps.push(step(steps.at(-1).next, rho));
  return steps;
}
