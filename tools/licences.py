"""Licences of all that is installed with workforce: ``python -m tools.licences`` writes the table.

They are read from the metadata of the installed packages, each as its authors declare it.
"""

import re
from collections import defaultdict
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

PAGE = Path(__file__).parents[1] / "docs" / "dependencies.md"
HEADING = "## Licences"
SAME = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "Apache Software License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""One name for licences that packages write in several ways."""


def main() -> None:
    """Write the table into the page on dependencies."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n{HEADING}")[0].rstrip()
    PAGE.write_text(f"{text}\n\n{section(licences())}", encoding="utf-8")


def licences(package: str = "workforce") -> dict[str, str]:
    """Give the licence of each package that a package needs, and that these need."""
    found: dict[str, str] = {}
    looked: set[str] = set()
    waiting = [Requirement(package)]
    while waiting:
        needed = waiting.pop()
        name = canonical(needed.name)
        if (told := f"{name}{sorted(needed.extras)}") in looked:
            continue
        looked.add(told)
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue  # For another system than this.
        if name != package:
            found[name] = _licence(installed.metadata)
        for text in installed.requires or []:
            further = Requirement(text)
            if further.marker is None or any(
                further.marker.evaluate({"extra": extra}) for extra in ("", *needed.extras)
            ):
                waiting.append(further)
    return found


def section(found: dict[str, str]) -> str:
    """Write the section of the page: a row for each licence, with its packages."""
    by_licence: dict[str, list[str]] = defaultdict(list)
    for name, licence in found.items():
        by_licence[licence].append(name)
    rows = [
        f"| {licence} | {', '.join(sorted(names))} |"
        for licence, names in sorted(by_licence.items(), key=lambda one: (-len(one[1]), one[0]))
    ]
    about = "Of all that is installed with `workforce` on Linux, as the packages declare it"
    how = "`uv run python -m tools.licences` writes this table"
    head = [HEADING, "", f"{about} ({how}):", "", "| licence | packages |", "|---|---|"]
    return "\n".join([*head, *rows, ""])


def canonical(name: str) -> str:
    """Write the name of a package as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(about: object) -> str:
    """Read a licence: the expression, else the classifiers, else the first line of the text."""
    get, get_all = about.get, about.get_all  # type: ignore[attr-defined]
    if expression := get("License-Expression"):
        return str(expression)
    kinds = [
        one.split("::")[-1].strip()
        for one in get_all("Classifier") or []
        if one.startswith("License ::")
    ]
    text = "; ".join(SAME.get(one, one) for one in kinds) or (get("License") or "").strip()
    line = text.splitlines()[0] if text else "not declared"
    return SAME.get(line, line)


if __name__ == "__main__":
    main()
