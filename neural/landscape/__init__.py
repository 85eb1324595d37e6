"""How the loss looks around weights: is a minimum sharp or flat?

Everything takes plain functions of a vector (NumPy, float64): a loss f(w), its gradient, and a product
v ↦ ∇²f(w) v. A network's are those of a `surface.Surface`; a quadratic's, where every answer is known
exactly, those of a `quadratic.Quadratic`; anything else may bring its own (`functions.Functions`).

- `functions`: the types, and how progress is told.
- `directions`, `slices`, `plane`, `trajectory`, `line`: pictures. Random directions with filter
  normalisation, cuts along them, the plane of a trajectory by principal components, the line between two
  minima.
- `spectrum`, `trace`, `sharpness`: numbers. Largest eigenvalues, density of the spectrum, trace, rise of the
  loss in the ρ-ball at most and on average.
- `flatness`: all of the numbers at once, coarse or fine.
- `quadratic`: the exact answers, to learn to read the others by.
- `surface`, `stored`, `rescaling` import torch: a network as such functions, one out of a stored lane, and
  one that computes the same function with other weights. All the rest is NumPy and SciPy.

What takes long has `tell`, called with the share done in [0, 1] before every piece of work: what it raises
ends the work. Results are frozen, small, and know nothing of torch.
"""
