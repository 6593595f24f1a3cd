"""The rooms of the project: what may use what, and what a first import costs."""

import ast
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAVY = ("pandas", "matplotlib", "statsmodels", "pandera", "papermill", "nbconvert", "polars")


def test_a_room_uses_only_those_below_it():
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml")) == 0


def test_importing_workforce_imports_nothing_heavy():
    code = "import sys, workforce; print(*sorted(set(sys.modules)))"
    seen = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not set(HEAVY) & set(seen)


def test_every_public_name_can_be_imported():
    import workforce

    for name in workforce.__all__:
        assert getattr(workforce, name) is not None, name


def test_no_module_is_too_long_to_be_read_at_once():
    found = {path.name: path.read_text("utf-8").count("\n") for path in ROOT.glob("src/**/*.py")}
    assert [f"{name}: {lines}" for name, lines in found.items() if lines > 400] == []


def test_the_benchmark_of_a_run_times_functions_that_there_are():
    from benchmarks.run import MADE_BY

    from workforce.results import pages, place

    named = {name for functions in MADE_BY.values() for name in functions}
    assert {
        name for name in named if not hasattr(pages, name) and not hasattr(place, name)
    } == set()


def test_nothing_in_the_library_is_beyond_the_reach_of_commands_notebooks_and_public_names():
    import workforce

    package = ROOT / "src" / "workforce"
    uses, defined = defaultdict(set), set()
    reached = {"__getattr__", "__dir__"}  # Of the face, called by Python.
    new = set(workforce.__all__)
    for path in package.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.parent == package / "cli":
            new |= _words(tree)
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                defined.add(node.name)
                uses[node.name] |= _words(node)
                declared = {word for one in node.decorator_list for word in _words(one)}
                new |= {node.name} if "lever" in declared else set()
            elif isinstance(node, ast.If):
                new |= _words(node)  # Run as a program.
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for name in set().union(*map(_words, targets)):
                    uses[name] |= _words(node)
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        lines = (line for one in cells if one["cell_type"] == "code" for line in one["source"])
        new |= set(re.findall(r"\w+", "".join(lines)))
    while new:
        reached |= new
        new = set().union(*(uses[name] for name in new)) - reached
    assert defined - reached == set(), "use them, or move them to tests, benchmarks or tools"


def test_the_page_on_architecture_places_every_module_and_names_none_that_is_not_there():
    rooms, room = defaultdict(list), ""
    for line in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines():
        if re.match(r"\| \w* ?\|", line):
            first, modules, functions = line.replace("\\|", "").split("|")[1:4]
            room = first.strip() or room
            rooms[room].append((modules, functions))
    for room in {one.parent.name for one in (ROOT / "src" / "workforce").glob("*/__init__.py")}:
        package = ROOT / "src" / "workforce" / room
        inside = {path.stem for path in package.rglob("*") if path.suffix in (".py", "")}
        placed = {name for modules, _ in rooms[room] for name in re.findall(r"`([^`]+)`", modules)}
        assert {part for name in placed for part in name.split(".")} - inside == set(), room
        told = set(re.findall(r"\w+", " ".join(map(" ".join, rooms[room]))))
        code = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
        named = re.findall(r"`(\w+)(?:\([^`]*)?`", " ".join(one for _, one in rooms[room]))
        assert set(named) - inside - set(re.findall(r"\w+", code)) == set(), room
        by_topic = () if room == "model" else package.glob("*.py")
        assert {path.stem for path in by_topic} - told - {"__init__"} == set(), room


def _words(node: ast.AST) -> set[str]:
    """Names that code uses; what is imported alone is not used."""
    return {
        part.id if isinstance(part, ast.Name) else part.attr
        for part in ast.walk(node)
        if isinstance(part, ast.Name | ast.Attribute)
    }
