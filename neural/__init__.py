"""Neural networks under sharpness-aware minimisation: data, networks, optimizers and the training loop.

`neural.config`, `neural.methods` and `neural.catalog` describe what can be chosen and import no torch, so
that an interface can list and validate choices cheaply. The others (`data`, `networks`, `sam`, `optimizers`,
`lane`, `train`) do the work and import torch. Nothing here knows an interface, and nothing here is global.
"""
