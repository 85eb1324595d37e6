"""The compiled loop: one signature, a cache that sees edits, the rules in plain Python."""

import math
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

import synthetic
from synthetic.compiled import losses, rules
from synthetic.compiled.compile import compiled
from synthetic.compiled.rules import Rule, fresh_memory

PROBE = """
import numpy as np
from synthetic.compiled.rules import BLEND, PLAIN, POLYAK, Rule, fresh_memory, perturbation
rule, delta = Rule(BLEND, POLYAK, PLAIN), np.empty(1)
perturbation(rule, np.array([3.0]), 1.0, 1.0, fresh_memory(np.ones(1), 1, rule), delta)
print(delta[0], sum(perturbation.stats.cache_hits.values()))
"""


def probe(folder: Path) -> list[float]:
    command = [sys.executable, "-c", PROBE]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


def test_an_edit_in_a_callee_is_seen(tmp_path: Path) -> None:
    """`perturbation` of rules.py is cached with `ordered_dot` of losses.py compiled into it."""
    package = tmp_path / "synthetic"
    shutil.copytree(Path(synthetic.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    assert probe(tmp_path) == [1.0, 0.0]
    assert probe(tmp_path) == [1.0, 1.0]  # from the cache
    source = package / "compiled" / "losses.py"
    text = source.read_text(encoding="utf-8")
    assert text.count("total += a[k] * b[k]") == 1
    source.write_text(text.replace("total += a[k] * b[k]", "total += 4 * a[k] * b[k]"), encoding="utf-8")
    assert probe(tmp_path) == [0.5, 0.0]


def test_rules_are_plain_python_too() -> None:
    memory = fresh_memory(np.array([1.0, 2.0]), 2, Rule(rules.BLEND, rules.POLYAK, rules.PLAIN))
    delta = np.empty(2)
    rules.perturbation.py_func(  # type: ignore[attr-defined]
        Rule(rules.BLEND, rules.POLYAK, rules.PLAIN), np.array([3.0, 4.0]), 0.5, 1.0, memory, delta
    )
    np.testing.assert_allclose(delta, [0.3, 0.4])
    assert rules.polyak_ratio.py_func(5.0, 1.0, 2.0, 4.0) == 0.5  # type: ignore[attr-defined]
    assert rules.polyak_ratio.py_func(5.0, 1.0, 2.0, 0.0) == 0.0  # type: ignore[attr-defined]
    assert rules.polyak_step_size.py_func(-1.0, 2.0, True) == 0.0  # type: ignore[attr-defined]
    assert rules.polyak_step_size.py_func(-1.0, 2.0, False) == -1.0  # type: ignore[attr-defined]
    assert rules.polyak_step_size.py_func(3.0, 2.0, True) == 2.0  # type: ignore[attr-defined]
    assert rules.smoothness_step_size.py_func(1.0, 0.0, 2.0, 3.0) == 4.0  # type: ignore[attr-defined]
    assert math.isinf(rules.smoothness_step_size.py_func(1.0, 0.0, 2.0, math.inf))  # type: ignore[attr-defined]


def test_numpy_adds_up_in_the_same_order() -> None:
    rng = np.random.default_rng(0)
    for length in (8, 16, 104, 504):
        a, b = rng.standard_normal((2, length)) * 10.0 ** rng.integers(-8, 8, (2, length))
        r = np.add.reduce((a * b).reshape(-1, 8), axis=0)
        expected = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
        assert losses.ordered_dot(a, b) == expected
        assert losses.ordered_dot.py_func(a, b) == expected  # type: ignore[attr-defined]


def test_where_no_folder_can_be_written_it_compiles_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(numba.config, "CACHE_LOCATOR_CLASSES", "IPythonCacheLocator")  # knows notebooks only
    with pytest.raises(RuntimeError, match="no locator available"):
        numba.njit(cache=True)(halved)
    assert compiled(halved)(3.0) == 1.5


def halved(x: float) -> float:
    return x / 2
