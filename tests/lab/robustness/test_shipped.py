"""The finished sweeps are whole, the same as the ready ones, and can be made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.robustness import text_of
from lab.params import RobustnessConfig
from lab.robustness.compute import compute
from lab.robustness.presets import PRESETS
from lab.robustness.shipped import FOLDER, file_of, read, write
from lab.robustness.sweep import sweep_of
from neural import sweep_folder
from neural.commands import write_tables
from neural.ready_sweeps import READY
from neural.sweep_runs import configs_of
from tests.lab.robustness.results import MadeUp

KEYS = sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.mark.parametrize("key", KEYS)
def test_it_has_every_run_of_the_ready_sweep_and_the_engine_is_not_asked_for_it(key: str) -> None:
    sweep, results = read(file_of(key).read_text(encoding="utf-8"))
    assert sweep == READY[key].sweep == sweep_of(PRESETS[key].config)
    assert list(results) == list(configs_of(sweep))
    result = compute(PRESETS[key].config, MadeUp())
    assert result.shipped
    assert result.complete
    assert (result.progress.done, result.progress.going) == (len(results), False)
    assert file_of(key).stat().st_size < 60_000


@pytest.mark.parametrize("key", PRESETS)
def test_presets_are_the_ready_sweeps_and_say_whether_they_are_finished(key: str) -> None:
    assert PRESETS.keys() == READY.keys()
    assert sweep_of(PRESETS[key].config) == READY[key].sweep
    assert PRESETS[key].label.endswith(", finished") == (key in KEYS)


def test_it_is_made_from_the_folder_of_the_command_line(tmp_path: Path) -> None:
    sweep, results = read(file_of("digits_noise").read_text(encoding="utf-8"))
    for name, result in results.items():
        sweep_folder.write(tmp_path / "runs", configs_of(sweep)[name], result)
    write_tables(tmp_path, sweep, results)
    assert text_of(tmp_path) == file_of("digits_noise").read_text(encoding="utf-8")
    assert read(write(sweep, results)) == (sweep, results)
    next((tmp_path / "runs").iterdir()).unlink()
    with pytest.raises(ValueError, match="1 are missing"):
        text_of(tmp_path)


def test_augmentation_is_of_the_sweep_where_it_is_chosen() -> None:
    plain, augmented = (sweep_of(RobustnessConfig(augment=chosen)) for chosen in (False, True))
    assert "augment" not in dict(plain.fixed)
    assert all(config.augment for config in configs_of(augmented).values())
