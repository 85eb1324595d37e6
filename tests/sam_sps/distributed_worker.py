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
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.fsdp import FSDPModule, FullyShardedDataParallel, fully_shard
from torch.distributed.optim import ZeroRedundancyOptimizer
from torch.nn.parallel import DistributedDataParallel

from sam_sps import SAM_SPS, Accumulation
from tests.sam_sps.problems import batch

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


def alone(**options: Any) -> list[Tensor]:
    """The reference: one process, the joined batch."""
    model = network()
    optimizer = SAM_SPS(model.parameters(), process_group=None, **{**SETTINGS, **options})
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


def accumulate(
    model: nn.Module, rank: int, around: Callable[[bool], contextlib.AbstractContextManager[None]]
) -> None:
    """Train on four micro-batches a pass; `around` is entered for each, and told whether it is the last."""
    optimizer = SAM_SPS(model.parameters(), **SETTINGS)
    for step in range(STEPS):
        images, labels = share(step, rank)
        parts = list(zip(images.chunk(4), labels.chunk(4), strict=True))

        def closure(parts: list[Any] = parts) -> Tensor:
            total = torch.zeros((), dtype=torch.float64)
            for number, (inputs, targets) in enumerate(parts, start=1):
                with around(number == len(parts)):
                    loss = nn.functional.cross_entropy(model(inputs), targets) / len(parts)
                    loss.backward()
                total += loss.detach()
            return total

        optimizer.step(closure)


def ddp_accumulation(rank: int, reference: list[Tensor]) -> Iterator[tuple[str, Any]]:
    model = DistributedDataParallel(network())
    accumulate(model, rank, lambda is_last: contextlib.nullcontext() if is_last else model.no_sync())
    yield "accumulation: spread", spread(list(model.parameters()))
    yield "accumulation: distance", distance(list(model.parameters()), reference)


def ddp_helper(rank: int, reference: list[Tensor]) -> Iterator[tuple[str, Any]]:
    """Micro-batches of unequal sizes, one call at a time."""
    model = DistributedDataParallel(network())
    optimizer = SAM_SPS(model.parameters(), **SETTINGS)
    accumulate = Accumulation(
        optimizer,
        3,
        lambda batch: nn.functional.cross_entropy(model(batch[0]), batch[1]),
        size_of=lambda batch: len(batch[1]),
        no_sync=model.no_sync,
    )
    for step in range(STEPS):
        images, labels = share(step, rank)
        for batch_ in zip(images.split([4, 3, 1]), labels.split([4, 3, 1]), strict=True):
            accumulate(batch_)
    yield "helper: spread", spread(list(model.parameters()))
    yield "helper: distance", distance(list(model.parameters()), reference)


def error_of(step: Callable[[], object]) -> str:
    try:
        step()
    except RuntimeError as error:
        return str(error)
    return "no error"


def different_gradients(rank: int) -> Iterator[tuple[str, Any]]:
    """Every rank has gradients of its own; x must be as before."""
    for settings in ({}, {"capturable": True}):
        model = DistributedDataParallel(network())
        optimizer = SAM_SPS(model.parameters(), **SETTINGS, **settings)
        closure = closure_for(model, *share(0, rank))
        with model.no_sync():
            loss = closure()
        optimizer.first_step(zero_grad=True, loss=loss)
        second_step = partial(optimizer.second_step, closure())
        name = "on device" if settings else "on host"
        if settings:
            second_step()
            yield "different on device: skipped", dict(optimizer.param_groups[0])["counts"][3].item()
            yield "different on device", error_of(lambda optimizer=optimizer: optimizer.last_step)
        else:
            yield "different on host", error_of(second_step)
        yield f"different {name}: moved", distance(list(model.parameters()), list(network().parameters()))
    model = network()  # not wrapped
    optimizer = SAM_SPS(model.parameters(), **SETTINGS)
    yield "not wrapped", error_of(partial(optimizer.step, closure_for(model, *share(0, rank))))
    model = DistributedDataParallel(network())
    zero = ZeroRedundancyOptimizer(model.parameters(), SAM_SPS, **SETTINGS)
    yield "zero", error_of(partial(zero.step, closure_for(model, *share(0, rank))))


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
        model = sharded_network()
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


def fsdp2_options(rank: int) -> Iterator[tuple[str, Any]]:
    options: dict[str, Any] = {"lambd": 1.0, "clipped": True, "eta": 0.01, "sam_every": 3, "rho": 0.5}
    model = network()
    fully_shard(model)
    optimizer = SAM_SPS(model.parameters(), **{**SETTINGS, **options})
    for step in range(STEPS):
        optimizer.step(closure_for(model, *share(step, rank)))
    full = [p.full_tensor() for p in model.parameters()]  # type: ignore[attr-defined]
    yield "fsdp2 options: distance", distance(full, alone(**options))
    yield "fsdp2 options: evaluations", optimizer.counts.evaluations


def sharded_network() -> nn.Sequential:
    model = network()
    for layer in (model[1], model[3]):
        fully_shard(layer)
    return fully_shard(model)


def fsdp2_gathered(rank: int) -> Iterator[tuple[str, Any]]:
    """Parameters that stay gathered after backward() do not see e; resharded by hand they do."""
    for by_hand in (False, True):
        model = sharded_network()
        model.set_reshard_after_backward(False)
        optimizer = SAM_SPS(model.parameters(), rho=0.5)
        closure = closure_for(model, *share(0, rank))

        def resharding(closure: Any = closure, model: Any = model, by_hand: bool = by_hand) -> Tensor:
            loss = closure()
            for module in model.modules() if by_hand else ():
                if isinstance(module, FSDPModule):
                    module.reshard()
            return loss

        yield f"gathered, by hand {by_hand}", error_of(partial(optimizer.step, resharding))
        info = optimizer.last_step
        yield f"gathered, by hand {by_hand}: rise", info.loss_e - info.loss_x


def fsdp2_accumulation(rank: int, reference: list[Tensor]) -> Iterator[tuple[str, Any]]:
    """The idiom of FSDP2: only the last micro-batch of a pass synchronises and reshards."""
    model = sharded_network()

    def around(is_last: bool) -> contextlib.AbstractContextManager[None]:
        model.set_requires_gradient_sync(is_last)
        model.set_reshard_after_backward(is_last)
        return contextlib.nullcontext()

    accumulate(model, rank, around)
    full = [p.full_tensor() for p in model.parameters()]  # type: ignore[attr-defined]
    yield "fsdp2 accumulation: distance", distance(full, reference)


def fsdp1(rank: int) -> Iterator[tuple[str, Any]]:
    for original in (False, True):
        model = FullyShardedDataParallel(network(), use_orig_params=original, device_id=torch.device("cpu"))
        optimizer = SAM_SPS(model.parameters(), **SETTINGS)
        yield f"fsdp1 {original}", error_of(partial(optimizer.step, closure_for(model, *share(0, rank))))


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
        ddp_helper(rank, reference),
        different_gradients(rank),
        ddp_nonfinite(rank),
        fsdp2(rank, reference),
        fsdp2_options(rank),
        fsdp2_gathered(rank),
        fsdp2_accumulation(rank, reference),
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
