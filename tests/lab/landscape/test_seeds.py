"""What the table of five seeds says follows from its numbers, on both sides."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from lab.landscape import seeds
from neural.config import LaneConfig, TrainConfig
from neural.landscape.comparison import Comparison, Minimum

CONFIG = TrainConfig((LaneConfig("sam_sps"), LaneConfig("sgd_constant")), epochs=3)


def minimum(method: str, seed: int, sharp: float, accuracy: float) -> Minimum:
    return Minimum(
        method=method,
        seed=seed,
        train_loss=0.1,
        test_loss=0.2,
        test_accuracy=accuracy,
        gradient_norm=0.01,
        weight_norm=10.0,
        eigenvalue=sharp,
        trace=10 * sharp,
        sharpness=sharp if seed else 5.0,
        average=7.0,
        slice_rise=2 - sharp,
    )


def comparison(ours: float, theirs: float, ours_right: float, theirs_right: float) -> Comparison:
    minima = tuple(
        one
        for seed in range(2)
        for one in (
            minimum("sam_sps", seed, ours + seed / 10, ours_right),
            minimum("sgd_constant", seed, theirs + seed / 10, theirs_right + seed / 100),
        )
    )
    return Comparison(CONFIG, 0.1, 0.5, minima)


def test_flatter_sharper_and_undecided() -> None:
    said, follows = seeds.sentences(comparison(1.0, 3.0, 0.97, 0.96))
    assert said.startswith("**SAM-SPS against SGD, constant γ:** its minima are flatter in every seed by ")
    assert (
        "flatter in every seed by largest eigenvalue (1.05 against 3.05), trace (10.5 against 30.5)" in said
    )
    assert "sharper in every seed by rise of the slices (0.95 against -1.05)" in said
    assert "not the same way in every seed by sharpness (3.05 against 4.05), average sharpness (7" in said
    assert "higher in 1 and lower in 0 of 2 seeds (97.00% against 96.50% in the mean)" in said
    assert "largest eigenvalue −" in follows, "flatter tests better here"


def test_the_other_way_round() -> None:
    said, follows = seeds.sentences(comparison(3.0, 1.0, 0.95, 0.96))
    assert "sharper in every seed by largest eigenvalue (3.05 against 1.05)" in said
    assert "flatter in every seed by rise of the slices" in said
    assert "higher in 0 and lower in 2 of 2 seeds" in said
    assert "average sharpness" not in follows, "constant: it has no rank correlation"
    assert "That of the training loss" not in follows, "constant too"


def test_sharpness_that_goes_with_the_training_loss_is_said() -> None:
    found = comparison(1.0, 3.0, 0.97, 0.96)
    minima = tuple(replace(one, train_loss=one.eigenvalue) for one in found.minima)
    *_, follows = seeds.sentences(replace(found, minima=minima))
    assert "That of the training loss is: largest eigenvalue +1.00, trace +1.00" in follows
    assert "rise of the slices −1.00. Near +1, sharp is what fits less closely." in follows


def test_the_table_has_a_row_for_each_method() -> None:
    html = seeds.table(comparison(1.0, 3.0, 0.97, 0.96))
    assert html.count('<th scope="row"') == 2
    assert "97.00 ± 0.00 %" in html
    assert "1.05 ± 0.071" in html


def test_a_file_is_read_and_none_is_no_table(tmp_path: Path) -> None:
    assert seeds.comparisons(tmp_path / "nothing.json") == {}
    found = comparison(1.0, 3.0, 0.97, 0.96)
    file = tmp_path / "flatness.json"
    file.write_text(json.dumps({"small_cnn": found.to_dict()}), encoding="utf-8")
    assert seeds.comparisons(file) == {"small_cnn": found}
    assert seeds.subject(found).startswith("**Small CNN** on Handwritten digits, 8×8, 3 epochs, 2 seeds")


def test_what_is_shipped_can_be_said_and_shown() -> None:
    for network, found in seeds.comparisons().items():
        assert network == found.config.network
        assert len(seeds.sentences(found)) >= 2
        assert "nan" not in seeds.table(found)
