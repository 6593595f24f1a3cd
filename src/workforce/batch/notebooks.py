"""The notebooks that a params file names: where they are, and what a run gives them."""

import ast
import json
from collections.abc import Collection
from pathlib import Path

from workforce.batch.job import hash_of
from workforce.batch.params import GIVEN_BY_RUN, Params
from workforce.contract.places import not_a_file
from workforce.sources.tables.fields import nearest

EMPTY: tuple[object, ...] = ({}, [], None, "")
"""Defaults of a notebook's own parameters that say nothing, so that a run may leave them out."""


def compare_parameters(notebook: Path, extra: Collection[str]) -> list[str]:
    """Compare what a run gives a notebook with the parameters the notebook has, both ways.

    A sentence for each that only one of the two knows; one that is empty in the notebook, such as
    ``choices = {}``, need not be given. ``extra`` are names beyond `GIVEN_BY_RUN`.
    """
    name = notebook.name
    try:
        found = _own_parameters(notebook)
    except SyntaxError as error:
        return [f"the parameters cell of {name} is no Python: line {error.lineno}, {error.msg}."]
    own = set(found)
    optional = {one for one in own if found[one] in EMPTY}
    given = {*GIVEN_BY_RUN, *extra}
    if not own:
        needed = ", ".join(GIVEN_BY_RUN)
        return [f"the notebook {name} has no cell tagged 'parameters'. Its values: {needed}."]
    unknown = [
        f"the notebook {name} has no parameter {one!r}. {nearest(one, own - given)}"
        for one in sorted(set(extra) - own)
    ]
    lacking = [
        f"the notebook {name} lacks the parameter {one!r}, which every run gives. "
        f"Write it in its parameters cell.{_called_otherwise(own - given)}"
        for one in sorted(set(GIVEN_BY_RUN) - own)
    ]
    missing = [
        f"the notebook {name} has the parameter {one!r}, which the run does not give. "
        f"Write it under parameters. {nearest(one, given - own)}"
        for one in sorted(own - given - optional)
    ]
    return unknown + lacking + missing


def _own_parameters(notebook: Path) -> dict[str, object]:
    """Read the parameters of a notebook and their defaults, without what runs notebooks.

    A default that is no plain value is given as its text.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = next(
        (one["source"] for one in cells if "parameters" in one["metadata"].get("tags", ())), ""
    )
    found: dict[str, object] = {}
    for line in ast.parse("".join(code)).body:
        if isinstance(line, ast.AnnAssign) and line.value is not None:
            targets, value = list[ast.expr]([line.target]), line.value
        elif isinstance(line, ast.Assign):
            targets, value = line.targets, line.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name):
                try:
                    found[target.id] = ast.literal_eval(value)
                except ValueError:
                    found[target.id] = ast.unparse(value)
    return found


def _called_otherwise(names: Collection[str]) -> str:
    """Say what to do where a parameter of the run has another name in the notebook."""
    listed = " or ".join(map(repr, sorted(names)))
    return f" If it is called {listed} there, rename that wherever it stands." if names else ""


def find_notebooks(params: Params, problems: list[str]) -> dict[str, tuple[Path, str]]:
    """Find each notebook named, with the hash of its cells; outputs do not count."""
    folder = params.notebooks
    if folder is None or not folder.is_dir():
        problems.append(f"notebooks: the folder {folder} is not there.")
        return {}
    known = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    found: dict[str, tuple[Path, str]] = {}
    for number, report in enumerate(params.reports):
        path = known.get(report.notebook)
        if path is None:
            problems.append(
                f"reports[{number}].notebook: there is no notebook {report.notebook!r} "
                f"in {folder}. {nearest(report.notebook, known)}"
            )
        elif report.notebook not in found:
            if kind := not_a_file(path):
                problems.append(f"{path} is {kind} and no notebook.")
                continue
            if not path.resolve().is_relative_to(folder.resolve()):
                problems.append(
                    f"{path} is a link out of the folder of notebooks, and a run takes none from "
                    "elsewhere. Copy the notebook there, or name its folder (notebooks)."
                )
                continue
            try:
                cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
                content = [
                    [cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags")]
                    for cell in cells
                ]
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                problems.append(f"{path} is not a notebook: {type(error).__name__} {error}.")
                continue
            found[report.notebook] = (path, hash_of(json.dumps(content)))
    return found
