import pytest

from neural.config import LaneConfig, TrainConfig
from neural.sweep import SweepConfig, SweepMethod
from neural.sweep_runs import configs_of, name_of, runs_of
from tests.neural.test_sweep import SWEEP


def test_every_run_by_hand():
    found = [(run.method.method, run.point, run.tuned, run.config.seed) for run in runs_of(SWEEP)]
    assert len(found) == len(set(found)) == len(configs_of(SWEEP)) == 24
    cell = (("rho", 0.0), ("label_noise", 0.0))
    assert found[:3] == [
        ("sam_sps", cell, (), 0),
        ("sam_cosine", cell, (("lr", 0.1),), 0),
        ("sam_cosine", cell, (("lr", 1.0),), 0),
    ]
    assert [seed for *_, seed in found] == [0] * 12 + [7] * 12, "the whole picture early, the spread later"
    lane = LaneConfig("sam_cosine", rho=0.4, momentum=0.9, lr=1.0)
    assert runs_of(SWEEP)[-1].config == TrainConfig(
        (lane,), "mnist1d", "mlp", epochs=1, seed=7, label_noise=0.3
    )


def test_a_method_is_run_once_for_what_it_ignores():
    sweep = SweepConfig((SweepMethod("sgd_constant"), SweepMethod("sam_sps")), (("rho", (0.1, 0.2)),), (0,))
    assert len(runs_of(sweep)) == 4
    assert len(configs_of(sweep)) == 3
    sgd = [run.name for run in runs_of(sweep) if run.method.method == "sgd_constant"]
    assert sgd[0] == sgd[1]


def test_own_values_go_before_those_of_all():
    (run,) = runs_of(
        SweepConfig(
            (SweepMethod("sgd_constant", (("lr", 1.0),)),), (), (0,), (("lr", 0.5), ("momentum", 0.9))
        )
    )
    assert run.config.lanes == (LaneConfig("sgd_constant", lr=1.0, momentum=0.9),)


def test_names_stay_as_they_are():
    """A changed name would have every stored run done again."""
    assert name_of(TrainConfig((LaneConfig("sam_sps"),))) == "f04d95d852721af4"
    assert name_of(TrainConfig((LaneConfig("sgd_constant", lr=1),), epochs=3, seed=1)) == "d04628562c6d31ac"


@pytest.mark.parametrize(
    "other",
    [
        TrainConfig((LaneConfig("usam_sps"),)),
        TrainConfig((LaneConfig("sam_sps", rho=0.2),)),
        TrainConfig((LaneConfig("sam_sps"),), seed=1),
        TrainConfig((LaneConfig("sam_sps"),), dataset="textures"),
        TrainConfig((LaneConfig("sam_sps"),) * 2),
    ],
)
def test_names_differ_where_configurations_do(other):
    assert name_of(other) != name_of(TrainConfig((LaneConfig("sam_sps"),)))


def test_names_do_not_depend_on_how_a_number_is_written():
    assert name_of(TrainConfig((LaneConfig("sam_sps", rho=1),))) == name_of(
        TrainConfig((LaneConfig("sam_sps", rho=1.0),))
    )
