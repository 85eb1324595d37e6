"""Neural networks under sharpness-aware minimisation: data, networks, optimizers and the training loop.

`ranges`, `methods`, `catalog`, `config`, `point` and `availability` describe what can be chosen and measured
and import no torch, so that an interface can list and validate choices cheaply. The others work: `data`
(from `textures`, `mnist1d`, `openml`, `corruption`), `networks` (with `resnet`), the baselines (`baseline`,
`sam`, `adaptive`), `optimizers`, `lane`, `train` (which yields a `Point` for every step), `evaluation`,
`pictures`, `devices`.

At full size: `archives`, `recipes`, `augmentation`, `prepared` (precision, memory format), `ranks` (several
processes), `long_run` (checkpoints). `peers` has optimizers of other authors; `packages` says which are here.

`landscape` asks how the loss looks around weights, and so does `curvature`.

`sweep`, `sweep_runs`, `sweep_result`, `sweep_table` and `ready_sweeps` describe many runs at once, without
torch; `commands`, `train_command`, `pool` and `sweep_folder` do them from the command line. Nothing here
knows an interface, and nothing here is global.
"""
