"""What a step of SAM_SPS costs: beside the official package, SGD, and the floor of two bare passes.

    python benchmarks/optimizer.py [--device cpu|cuda] [--batch 128] [--rounds 15] [--network ResNet-20]
        [--threads 1] [--distributed] [--oracle .venv/oracle]

All contestants take turns within every round, each round beginning with another one, and the table gives the
medians over the rounds, absolute and as ratios within this run. Columns:

- step ms: a whole step; for SGD with one pass, for the others with two.
- / floor: the median over the rounds of its ratio to the floor of the same round, so that a machine that is
  faster in some rounds than in others does not count. The floor runs twice: the second shows what is noise.
- optimizer ms: a step whose closure only hands out gradients computed before, less the cost of that closure;
  the median of many such steps in a row, in rounds of their own after those of the whole steps.
- / official: the median over these rounds of its ratio to the official package in the same round.
- memory MiB: most memory held at once during such a step by tensors that did not exist before it.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from neural.resnet import resnet  # noqa: E402
from sam_sps import SAM_SPS  # noqa: E402

Closure = Callable[[], Tensor]

OFFICIAL = "official 1.0.0"
#: Rounds of steps without passes for each round of whole steps, which take far longer; steps in each.
ALONE_ROUNDS, ALONE_STEPS = 5, 30


def resnet20() -> nn.Module:
    """ResNet-20 for 3×32×32 images: 59 parameter tensors, 269,722 parameters with ten classes."""
    return resnet((3, 32, 32), 10, blocks=3)


def digits_cnn() -> nn.Module:
    """A small CNN for 1×8×8 images."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(512, 10),
    )


NETWORKS: dict[str, tuple[Callable[[], nn.Module], tuple[int, int, int]]] = {
    "digits CNN": (digits_cnn, (1, 8, 8)),
    "ResNet-20": (resnet20, (3, 32, 32)),
}


