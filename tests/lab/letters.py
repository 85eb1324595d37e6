"""What Markdown and a reader make of a text's stars and letters."""

from __future__ import annotations

import re
import unicodedata

FORMULAS = re.compile(r"\$\$.*?\$\$|\$[^$]*\$|```.*?```|`[^`]*`", re.DOTALL)
LETTER = r"(?:γ_?[bt]\b|ρ_\w|f_?S\b|[fxℓ]\*(?:_?S)?|ℓ_S\*?|L_?max|SPS_?max|x_true|x_star|f_star|gamma_b)"
UNSET = re.compile(rf"(?<![\w\\]){LETTER}")
OTHER_LATEX = re.compile(
    r"\\gamma_\{?[^bt]|\\gamma_\{|\\ell_|\\ell(?!\^\*)|\\ell\^\{|f_\{S\}|L_(?!\{\\max\})\w|L_\{max\}|\\gamma\^b"
)


def without_formulas(text: str) -> str:
    """The text with a word in the place of each formula and piece of code, which Markdown leaves alone."""
    return FORMULAS.sub("F", text)


def blocks(text: str) -> list[str]:
    """The pieces of a Markdown text that emphasis does not cross: paragraphs, items of a list, cells."""
    lines = re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)", text)
    return [cell for line in lines for row in line.split("\n|") for cell in re.split(r"(?<!\\)\|", row)]


def eaten(text: str) -> list[str]:
    """What Markdown sets between two stars of which the first ends a letter, by the rules of micromark.

    The app's parser: a star may begin emphasis before a letter, or before another mark such as "_".
    """
    found = []
    for block in blocks(without_formulas(text)):
        begun: list[re.Match[str]] = []
        for run in re.finditer(r"(?<!\\)\*+", block):
            before, after = block[: run.start()][-1:], block[run.end() :][:1]
            if begun and _closes(before, after):
                start = begun.pop()
                if re.match(r"\w", block[: start.start()][-1:]):
                    found.append(block[start.end() : run.start()])
            elif _closes(after, before):
                begun.append(run)
    return found


def _closes(near: str, far: str) -> bool:
    """Whether a run of stars can close with these characters before and after it; turned round: can open."""
    return _kind(near) == 0 or (_kind(near) == 2 and _kind(far) > 0) or near in tuple("*_~")


def _kind(character: str) -> int:
    """1 for space and the ends of a text, 2 for punctuation, else 0."""
    if not character.strip():
        return 1
    return 2 if unicodedata.category(character)[0] in "PS" else 0


def unset(text: str) -> list[str]:
    """Letters with a sub- or superscript that stand in a Markdown text as they are written in code."""
    return UNSET.findall(without_formulas(text).replace("\\", ""))


def otherwise(text: str) -> list[str]:
    """Letters in formulas that are not spelled as everywhere."""
    return [
        found
        for formula in FORMULAS.findall(text)
        if formula[0] == "$"
        for found in OTHER_LATEX.findall(formula)
    ]
