"""Scripts to take along: of source files the definitions that are needed, then what was chosen.

A value comes into a script by `repr` of a checked number, text or truth value, and in no other way.
"""

from __future__ import annotations

import ast
import json
import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).parent / "scripts"
PARTS = {
    "ridge": ("problems", "batches", "methods", "loop"),
    "cnn": ("named", "data", "two_points", "optimizers", "loop"),
}
"""Of each folder there the files, in the order in which they stand in a script."""
ROOT = Path(__file__).parents[2]
OURS = "neural."
BESIDE = "lab."  # another of the parts
IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Script:
    """A program that makes a run again.

    Attributes
    ----------
    name : str
        Of the file, without its ending.
    head : str
        What it is; its docstring.
    definitions : str
        Imports, functions and classes.
    chosen : str
        The configuration, and the run.
    end : str
        What only a file does, not a notebook.
    """

    name: str
    head: str
    definitions: str
    chosen: str
    end: str = ""

    def as_python(self) -> str:
        """One file."""
        parts = (f'"""{self.head}"""', self.definitions, self.chosen, self.end)
        return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"

    def as_notebook(self) -> bytes:
        """A notebook, format 4.5: the head, the definitions, what was chosen."""
        kinds = (("markdown", self.head), ("code", self.definitions), ("code", self.chosen))
        cells = [_cell(f"part-{index}", kind, text) for index, (kind, text) in enumerate(kinds)]
        python = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        return json.dumps(
            {"cells": cells, "metadata": python, "nbformat": 4, "nbformat_minor": 5}, indent=1
        ).encode()


def _cell(name: str, kind: str, text: str) -> dict[str, Any]:
    cell = {"cell_type": kind, "id": name, "metadata": {}, "source": text.strip("\n")}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def literal(value: object, alone: str = "np.inf") -> str:
    """A checked value as Python writes it; `alone` stands for ∞.

    Raises
    ------
    TypeError
        For anything that is not a number, a text, a truth value, None, or a tuple or mapping of them.
    """
    if isinstance(value, tuple):
        inside = ", ".join(literal(one, alone) for one in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(k, alone)}: {literal(v, alone)}" for k, v in value.items()) + "}"
    if type(value) not in (int, float, bool, str, type(None)):
        raise TypeError(f"a value of a script must be plain, got {type(value).__name__}")
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float) and not math.isfinite(value):
        if value != math.inf:
            raise TypeError(f"a value of a script must be a number or ∞, got {value}")
        return alone
    return repr(value)


def call(name: str, values: Mapping[str, str]) -> str:
    """``name(key=text, …)`` of texts that are Python already."""
    return f"{name}({', '.join(f'{key}={text}' for key, text in values.items())})"


@dataclass(frozen=True)
class _Piece:
    """A definition or an import: the names that it gives, its tree and its text."""

    gives: frozenset[str]
    node: ast.stmt
    text: str


def definitions(source: str, asked: Iterable[str]) -> str:
    """Of the folder `source` the named definitions, all that they use, and the imports that these need.

    What a file imports from `neural` stands in the script as its source. Names that are not defined are
    passed over. Of a docstring the first paragraph is kept.
    """
    pieces = [piece for part in PARTS[source] for piece in _pieces(SOURCES / source / f"{part}.py")]
    known = {name: piece for piece in reversed(pieces) for name in piece.gives}
    used: set[str] = set()
    waiting = [name for name in asked if name in known]
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            node = known[name].node
            waiting += () if isinstance(node, IMPORTS) else names(node) & known.keys()
    taken = [piece for piece in pieces if any(known.get(name) is piece for name in used & piece.gives)]
    imports = sorted({piece.text for piece in taken if isinstance(piece.node, IMPORTS)}, key=_import_order)
    text = ""
    for piece in taken:
        if not isinstance(piece.node, IMPORTS):
            text += ("\n" if isinstance(piece.node, ast.Assign) else "\n\n") + piece.text + "\n"
    return "\n".join(imports) + "\n" + text


def _pieces(path: Path) -> list[_Piece]:
    """Definitions and imports of a file, those of the files of ours that it imports first."""
    lines, found = path.read_text(encoding="utf-8").splitlines(), []
    for node in ast.parse("\n".join(lines)).body:
        module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        if module.startswith(BESIDE):
            continue
        if module.startswith(OURS):
            found += _pieces(ROOT / f"{module.replace('.', '/')}.py")
        elif isinstance(node, IMPORTS):
            for alias in node.names:
                whole = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
                start = f"from {module} " if module else ""
                gives = frozenset({(alias.asname or alias.name).split(".")[0]})
                found.append(_Piece(gives, node, f"{start}import {whole}"))
        elif gives := _given(node):
            found.append(_Piece(gives, node, _segment(lines, node)))
    return found


def _given(node: ast.stmt) -> frozenset[str]:
    """The names that a definition gives."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return frozenset({node.name})
    targets = node.targets if isinstance(node, ast.Assign) else []
    return frozenset(name for target in targets for name in names(target))


def _import_order(text: str) -> tuple[bool, bool, str]:
    module = text.split()[1].split(".")[0]
    return module not in sys.stdlib_module_names, text.startswith("from"), text


def names_in(text: str) -> list[str]:
    """The names that stand in a piece of Python, in alphabetical order."""
    return sorted(names(ast.parse(text)))


def names(node: ast.AST) -> set[str]:
    """The names that stand in a definition."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _segment(lines: list[str], node: ast.stmt) -> str:
    """The lines of a definition, of docstrings only the first paragraph."""
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    cut: dict[int, str] = {}
    for one in ast.walk(node):
        if isinstance(one, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(one):
            text = one.body[0]
            rows = range(text.lineno, (text.end_lineno or text.lineno) + 1)
            end = next((row for row in rows if not lines[row - 1].strip()), None)
            if end is not None:
                cut |= dict.fromkeys(range(end, rows[-1] + 1), "")
                cut[end - 1] = lines[end - 2] + '"""'
    kept = ((row, cut.get(row, lines[row - 1])) for row in range(first, (node.end_lineno or first) + 1))
    return "\n".join(text for row, text in kept if text or row not in cut)
