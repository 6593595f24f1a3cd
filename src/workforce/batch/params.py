"""What a run is to make: the params file, its strict model, and errors that point at the field."""

import json
import re
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

import workforce
from workforce.contract.folder import LEGAL_BASIS
from workforce.contract.names import Language
from workforce.contract.page_parameters import PageParameters
from workforce.contract.persons import find_identifying
from workforce.errors import ParameterError
from workforce.sources.tables.fields import read_fields
from workforce.sources.tables.paths import file_path, possible_path

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=60)]
Folder = Annotated[Path, AfterValidator(possible_path)]


def _tells_nobody(text: str) -> str:
    found = find_identifying(text)
    if found:
        told = " and ".join(f"{what} at letter {place}" for what, place in found)
        raise ValueError(f"readers see this text, and there is {told} in it. Take it out.")
    return text


Text = Annotated[str, Field(min_length=1), AfterValidator(_tells_nobody)]
ShortText = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_tells_nobody)]

OWN_PARAMS = "params.yaml"
"""The params file of a folder, which a run takes where none is named."""
DEFAULT_KEY = Path("keys") / "public.key"
"""Where the key lies, beside a params file that names none."""
QUARTER = r"^([12]\d{3}Q[1-4]|auto)$"
AUTO = "auto"
NO_LONGER = dict.fromkeys(
    (*("rule", "disclosure", "method", "min_persons", "min_base", "min_width", "min_absence"),
     *("dominance_percent", "rounding_base")),
    "figures are no longer hidden by thresholds. Public pages are made from tables in "
    "which all counts of people were rounded with a secret key (field key), and internal "
    "pages hide nothing. Take this out; legal_basis is a field by itself, and hide_fte "
    "keeps occupations of few FTE in their group.",
)  # fmt: skip
"""Fields of the time when figures were hidden after they were computed, and what to say of them."""
LEAST_DRAWS = 20
GIVEN_BY_RUN = tuple(
    one.name
    for one in fields(PageParameters)
    if one.name not in ("page", "key", "measures", "choices")
)
"""Parameters that every run gives every notebook."""

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class InLanguages(BaseModel):
    """A text that readers see, in each language."""

    model_config = _STRICT

    nb: ShortText
    """Bokmål."""
    nn: ShortText
    """Nynorsk."""
    en: ShortText
    """English."""


LEAVE_OUT = "leave out options that cannot be"
"""How a file is read once more, to tell what else is wrong with it."""
KNOWN = "measures as they stand"
"""How a file is read to find what it names, such as its data."""
MOST_MEASURES = 10
"""Measures that are told apart: every set of them is projected, and the sets double with each."""


class Measure(BaseModel):
    """One measure of a scenario: a lever and how far it is pulled, and who is to see to it."""

    model_config = _STRICT

    lever: Code
    """Name of the lever, such as position_share."""
    options: dict[str, JsonValue] = {}
    """Size, time and place, such as points: 2, end_year: 2030, sectors: [health_care]."""
    title: InLanguages | None = None
    """What the measure is called; null for the name of the lever."""
    owner: InLanguages | None = None
    """Role that sees to it, such as the director of care; not the name of a person."""
    deadline: date | None = None
    """Day by which it is done, such as 2028-12-31."""
    source: InLanguages | None = None
    """What the size rests on, such as a trial or an assumption."""
    ends: Annotated[tuple[InLanguages, ...], Field(max_length=MOST_MEASURES)] = ()
    """Tasks that end, of a measure that phases out: without them it is fewer people per user."""

    @model_validator(mode="after")
    def _is_known(self, info: ValidationInfo) -> Self:
        if info.context == KNOWN:
            return self  # To know all levers takes longer than an unchanged run.
        from workforce.scenarios.levers.registry import find_lever

        try:
            lever = find_lever(self.lever)
        except ParameterError as error:
            raise ValueError(str(error)) from error
        if self.ends and lever.kind != "phase_out":
            raise ValueError(
                f"ends: lever {self.lever!r} phases nothing out. Name the tasks that end with "
                "staffing_standard, or take them out."
            )
        lacking = lever.lacking(self.options)
        told = lever.problems(self.options) | ({"": lacking} if lacking else {})
        if told and info.context == LEAVE_OUT:
            return self.model_copy(
                update={"options": {k: v for k, v in self.options.items() if k not in told}}
            )
        if told:
            named = {option: f"lever {self.lever!r}: {why}" for option, why in told.items()}
            raise PydanticCustomError("options", "options", {"told": named})
        return self


class OwnScenario(BaseModel):
    """A scenario of this file's own: what it is called, and its measures in order."""

    model_config = _STRICT

    title: InLanguages
    """What the scenario is called."""
    measures: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=MOST_MEASURES)]
    """Measures in the order they take effect on the figures."""


