"""docs/networks.md and docs/when-not.md, written from the files under assets/examples."""

from __future__ import annotations

from pathlib import Path

from lab.robustness.reference import Pair, pairs, rows_of
from lab.robustness.when_not import advice

DOCS = Path(__file__).parents[2] / "docs"

_NETWORKS = """# Accuracy over ρ on the digits

A small CNN with BatchNorm on the handwritten digits, 40 epochs of batches of 64, three seeds (0, 1, 2). SAM-SPS and
USAM-SPS have γ_b = 1 and ℓ\\* = 0, the baselines the rate 0.1, all of them weight decay 0.0005. Test accuracy in % after
the last step with BatchNorm's running statistics: mean ± standard deviation over the seeds (divisor n − 1). In
brackets the share of all steps in which γ_t was 0.

```
python -m neural sweep digits --out build/sweeps/digits
python -m neural sweep digits_noise --out build/sweeps/digits_noise
```

The runs are in `assets/examples/sweeps/`; `python benchmarks/robustness.py docs` writes this page from them. On a CPU
with one torch thread the same machine gives the same numbers again.

{table}

With 30% of the training labels wrong, ρ = 0.05:

{noise}

## Held against an independent measurement

`assets/examples/digits_reference.json` has an independent measurement of the same recipe, as well with three seeds. Of
the {count} means {within} lie within its mean ± one standard deviation.

{outside}

{apart}

## What it says

- Up to ρ = 0.5 all methods are within a point or two of each other: clean digits saturate. SAM-SPS is the one that
  loses first ({half}).
- From ρ = 1 on SAM fails with every choice of the step size, SAM-SPS before the others; its mean there is one seed
  that learnt and two that did not.
- USAM holds to ρ = 1 with every choice of the step size. At ρ = 2 the constant rate 0.1 is the best of the three.
- With wrong labels the cosine schedules win by far: only they go to 0.
"""

_WHEN_NOT = """# When not to use it

Each number was measured here and is read from a file under `assets/examples`: means ± standard deviation, or the
lowest and the highest, over three seeds. `python benchmarks/robustness.py docs` writes this page from them; the
page Robustness says the same.

{cases}
"""


def networks() -> str:
    """docs/networks.md."""
    clean, noisy = pairs("digits"), pairs("digits_noise")
    everything = (*clean, *noisy)
    outside = [pair for pair in everything if not pair.within]
    apart = [pair for pair in everything if pair.apart]
    half = next(pair for pair in clean if (pair.key, pair.rho) == ("sam_sps", 0.5))
    return _NETWORKS.format(
        table=_table(clean, "digits"),
        noise=_table(noisy, "digits_noise"),
        count=len(everything),
        within=len(everything) - len(outside),
        outside="Outside: " + "; ".join(map(_told, outside)) + "." if outside else "None is outside.",
        apart=(
            "Apart by more than two standard errors of the difference: " + "; ".join(map(_told, apart)) + "."
            if apart
            else "None is apart by more than two standard errors of the difference: three seeds do not tell the "
            "two measurements from each other."
        ),
        half=f"{half.ours:.1f} at ρ = 0.5",
    )


def when_not() -> str:
    """docs/when-not.md."""
    cases = (f"- **{one.case}** {one.measured} (`{one.source}`)" for one in advice())
    return _WHEN_NOT.format(cases=escaped("\n".join(cases)))


def escaped(text: str) -> str:
    """For Markdown: a star of ℓ* is no emphasis."""
    return text.replace("ℓ*", "ℓ\\*")


def write() -> None:
    """Both files."""
    (DOCS / "networks.md").write_text(networks(), encoding="utf-8")
    (DOCS / "when-not.md").write_text(when_not(), encoding="utf-8")


def _told(pair: Pair) -> str:
    return (
        f"{pair.label} at ρ = {pair.rho:g}, {pair.ours:.1f} ± {pair.ours_std:.1f} "
        f"({pair.theirs:.1f} ± {pair.theirs_std:.1f})"
    )


def _table(found: tuple[Pair, ...], key: str) -> str:
    labels = list(dict.fromkeys(pair.label for pair in found))
    clamped = {(row["method"], row["rho"]): row["clamped"] for row in rows_of(key)}
    lines = ["| ρ | " + " | ".join(labels) + " |", "|---" * (len(labels) + 1) + "|"]
    for rho in dict.fromkeys(pair.rho for pair in found):
        cells = (_cell(pair, clamped[pair.key, rho]) for pair in found if pair.rho == rho)
        lines.append(f"| {rho:g} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(pair: Pair, clamped: float) -> str:
    share = f" ({clamped:.0%})" if pair.key in ("sam_sps", "usam_sps") else ""
    return f"{pair.ours:.1f} ± {pair.ours_std:.1f}{share}"
