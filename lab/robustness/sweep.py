"""From the page's controls to a sweep, or to the reason why there is none."""

from __future__ import annotations

from dataclasses import replace

from lab.params import RobustnessConfig
from neural.catalog import DATASETS, NETWORKS, networks_for
from neural.sweep import Grid, SweepConfig
from neural.sweep_parts import methods_of, recipe

NO_METHOD = "Choose a method: there is nothing to train."
NO_PLACE = "Choose at least one value on the grid."
NO_RATE = "Choose at least one rate for the baselines{}, or none of them."
NO_CAP = "The cap varies, and only the methods without a rate have one: choose one of them, or have ρ vary."


def sweep_of(config: RobustnessConfig) -> SweepConfig:
    """The sweep that the controls describe.

    Raises
    ------
    ValueError
        Says in a sentence what to choose.
    """
    baselines = () if config.axis == "gamma_b" else (*config.baselines, *config.heavy)
    places = config.rhos if config.axis == "rho" else config.caps
    for missing, why in (
        (config.axis == "gamma_b" and not config.adaptive, NO_CAP),
        (not config.adaptive and not baselines, NO_METHOD),
        (not places, NO_PLACE),
        (baselines and config.baselines and not config.rates, NO_RATE.format("")),
        (baselines and config.heavy and not config.heavy_rates, NO_RATE.format(" with momentum")),
    ):
        if missing:
            raise ValueError(why)
    return _sweep(config, bool(baselines), ((config.axis, places),))


def _sweep(config: RobustnessConfig, compared: bool, grid: Grid) -> SweepConfig:
    methods = methods_of(
        config.adaptive,
        config.baselines if compared else (),
        config.rates,
        config.heavy if compared else (),
        config.momentum,
        config.heavy_rates,
    )
    names = ("label_noise", "augment", "weight_decay", "device", "gamma_b" if config.axis == "rho" else "rho")
    more = {name: getattr(config, name) for name in names}
    fixed = recipe(config.dataset, config.network, config.epochs, **more)
    return SweepConfig(methods, grid, tuple(range(config.seeds)), fixed)


def fitted(config: RobustnessConfig) -> RobustnessConfig:
    """The same with a network that takes the data: the chosen one, or else the first that does."""
    if NETWORKS[config.network].takes(config.dataset):
        return config
    return replace(config, network=networks_for(config.dataset)[0])


def unfit(config: RobustnessConfig) -> str:
    """What to say where the network of a link does not take its data; empty where it does."""
    if NETWORKS[config.network].takes(config.dataset):
        return ""
    asked, taken = NETWORKS[config.network].label, NETWORKS[fitted(config).network].label
    return f"The network {asked} does not take the data {DATASETS[config.dataset].label}: {taken} is chosen."