class Report(BaseModel):
    """One notebook, and the places, sectors, scenarios and languages to run it for."""

    model_config = _STRICT

    notebook: Code
    """Name of the notebook, without .ipynb."""
    regions: (
        Annotated[tuple[Code, ...], Field(min_length=1)]
        | Literal["municipalities", "counties", "county_councils", "all"]
    )
    """Codes of places in quotes, or municipalities, counties, county_councils, or all of
    them."""
    sectors: Annotated[tuple[Code, ...], Field(min_length=1)] | Literal["each"] = ("all",)
    """Codes of sectors, [all] for the sum over sectors, or each for every sector by itself."""
    scenarios: Annotated[tuple[Code, ...], Field(min_length=1)] = ("baseline",)
    """Named scenarios, or those under scenarios."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("nb",)
    """Languages of the pages: nb, nn, en."""
    parameters: dict[str, JsonValue] = {}
    """Parameters of the notebook beyond those that every run gives."""


class AcceptRed(BaseModel):
    """Why figures with a red light may be published, and which."""

    model_config = _STRICT

    reason: Text
    """What a reader must know, in the language of the pages; shown beside the light."""
    regions: tuple[Code, ...] = ()
    """Codes of places in quotes; none for all."""
    tables: tuple[Code, ...] = ()
    """Names of tables; none for all."""


class Params(BaseModel):
    """One commission: what to run, for whom, from which data."""

    model_config = _STRICT

    title: Text
    """Title of the site."""
    data: Folder
    """Folder of tables, relative to this file."""
    notebooks: Folder | None = None
    """Folder of notebooks, relative to this file; by default those of the program."""
    quarter: Annotated[str, Field(pattern=QUARTER)]
    """Label of the run, such as 2026Q4; auto for the quarter in which the run begins."""
    audience: Literal["public", "internal"] = "public"
    """Who the pages are for; internal pages are stamped and lie in a folder of their own."""
    seed: Annotated[int, Field(ge=0)]
    """Seed of the draws, the same for every page."""
    draws: Annotated[int, Field(ge=LEAST_DRAWS, le=100_000)] = 200
    """Number of draws behind the intervals; 200 for pages that are sent on: the ends of an interval
    then err by 5 to 8 % of half its width."""
    base_year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    """Base year, 1 January; null for the latest in the data."""
    horizon: Annotated[int, Field(ge=1, le=60)] = 10
    """Years to look ahead."""
    key: Folder | None = None
    """File of the secret key that public figures are protected with, relative to this file; null
    for keys/public.key beside it, made at the first public run. Keep it where backups are kept. The
    packaged sample has a key of its own, and a protected folder needs none."""
    key_reason: Text | None = None
    """Why another key, tree or list of sectors is used than before on the same places. One that was
    given before counts no more."""
    legal_basis: Text = LEGAL_BASIS
    """What rounded figures are published on, as text."""
    hide_fte: Annotated[int, Field(ge=1)] | None = None
    """Occupations of this many FTE or fewer stand in their group on public pages, as KS does with
    10; null for those that show fewer than 10 persons. [FTE]"""
    scenarios: dict[Code, OwnScenario] = {}
    """Scenarios of this file's own, by a name that no packaged scenario has."""
    accept_red: Text | tuple[AcceptRed, ...] = ()
    """Why red figures may be published: one reason for all, or one for each place and table."""
    discussion: bool = True
    """Make a basis for discussion with employee representatives for every place with reports."""
    index_language: Language = "nb"
    """Language of the index page."""
    timeout_seconds: Annotated[int, Field(ge=1)] = 600
    """Longest time that one page may take. [seconds]"""
    workers: Annotated[int, Field(ge=1, le=64)] | None = None
    """Pages made side by side; null for one per processor."""
    reports: Annotated[tuple[Report, ...], Field(min_length=1)]
    """What to run."""


def load_params(path: str | Path, *, leave_out: bool = False, known: bool = False) -> Params:
    """Read a params file and check it; folders in it become absolute.

    All that is wrong is told at once. With ``leave_out`` options of measures that cannot be are
    left out in place of being refused; with ``known`` measures are taken as they stand, since
    nothing is made of what is read.
    """
    path = file_path(path, what="The path of the params file").absolute()
    how = LEAVE_OUT if leave_out else KNOWN if known else None
    params = read_fields(path, Params, context=how, no_longer=NO_LONGER)
    folder = path.parent
    notebooks = params.notebooks
    return params.model_copy(
        update={
            "data": (folder / params.data).resolve(),
            "key": (folder / (params.key or DEFAULT_KEY)).resolve(),
            "notebooks": (folder / notebooks).resolve() if notebooks else notebooks_folder(),
        }
    )


def params_schema() -> str:
    """Give the JSON schema of the params file, as text."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Params.model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def default_params() -> Path:
    """Find the params file to run where none is named: that of this folder, or of the checkout."""
    own = Path.cwd() / OWN_PARAMS
    path = own if own.is_file() else checkout() / "params" / "sample.yaml"
    if not path.is_file():
        raise ParameterError(
            f"There is no {OWN_PARAMS} in this folder. Name a params file to run, or make a folder "
            "to begin in: workforce init FOLDER."
        )
    return path


def notebooks_folder() -> Path:
    """Find the notebooks of this version: those of the checkout, else the packaged copy."""
    places = [checkout() / "notebooks", Path(workforce.__file__).parent / "data" / "notebooks"]
    for place in places:
        if place.is_dir():
            return place
    raise ParameterError(
        f"The notebooks are not at {' or '.join(map(str, places))}. Install the program again."
    )


def checkout() -> Path:
    """Give the folder of the checkout that the package lies in; elsewhere it has none of these."""
    return Path(workforce.__file__).resolve().parents[2]


def check_quarter(quarter: str) -> str:
    """Give the label of a quarter, from the clock for ``auto``."""
    if not re.fullmatch(QUARTER, quarter):
        raise ParameterError(f"The quarter {quarter!r} is not one. Write it as 2026Q4, or auto.")
    return quarter_now() if quarter == AUTO else quarter


def quarter_now() -> str:
    """Give the label of the quarter that it is in Norway."""
    now = datetime.now(ZoneInfo("Europe/Oslo"))
    return f"{now.year}Q{(now.month + 2) // 3}"
