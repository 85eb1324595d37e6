"""The field's letters, one way everywhere: data and code write them plainly, every surface sets them.

Plain is the spelling of a source text: γ_b, f_S, ℓ*_S. Markdown gets LaTeX, charts and HTML get subscripts.
What cannot be set, an option of a select box or a text for screen readers, has no letter with a subscript.
"""

from __future__ import annotations

import re

LATEX = {
    "ℓ*_S": r"\ell^*_S",
    "ℓ*": r"\ell^*",
    "f*": "f^*",
    "x*": "x^*",
    "γ_b": r"\gamma_b",
    "γ_t": r"\gamma_t",
    "ρ_t": r"\rho_t",
    "L_max": r"L_{\max}",
    "f_S": "f_S",
    "x_true": r"x_{\mathrm{true}}",
    "SPS_max": r"\mathrm{SPS}_{\max}",
}
_PLAIN = "|".join(re.escape(letter) for letter in LATEX)
_UNSET = re.compile(rf"(\$\$[^$]*\$\$|\$[^$]*\$|`[^`]*`)|(?<![A-Za-z])({_PLAIN})(?![A-Za-z_])")
_SUBSCRIPT = re.compile(r"(?<=[A-Za-zγρℓ*])_(\w+)")


def markdown(text: str) -> str:
    """The text with its plain letters as LaTeX; formulas and code in it stay as they are."""
    return _UNSET.sub(lambda found: found[1] or f"${LATEX[found[2]]}$", text)


def html(text: str) -> str:
    """The text with its subscripts set low, as charts and HTML take it."""
    return _SUBSCRIPT.sub(r"<sub>\1</sub>", text)
