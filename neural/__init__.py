"""Neural networks under sharpness-aware minimisation: data, networks, optimizers and the training loop.

`ranges`, `methods`, `catalog`, `config` and `availability` describe what can be chosen and import no torch,
so that an interface can list and validate choices cheaply. The others do the work: `data` (from `textures`,
`openml` and `corruption`), `networks` (with `resnet`), the baselines (`baseline`, `sam`, `adaptive`),
`optimizers`, `lane`, `train` (which yields a `Point` for every step), `evaluation`, `pictures`, `devices`.
Nothing here knows an interface, and nothing here is global.
"""
