"""Recipes of the literature at full size, as data: `RECIPES` by key. They are meant for GPUs."""

from __future__ import annotations

from dataclasses import dataclass, fields

from neural.config import LaneConfig, TrainConfig
from neural.sweep import SweepConfig, SweepMethod, Values
from neural.sweep_parts import AT_FULL_SIZE

_RATES = (("lr", (0.01, 0.1, 1.0)),)


@dataclass(frozen=True)
class Recipe:
    """A run with its name, and the sweep that it belongs to.

    Attributes
    ----------
    label : str
    config : TrainConfig
    """

    label: str
    config: TrainConfig

    @property
    def sweep(self) -> SweepConfig:
        """Adaptive methods, constant rates, best of three, and cosine, over ρ, with and without decay."""
        methods = (
            SweepMethod("sam_sps"),
            SweepMethod("usam_sps"),
            *(SweepMethod(method, (), _RATES) for method in ("sam_constant", "usam_constant")),
            SweepMethod("sam_cosine"),
            SweepMethod("usam_cosine"),
        )
        own = [field.name for field in fields(TrainConfig) if field.name not in ("lanes", "seed")]
        fixed: Values = tuple((name, getattr(self.config, name)) for name in own)
        grid = (("rho", (0.1, 0.2, 0.3, 0.4)), ("weight_decay", (5e-4, 0.0)))
        return SweepConfig(methods, grid, fixed=fixed)


def _recipe(dataset: str, network: str) -> TrainConfig:
    """Batch 128, 100 epochs, pad 4 and crop, flip, γ_b = 1, ℓ* = 0, weight decay 5e-4 (arXiv 2606.01827)."""
    return TrainConfig(
        (LaneConfig("sam_sps"),),
        dataset=dataset,
        network=network,
        epochs=100,
        augment=True,
        **dict(AT_FULL_SIZE),  # type: ignore[arg-type]
    )


RECIPES: dict[str, Recipe] = {
    f"{key}_{network}": Recipe(f"{network_label} on {label}", _recipe(dataset, network))
    for key, dataset, label in (
        ("cifar10", "cifar10_full", "CIFAR-10"),
        ("cifar100", "cifar100", "CIFAR-100"),
    )
    for network, network_label in (("resnet20", "ResNet-20"), ("resnet32", "ResNet-32"))
}
