"""Saving measures that were tried out as a scenario, in a params file that a run accepts."""

import os
import re
import unicodedata
from pathlib import Path
from typing import Any

from workforce.batch.params import load_params
from workforce.contract.names import LANGUAGES
from workforce.contract.places import fresh
from workforce.errors import ParameterError
from workforce.explore.central import Steps, as_levers
from workforce.scenarios.scenario import named_scenarios

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})


def scenario_code(title: str) -> str:
    """Make the name of a scenario, and of its file, of what somebody wrote."""
    plain = unicodedata.normalize("NFKD", title.strip().lower().translate(_LETTERS))
    code = re.sub(r"[^a-z0-9]+", "_", plain.encode("ascii", "ignore").decode()).strip("_")
    code = re.sub(r"^[0-9_]+", "", code)[:40].rstrip("_")
    if not NAME.fullmatch(code):
        raise ParameterError(f"{title!r} gives no name. Begin with a letter from a to z.")
    if code in named_scenarios():
        raise ParameterError(
            f"The name {code!r} is that of a scenario that comes with the package. Choose another."
        )
    return code


def save_scenario(
    folder: str | Path,
    title: str,
    steps: Steps,
    *,
    data: str | Path,
    region: str,
    base_year: int,
    horizon: int,
    quarter: str,
    language: str,
    seed: int,
    draws: int,
    key: str | Path = "",
) -> Path:
    """Write a params file with a scenario of its own and one report about it."""
    import yaml

    if not steps:
        raise ParameterError("No measure has been moved, so there is nothing to save.")
    code, folder = scenario_code(title), Path(folder).absolute()
    path = folder / f"{code}.yaml"
    content = _content(code, title.strip()[:120], steps)
    content |= {
        "data": Path(os.path.relpath(Path(data).absolute(), folder)).as_posix(),
        "quarter": quarter,
        "seed": seed,
        "draws": draws,
        "base_year": base_year,
        "horizon": horizon,
        "reports": [
            {
                "notebook": "labour_shortage",
                "regions": [region],
                "scenarios": [code],
                "languages": [language],
            }
        ],
    }
    if key:
        content["key"] = Path(os.path.relpath(Path(key).absolute(), folder)).as_posix()
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    part = folder / f".{code}.{os.getpid()}.part.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh(part).write_text(text, encoding="utf-8", newline="\n")
        load_params(part)
        os.link(part, path)  # Unlike a rename, this refuses to take the place of a file.
    except FileExistsError as error:
        raise ParameterError(f"{path} is there already. Choose another name.") from error
    except OSError as error:
        raise ParameterError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return path


def _content(code: str, title: str, steps: Steps) -> dict[str, Any]:
    """Title of the file, and the scenario with its measures."""
    measures = [
        {
            "lever": str(step["lever"]),
            "options": {name: value for name, value in step.items() if name != "lever"},
        }
        for step in as_levers(steps)
    ]
    titles = dict.fromkeys(LANGUAGES, title)
    return {"title": title, "scenarios": {code: {"title": titles, "measures": measures}}}
