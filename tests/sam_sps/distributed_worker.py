"""Run by torchrun with two ranks on the CPU: every scenario once; rank 0 writes what was seen as JSON.

torchrun --nproc-per-node 2 tests/sam_sps/distributed_worker.py result.json
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import torch  # noqa: E402
import torch.distributed as dist  # noqa: E402
from torch import Tensor, nn  # noqa: E402
from torch.distributed.fsdp import FullyShardedDataParallel, fully_shard  # noqa: E402
from torch.nn.parallel import DistributedDataParallel  # noqa: E402

from sam_sps import SAM_SPS  # noqa: E402
from tests.sam_sps.problems import batch  # noqa: E402

SETTINGS: dict[str, Any] = {"rho": 0.05, "gamma_b": 5.0, "lambd": 0.7}
STEPS = 30


def network() -> nn.Sequential:
    """No BatchNorm, so that two half batches are the same as one; odd sizes, so that shards are uneven."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(nn.Flatten(), nn.Linear(64, 7), nn.Tanh(), nn.Linear(7, 4)).double()


def share(step: int, rank: int) -> tuple[Tensor, Tensor]:
    images, labels = batch(step, torch.float64)
    return images[rank::2], labels[rank::2]


def closure_for(model: nn.Module, images: Tensor, labels: Tensor) -> Callable[[], Tensor]:
    def closure() -> Tensor:
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        return loss

    return closure


def alone() -> list[Tensor]:
    """The reference: one process, the joined batch."""
    model = network()
    optimizer = SAM_SPS(model.parameters(), process_group=None, **SETTINGS)
    for step in range(STEPS):
        images, labels = batch(step, torch.float64)
        optimizer.step(closure_for(model, images, labels))
    return [p.detach() for p in model.parameters()]


def spread(params: list[Tensor]) -> float:
    """Largest difference between the two replicas."""
    mine = torch.cat([p.detach().reshape(-1) for p in params])
    both = [torch.empty_like(mine) for _ in range(2)]
    dist.all_gather(both, mine)
    return (both[0] - both[1]).abs().max().item()


def distance(params: list[Tensor], reference: list[Tensor]) -> float:
    return max((p.detach() - q).abs().max().item() for p, q in zip(params, reference, strict=True))


def ddp(rank: int, reference: list[Tensor]) -> Iterator[tuple[str, Any]]:
    for name, settings in {
        "shared": {},
        "separate": {"process_group": None},
        "on device": {"capturable": True},
    }.items():
        model = DistributedDataParallel(network())
        optimizer = SAM_SPS(model.parameters(), **SETTINGS, **settings)
        for step in range(STEPS):
            optimizer.step(closure_for(model, *share(step, rank)))
        params = list(model.parameters())
        yield f"ddp {name}: spread", spread(params)
        yield f"ddp {name}: distance", distance(params, reference)
        yield f"ddp {name}: counts", optimizer.counts.steps


def ddp_accumulation(rank: int, reference: list[Tensor]) -> Iterator[tuple[str, Any]]:
    model = DistributedDataParallel(network())
    optimizer = SAM_SPS(model.parameters(), **SETTINGS)
    for step in range(STEPS):
        images, labels = share(step, rank)
        parts = list(zip(images.chunk(4), labels.chunk(4), strict=True))

        def closure(parts: list[Any] = parts) -> Tensor:
            total = torch.zeros((), dtype=torch.float64)
            for number, (inputs, targets) in enumerate(parts):
                last = number == len(parts) - 1
                with contextlib.nullcontext() if last else model.no_sync():
                    loss = nn.functional.cross_entropy(model(inputs), targets) / len(parts)
                    loss.backward()
                total += loss.detach()
            return total

        optimizer.step(closure)
    yield "accumulation: spread", spread(list(model.parameters()))
    yield "accumulation: distance", distance(list(model.parameters()), reference)


def ddp_local_first_pass(rank: int, reference: list[Tensor]) -> Iterator[tuple[str, Any]]:
    model = DistributedDataParallel(network())
    optimizer = SAM_SPS(model.parameters(), **SETTINGS)
    for step in range(STEPS):
        closure = closure_for(model, *share(step, rank))
        optimizer.zero_grad()
        with model.no_sync():
            loss = closure()
        optimizer.first_step(zero_grad=True, loss=loss)
        optimizer.second_step(loss=closure())
    yield "local first pass: spread", spread(list(model.parameters()))
    yield "local first pass: distance", distance(list(model.parameters()), reference)


def ddp_nonfinite(rank: int) -> Iterator[tuple[str, Any]]:
    """The loss of rank 1 alone is infinite, its gradient is finite; both passes are tried."""
    for spoiled_pass in (1, 2):
        model = DistributedDataParallel(network())
        optimizer = SAM_SPS(model.parameters(), **SETTINGS)
        before = [p.detach().clone() for p in model.parameters()]
        closure, calls = closure_for(model, *share(0, rank)), []

        def spoiled(
            closure: Any = closure, calls: list[int] = calls, spoiled_pass: int = spoiled_pass
        ) -> Any:
            calls.append(1)
            loss = closure()
            return loss + math.inf if rank == 1 and len(calls) == spoiled_pass else loss

        optimizer.step(spoiled)
        yield f"non-finite in pass {spoiled_pass}: spread", spread(list(model.parameters()))
        yield f"non-finite in pass {spoiled_pass}: moved", distance(list(model.parameters()), before)
        yield f"non-finite in pass {spoiled_pass}: skipped", optimizer.counts.skipped


def fsdp2(rank: int, reference: list[Tensor]) -> Iterator[tuple[str, Any]]:
    for name, settings in {"": {}, " on device": {"capturable": True}}.items():
        model = network()
        for layer in (model[1], model[3]):
            fully_shard(layer)
        fully_shard(model)
        optimizer = SAM_SPS(model.parameters(), **SETTINGS, **settings)
        for step in range(STEPS):
            optimizer.step(closure_for(model, *share(step, rank)))
            if step == 10:
                state = optimizer.state_dict()
                optimizer = SAM_SPS(model.parameters(), **settings)
                optimizer.load_state_dict(state)
            full = [p.full_tensor() for p in model.parameters()]  # type: ignore[attr-defined]
        yield f"fsdp2{name}: sharded", [tuple(p.to_local().shape) for p in model.parameters()]  # type: ignore[attr-defined]
        yield f"fsdp2{name}: distance", distance(full, reference)
        yield f"fsdp2{name}: counts", optimizer.counts.steps


def fsdp1(rank: int) -> Iterator[tuple[str, Any]]:
    for original in (False, True):
        model = FullyShardedDataParallel(network(), use_orig_params=original, device_id=torch.device("cpu"))
        optimizer = SAM_SPS(model.parameters(), **SETTINGS)
        try:
            optimizer.step(closure_for(model, *share(0, rank)))
            yield f"fsdp1 {original}", "no error"
        except RuntimeError as error:
            yield f"fsdp1 {original}", str(error)


def main() -> None:
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    rank = dist.get_rank()
    reference = alone()
    seen: dict[str, Any] = {}
    for scenario in (
        ddp(rank, reference),
        ddp_accumulation(rank, reference),
        ddp_local_first_pass(rank, reference),
        ddp_nonfinite(rank),
        fsdp2(rank, reference),
        fsdp1(rank),
    ):
        seen.update(scenario)
    if rank == 0:
        Path(sys.argv[1]).write_text(json.dumps(seen))
    gc.collect()  # a model that holds the group keeps gloo's threads alive: torch may abort at exit
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
