"""The rooms of the project: what may use what, and what a first import costs."""

import subprocess
import sys
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
