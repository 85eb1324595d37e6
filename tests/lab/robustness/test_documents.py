"""The documents are those that the data files give, and what they say in words holds of the numbers."""

from __future__ import annotations

import json
import re

import pytest

from lab.robustness import documents, when_not
from lab.robustness.reference import FILE, Pair, pairs, rows_of
from lab.robustness.shipped import file_of

CLEAN = {(pair.key, pair.rho): pair.ours for pair in pairs("digits")}


@pytest.mark.parametrize(
    ("name", "written"), [("networks", documents.networks), ("when-not", documents.when_not)]
)
def test_the_document_is_what_the_data_give(name: str, written: object) -> None:
    assert (documents.DOCS / f"{name}.md").read_text(encoding="utf-8") == written()  # type: ignore[operator]


def accuracies(key: str, method: str, rho: float) -> list[float]:
    """Test accuracies of a baseline without tuning, or an adaptive method, straight from the file."""
    from neural.sweep import SweepConfig
    from neural.sweep_runs import runs_of

    kept = json.loads(file_of(key).read_text(encoding="utf-8"))
    place = {name: at for at, name in enumerate(kept["columns"])}
    found = {row[place["name"]]: row[place["test_accuracy"]] for row in kept["results"]}
    runs = runs_of(SweepConfig.from_dict(kept["sweep"]))
    return [found[run.name] for run in runs if run.method.method == method and dict(run.point)["rho"] == rho]


def test_means_by_hand() -> None:
    ends = accuracies("digits", "sam_sps", 1.0)
    assert len(ends) == 3
    assert CLEAN["sam_sps", 1.0] == round(100 * sum(ends) / 3, 1)
    assert sorted(end > 0.9 for end in ends) == [False, False, True], "one seed learnt, two did not"
    said = when_not.advice()[1].measured
    assert "/".join(f"{100 * end:.1f}" for end in ends) == "/".join(re.findall(r"\d+\.\d(?=[,%])", said)[:3])


def test_the_words_about_the_digits_hold() -> None:
    keys = {key for key, _ in CLEAN}
    assert all(CLEAN[key, rho] > 97 for key in keys for rho in (0.05, 0.2, 0.5))
    assert min(keys, key=lambda key: CLEAN[key, 0.5]) == "sam_sps"
    assert all(CLEAN[key, rho] < 70 for key in keys if key.startswith("sam") for rho in (1.0, 2.0))
    assert all(CLEAN[key, 1.0] > 98 for key in keys if key.startswith("usam"))
    assert max(keys, key=lambda key: CLEAN[key, 2.0]) == "usam_constant"
    noisy = {pair.key: pair.ours for pair in pairs("digits_noise")}
    assert min(noisy["sam_cosine"], noisy["usam_cosine"]) > 10 + max(
        value for key, value in noisy.items() if not key.endswith("cosine")
    )


def test_within_and_apart() -> None:
    assert Pair("a", "A", 1, 99.0, 0.1, 98.6, 0.4).within
    assert not Pair("a", "A", 1, 99.1, 0.1, 98.6, 0.4).within
    assert Pair("a", "A", 1, 99.0, 0.3, 98.0, 0.3).apart  # 2 · 0.424 / 1.732 = 0.49
    assert not Pair("a", "A", 1, 98.4, 0.3, 98.0, 0.3).apart


def test_every_mean_of_the_reference_is_compared() -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    assert len(pairs("digits")) == sum(map(len, kept["rows"].values())) == len(rows_of("digits"))
    assert len(pairs("digits_noise")) == len(kept["noise"]) == len(rows_of("digits_noise"))


def test_what_speaks_for_and_against_it_holds() -> None:
    mlp = {row["label"]: row["test_accuracy"] for row in rows_of("mlp_all") if row["rho"] == 0.4}
    assert min(mlp["SAM-SPS"], mlp["USAM-SPS"]) > max(
        value for label, value in mlp.items() if "SPS" not in label
    )
    ends = json.loads(when_not.PRESET_ENDS.read_text(encoding="utf-8"))

    def mean(name: str, lane: int) -> float:
        return sum(ends[name][lane]) / len(ends[name][lane])

    assert mean("Cap too high", 0) > 0.9 > 0.2 > mean("Cap too high", 1)
    assert mean("Half the gradients", 1) > mean("Half the gradients", 0)
    assert mean("Without BatchNorm", 0) > mean("Without BatchNorm", 1)
    assert mean("SAM or USAM", 1) > mean("SAM or USAM", 0)
