"""The page on dependencies names each of them, its reason and its licence."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from tools.licences import HEADING, PAGE, canonical, licences

ROOT = Path(__file__).parents[2]
REASONS, LICENCES = PAGE.read_text(encoding="utf-8").split(HEADING)
ROWS = re.findall(r"^\| (.+?) \| (.+?) \|$", LICENCES, flags=re.MULTILINE)
LISTED = {name: licence for licence, names in ROWS for name in names.split(", ")}
NEEDED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "dependencies"
]


@pytest.mark.parametrize("name", sorted(canonical(Requirement(one).name) for one in NEEDED))
def test_each_dependency_has_its_reason_and_the_licence_that_is_installed(name: str) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", REASONS, re.IGNORECASE)
    assert LISTED[name] == licences()[name]


@pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info[:2] != (3, 11), reason="other systems need others"
)
def test_all_that_is_installed_with_them_is_listed_with_its_licence() -> None:
    found = licences()
    told = "Run `uv run python -m tools.licences`."
    assert {name: LISTED.get(name) for name in found} == found, told
    assert "not declared" not in found.values()
    # What must be passed on under the same terms as a whole has no place in what is MIT.
    assert not [name for name, licence in found.items() if re.search(r"\bA?GPL", licence)]