def official_package(folder: Path) -> ModuleType | None:
    """Load the official package from its own folder, or return None."""
    init = folder / "sam_sps" / "__init__.py"
    if not init.is_file():
        return None
    spec = importlib.util.spec_from_file_location(
        "official_sam_sps", init, submodule_search_locations=[str(init.parent)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Contestant:
    """A model, its optimizer and one whole step."""

    def __init__(
        self,
        make_model: Callable[[], nn.Module],
        data: tuple[Tensor, Tensor],
        make: Callable[..., Any] | None,
    ) -> None:
        torch.manual_seed(0)
        self.model = make_model().to(data[0].device)
        self.params = list(self.model.parameters())
        self.data = data
        self.make = make
        self.start = [p.detach().clone() for p in self.params]
        self.renew()
        self.closure()
        self.grads = [p.grad.clone() for p in self.params if p.grad is not None]
        self.loss = torch.tensor(2.0, device=data[0].device)

    def renew(self) -> None:
        self.optimizer = self.make(self.params) if self.make is not None else None

    @torch.no_grad()
    def put_back(self) -> None:
        """Start again from the first parameters."""
        for p, start in zip(self.params, self.start, strict=True):
            p.copy_(start)

    def closure(self) -> Tensor:
        loss = cross_entropy(self.model(self.data[0]), self.data[1])
        loss.backward()
        return loss

    def handing_out(self) -> Tensor:
        for p, grad in zip(self.params, self.grads, strict=True):
            p.grad = grad
        return self.loss

    def step(self, closure: Closure) -> None:
        if self.optimizer is None:
            for _ in range(2):
                for p in self.params:
                    p.grad = None
                closure()
        elif isinstance(self.optimizer, torch.optim.SGD):
            self.optimizer.zero_grad()
            closure()
            self.optimizer.step()
        else:
            self.optimizer.step(closure)


def timed(function: Callable[[], Any], device: torch.device, repeat: int) -> float:
    """Milliseconds of a call: the median of `repeat` calls, so that what else runs does not count."""
    times = []
    for _ in range(repeat):
        if device.type == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        function()
        if device.type == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3


def peak_memory(function: Callable[[], Any], device: torch.device) -> float:
    """MiB allocated on top of what was there before, at the worst moment of the call."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        function()
        torch.cuda.synchronize()
        return (torch.cuda.max_memory_allocated() - before) / 2**20
    with torch.profiler.profile(
        activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True
    ) as prof:
        function()
    events = [e for e in prof.profiler.kineto_results.events() if e.name() == "[memory]"]  # type: ignore[union-attr]
    held, peak = 0, 0
    for event in sorted(events, key=lambda e: e.start_ns()):
        held += event.nbytes()
        peak = max(peak, held)
    return peak / 2**20


def in_turns(
    contestants: dict[str, Contestant], rounds: int, milliseconds: Callable[[Contestant], float]
) -> dict[str, list[float]]:
    """Milliseconds of each contestant in each round; each round another begins, the first two warm up."""
    found: dict[str, list[float]] = {label: [] for label in contestants}
    labels = [*contestants]
    for number in range(rounds + 2):
        first = number % len(labels)
        for label in labels[first:] + labels[:first]:
            contestants[label].put_back()
            found[label].append(milliseconds(contestants[label]))
    return {label: values[2:] for label, values in found.items()}


def ratios(milliseconds: dict[str, list[float]], reference: str) -> dict[str, float]:
    """Median over the rounds of each contestant's ratio to the reference; NaN without the reference."""
    if reference not in milliseconds:
        return dict.fromkeys(milliseconds, float("nan"))
    return {
        label: statistics.median(a / b for a, b in zip(values, milliseconds[reference], strict=True))
        for label, values in milliseconds.items()
    }


def measure(name: str, arguments: argparse.Namespace, official: ModuleType | None) -> None:
    device = torch.device(arguments.device)
    make_model, shape = NETWORKS[name]
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(arguments.batch, *shape, generator=generator).to(device)
    data = (images, torch.randint(0, 10, (arguments.batch,), generator=generator).to(device))
    makers: dict[str, Callable[..., Any] | None] = {
        "floor (two bare passes)": None,
        "floor, once more": None,  # what it differs from 1 is noise
        "SGD (one pass)": lambda params: torch.optim.SGD(params, lr=0.01, weight_decay=5e-4),
        "SAM_SPS": SAM_SPS,
        "SAM_SPS, capturable": lambda params: SAM_SPS(params, capturable=True),
    }
    if official is not None:
        makers[OFFICIAL] = official.SAM_SPS
    contestants = {label: Contestant(make_model, data, make) for label, make in makers.items()}
    whole = in_turns(contestants, arguments.rounds, lambda c: timed(lambda: c.step(c.closure), device, 1))
    alone = in_turns(
        contestants,
        ALONE_ROUNDS * arguments.rounds,
        lambda c: timed(lambda: c.step(c.handing_out), device, ALONE_STEPS),
    )
    # The floor's "step" here is twice its closure: what all but SGD pay for handing out gradients.
    handing = alone["floor (two bare passes)"]
    alone = {
        label: [
            step - (cost / 2 if label.startswith("SGD") else cost)
            for step, cost in zip(values, handing, strict=True)
        ]
        for label, values in alone.items()
    }
    to_floor = ratios(whole, "floor (two bare passes)")
    to_official = ratios(alone, OFFICIAL)
    step_ms = {label: statistics.median(values) for label, values in whole.items()}
    optimizer_ms = {label: statistics.median(values) for label, values in alone.items()}
    memory = {}
    for label, contestant in contestants.items():
        contestant.renew()  # what an optimizer keeps from its first step on shall count
        memory[label] = peak_memory(lambda c=contestant: c.step(c.handing_out), device)  # type: ignore[misc]
    tensors = len(list(contestants["SAM_SPS"].model.parameters()))
    print(
        f"\n{name}: {tensors} tensors, batch {arguments.batch}, {device}, {torch.get_num_threads()} threads"
    )
    print(f"{'':26}{'step ms':>10}{'/ floor':>9}{'optimizer ms':>14}{'/ official':>12}{'memory MiB':>12}")
    for label in contestants:
        is_floor = label.startswith("floor")
        cells = f"{label:26}{step_ms[label]:10.2f}{to_floor[label]:9.3f}"
        if not is_floor:
            cells += f"{optimizer_ms[label]:14.3f}{to_official[label]:12.3f}{memory[label]:12.3f}"
        print(cells)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--network", choices=[*NETWORKS], help="measure this one alone")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 leaves the default")
    parser.add_argument("--oracle", type=Path, default=ROOT / ".venv" / "oracle")
    parser.add_argument(
        "--distributed", action="store_true", help="in a process group of one rank, as every rank of many is"
    )
    arguments = parser.parse_args()
    if arguments.distributed:
        torch.distributed.init_process_group(
            "gloo", rank=0, world_size=1, store=torch.distributed.HashStore()
        )
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    official = official_package(arguments.oracle)
    if official is None:
        print(f"The official package is not in {arguments.oracle}: its rows are missing. Install it with")
        print(f"  pip install --no-deps --target {arguments.oracle} sam_sps==1.0.0")
    for name in [arguments.network] if arguments.network else NETWORKS:
        measure(name, arguments, official)
    if arguments.distributed:
        torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main()
