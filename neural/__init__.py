"""Neural networks under sharpness-aware minimisation: data, networks, optimizers and the training loop.

`config`, `methods`, `catalog`, `sizes` and `availability` describe what can be chosen and import no torch, so
that an interface can list and validate choices cheaply. The others do the work: `data` (from `textures`,
`openml` and `corruption`), `networks`, the baselines (`sam`, `adaptive`), `optimizers`, `lane`, `train`,
`pictures`, `devices`. Nothing here knows an interface, and nothing here is global.
"""
