"""A run as a script of its own, in plain PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lab.cnn.looks import lane_looks
from lab.cnn.numbers import name_of
from lab.cnn.run_config import of_one_seed
from lab.export.about import heading
from lab.export.code import Script, call, definitions, literal, names_in
from lab.params import CnnConfig
from lab.uploads import store
from neural.availability import OPENML_IDS
from neural.catalog import DATASETS, NETWORKS
from neural.config import LaneConfig, TrainConfig
from neural.methods import METHODS
from neural.own_images import parsed
from runs import Mark

SOURCE = "cnn"
SAM_LIKE = ("rho", "lambd", "lr", "weight_decay", "momentum")
LIGHT = ("rho", "lr", "weight_decay")
RATE = ("lr", "weight_decay")
MAKERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "sam_sps": ("SAM_SPS", ("rho", "lambd", "gamma_b", "weight_decay")),
    "sam": ("SAM", SAM_LIKE),
    "sgd": ("torch.optim.SGD", ("lr", "momentum", "weight_decay")),
    "adam": ("torch.optim.AdamW", RATE),
    "adasam": ("AdaSAM", ("rho", "lambd", "lr", "weight_decay")),
    "lightsam_1": ("LightSAM1", LIGHT),
    "lightsam_2": ("LightSAM2", LIGHT),
    "lightsam_3": ("LightSAM3", LIGHT),
    "sa_sam": ("SASAM", RATE),
    "muon": ("Muon", RATE),
    "momo": ("momo.Momo", RATE),
    "prodigy": ("prodigyopt.Prodigy", RATE),
    "schedule_free": ("ScheduleFree", RATE),
    "dog": ("DoG", RATE),
}
"""By `neural.methods.Method.optimizer`: what makes it in a script, and from which values."""
RESNETS = {"resnet8": 1, "resnet20": 3, "resnet32": 5}
EXACT = """On the CPU, with the versions below, every number is that of the app to the last bit; the app's
files have six digits of each. On a GPU the sums of a convolution have no fixed order: there it is the same
up to rounding."""
OURS = """SAM_SPS is the folder sam_sps of the app's repository: put it beside this file. The package of that
name on PyPI is that of the method's authors: the same mathematics, rounded otherwise, without sam_every."""


def script(training: TrainConfig, marks: Sequence[Mark], config: CnnConfig, run: str | None) -> Script:
    """The run that a configuration starts, with the changes that were made on its way.

    Raises
    ------
    ValueError
        For a run that the lab's controls cannot make: from an archive, or in another precision.
    """
    plain = replace(training, precision="float32", channels_last=False)
    if DATASETS[training.dataset].source == "archive" or plain != training:
        raise ValueError("This run is too large for a script; `python -m neural train` makes it again.")
    chosen = _chosen(training, marks)
    used = {METHODS[lane.method] for lane in training.lanes}
    exact = f"{EXACT}\n\n{OURS}" if any(method.adaptive for method in used) else EXACT
    packages = ("torch", "numpy", "scikit-learn", *sorted({one.package for one in used} - {""}))
    scipy = ("scipy",) if training.dataset == "mnist1d" else ()
    return Script(
        name_of(training, run),
        heading(config, "Training side by side, in plain PyTorch.", exact, (*packages, *scipy), run),
        definitions(SOURCE, names_in(chosen + END)),
        chosen,
        END,
    )


END = """
if len(sys.argv) > 1:  # python FILE.py numbers.csv
    write(table, sys.argv[1])
"""


def _chosen(training: TrainConfig, marks: Sequence[Mark]) -> str:
    shape, classes = DATASETS[training.dataset].shape, DATASETS[training.dataset].classes
    lanes, seeds = of_one_seed(training)
    looks = lane_looks(lanes, seeds)
    names = {index: look.label for look in looks for index in look.indices}
    lines = [
        "torch.set_num_threads(1)  # as the app: sums have an order",
        f"device = {literal(training.device)}",
        *_data(training),
        "data = tuple(torch.from_numpy(np.ascontiguousarray(part)).to(device) for part in data)",
        f"batch_size = {training.batch_size}",
        f"steps = {training.epochs} * math.ceil(len(data[1]) / batch_size)",
        f'plan = {{"batch_size": batch_size, "steps": steps, "every": {training.eval_every}}}',
        f"shape, classes = {literal(shape)}, {literal(classes)}",
        "table = []",
    ]
    for index, lane in enumerate(training.lanes):
        own = [mark for mark in marks if mark.lane == index]
        lines += ["", *_lane(training, lane, names[index], own)]
    return "\n".join(lines)


def _data(training: TrainConfig) -> list[str]:
    choice, most = DATASETS[training.dataset], literal(training.train_size)
    if choice.source == "openml":
        values = f"{OPENML_IDS[training.dataset]}, {literal(choice.shape)}, {choice.train}, {most}"
        lines = [f"data = downloaded({values})"]
    elif (own := parsed(training.dataset)) is not None:
        _check_form(own.digest)
        lines = [f'data = brought_images("data.npz", {literal(own.digest)}, {most})  # your file']
    elif choice.source == "generated":
        lines = [f"data = generated({training.dataset}, {most})"]
    else:
        lines = [f"data = digits({most})"]
    if training.label_noise > 0:
        lines.append(f"data = with_noise(data, {literal(training.label_noise)})")
    if training.kappa > 1:
        lines.append(f"data = faded(data, {literal(training.kappa)})")
    if training.offset > 0:
        lines.append(f"data = shifted(data, {literal(training.offset)})")
    return lines


def _check_form(digest: str) -> None:
    found = store.find("images", digest)
    if found is None or found.about["form"] != "npz":
        raise ValueError("A script reads your images from NPZ: bring them as one.")


def _lane(training: TrainConfig, lane: LaneConfig, name: str, marks: Sequence[Mark]) -> list[str]:
    method, values, seed = METHODS[lane.method], lane.effective(), training.seed_of(lane)
    maker, used = MAKERS[method.optimizer]
    given = {"params": "network.parameters()"} | {key: literal(values[key]) for key in used}
    made = call(maker, given | ({"sam_every": "1"} if method.adaptive else {}))  # one pass where rho is 0
    more = ", schedule=cosine(optimizer, steps)" if method.cosine else ""
    if marks:
        changes: dict[int, dict[str, float]] = {}
        for mark in marks:
            changes.setdefault(mark.step, {})[mark.name] = mark.value
        more += f", changes={literal(changes)}"
    if training.augment:
        more += ", augment=augmented"
    lines = [
        f"torch.manual_seed({literal(seed)})",
        f"network = {_network(training)}.to(device)",
        f"optimizer = {made}",
        f"table += train({literal(name)}, network, optimizer, data, {literal(seed)}, **plan{more})",
    ]
    if NETWORKS[training.network].batch_norm:
        at = "answering(network, optimizer), data[0], *data[2:]"
        lines.append(f'print("  with the statistics recomputed", recomputed({at}))')
    return lines


def _network(training: TrainConfig) -> str:
    if training.network in RESNETS:
        return f"resnet(shape, classes, {RESNETS[training.network]})"
    return f"{training.network}(shape, classes)"
