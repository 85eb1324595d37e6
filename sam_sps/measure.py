"""What the two passes measure: norms, products and losses, over all groups, shards and ranks."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import torch

from sam_sps.bucket import Bucket
from sam_sps.decision import Measured
from sam_sps.distributed import Group, mean_over
from sam_sps.functional import perturbation_scale
from sam_sps.losses import Loss, loss_scalar
from sam_sps.scalars import Scalar, choose, is_finite, root, total
from sam_sps.sums import Terms, displacement_products_, group_sums, products, squares


@dataclass
class Ascent:
    """What is kept while the parameters hold e: x (in the buckets) and the measurements at x.

    `scales` has the factor of grad_x in e − x for every group, NaN where grad_x is not finite. `second` are
    the buckets of the second pass, if other parameters have gradients there than in the first.
    """

    buckets: list[Bucket]
    scales: list[Scalar]
    loss_x: Scalar
    is_loss_x_known: bool
    grad_x_norm: Scalar
    perturbation_norm: Scalar
    second: list[Bucket] = field(default_factory=list)

    def restore(self) -> None:
        """Put x back into all parameters."""
        with torch.no_grad():
            for bucket in [*self.buckets, *self.second]:
                bucket.restore()


def measure_first(
    buckets: list[Bucket], groups: list[dict[str, Any]], loss: Loss | None, device: torch.device | None
) -> Ascent:
    """Measure the first pass; `device` is where scalars live, None: on the host."""
    loss_x = loss_scalar(math.nan if loss is None else loss, device)
    rows = [[squares(bucket.joined_grads(), bucket.is_dense) for bucket in buckets]]
    (grad_sq,) = group_sums(buckets, rows, len(groups), on_host=device is None)
    norm = root(total(grad_sq))
    finite = is_finite(norm)
    norm_or_nan = choose(finite, norm, math.nan)
    scales = [perturbation_scale(norm_or_nan, group["rho"], group["lambd"]) for group in groups]
    moved = root(total([scale * scale * square for scale, square in zip(scales, grad_sq, strict=True)]))
    return Ascent(buckets, scales, loss_x, loss is not None, norm, choose(finite, moved, 0.0))


def measure_second(
    ascent: Ascent,
    buckets: list[Bucket],
    n_groups: int,
    loss: Loss,
    device: torch.device | None,
    process_group: Group,
    with_x: bool,
) -> Measured:
    """Measure the second pass. Afterwards the parameters hold nothing of use.

    `with_x`: measure ⟨grad_e, x⟩ too.
    """
    loss_e = loss_scalar(loss, device)
    rows: list[list[Terms]] = [[], [], []] if with_x else [[], []]
    for bucket in buckets:
        grads, e, x = bucket.joined_grads(), bucket.joined_e(), bucket.joined_x()
        rows[0].append(squares(grads, bucket.is_dense))
        rows[1].append(displacement_products_(e, x, grads, bucket.is_dense))
        if with_x:
            rows[2].append(products(x, grads))  # x may have kept an older layout of its parameter
    sums = group_sums(buckets, rows, n_groups, on_host=device is None)
    # Gradients are averages over ranks, so the losses must be, or every rank would take its own step.
    loss_x, loss_e, inner = mean_over(process_group, [ascent.loss_x, loss_e, total(sums[1])])
    return Measured(
        loss_x=loss_x,
        is_loss_x_known=ascent.is_loss_x_known,
        loss_e=loss_e,
        inner=inner,
        grad_sq=sums[0],
        grad_dot_x=sums[2] if with_x else [],
        grad_x_norm=ascent.grad_x_norm,
        perturbation_norm=ascent.perturbation_norm,
    )
