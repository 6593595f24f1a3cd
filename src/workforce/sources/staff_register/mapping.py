"""What the columns and codes of an extract mean: the mapping file and its strict model."""

import json
from pathlib import Path
from typing import Annotated, Literal, Self

import polars as pl
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from workforce.errors import MissingDataError, ParameterError
from workforce.sources.tables.fields import read_fields
from workforce.sources.tables.files import find_tables, read_packaged, read_table
from workforce.sources.tables.paths import file_path, possible_path

TO_CHANGE = "CHANGE"
"""Stands in a proposed mapping where somebody must say what is meant."""


def _changed(text: str) -> str:
    if text == TO_CHANGE:
        raise ValueError(f"{TO_CHANGE} stands here as it was proposed: write what it is")
    return text


Header = Annotated[str, Field(min_length=1), AfterValidator(_changed)]
Code = Annotated[str, Field(pattern=r"^[\w-]+$", max_length=60), AfterValidator(_changed)]
Share = Annotated[float, Field(ge=0, le=1)]
Sex = Literal["female", "male"]
Form = Literal["permanent", "temporary", "substitute", "hourly", "apprentice"]
Leave = Literal["sickness", "parental", "unpaid", "paid"]
Reason = Literal[
    "retired", "left_sector", "moved_municipality", "other", "left", "internal", "void"
]
Cause = Literal["left_sector", "moved_municipality", "other"]
Origin = Literal["graduate", "other_municipality", "other_sector", "outside_work", "return"]
NewOrigin = Literal["graduate", "other_municipality", "other_sector", "outside_work"]
Limit = Literal["60", "63", "65", "72"]
Certified = Literal["self_certified", "doctor_certified"]
ShareUnit = Literal["percent", "fraction"]

FULL_TIME_HOURS = {"a year": 1950.0, "a month": 162.5, "a week": 37.5}
"""Hours of a full-time post, by the time they are of."""

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class Columns(BaseModel):
    """Headings of the columns to read; every other column is left unread."""

    model_config = _STRICT

    identity: Header
    """Identity number, or a number of the employee that stays the same over the years."""
    birth_date: Header
    """Date or year of birth."""
    sex: Header
    """Sex."""
    occupation: Header
    """STYRK-08 or position code."""
    position_share: Header
    """Agreed share of a full-time post."""
    organisation: Header | None = None
    """Organisation number of the workplace."""
    kostra_function: Header | None = None
    """KOSTRA function."""
    employment_form: Header | None = None
    """Permanent, temporary, substitute, hourly or apprentice."""
    start: Header | None = None
    """First day of the position."""
    end: Header | None = None
    """Last day of the position; empty while it lasts."""
    leave_kind: Header | None = None
    """Kind of leave on the date of the extract."""
    leave_share: Header | None = None
    """Share of the position that the leave takes."""
    leave_start: Header | None = None
    """First day of the leave."""
    end_reason: Header | None = None
    """Why the position ended."""
    paid_hours: Header | None = None
    """Hours paid to hourly staff."""
    recruited_from: Header | None = None
    """Where the person came from."""
    reference_date: Header | None = None
    """Date that the row stands for; where there is no such column, the date in the file's name."""


class SpellColumns(BaseModel):
    """Headings of the columns of a file of absence spells."""

    model_config = _STRICT

    identity: Header
    """Identity number, written as in the extracts."""
    start: Header
    """First day away."""
    end: Header
    """Last day away."""
    kind: Header
    """Self-certified or certified by a doctor."""
    share: Header | None = None
    """Share of the person's positions that the absence takes; all of it where there is none."""


class Organisation(BaseModel):
    """The workplace behind an organisation number."""

    model_config = _STRICT

    region: Code
    """Municipality that employs the staff."""
    sector: Code | None = None
    """Sector, where the KOSTRA function is empty or belongs to no sector."""
    serves: tuple[Code, ...] = ()
    """Other municipalities that the workplace serves, where the employer is their host."""


class Mapping(BaseModel):
    """What the columns and codes of an extract mean, and what is assumed where it is silent."""

    model_config = _STRICT

    columns: Columns
    """Heading of each column to read."""
    spells: SpellColumns | None = None
    """Headings of the file of absence spells, where there is one."""
    sheet: str | None = None
    """Sheet of a workbook; the first where none is named."""
    position_share_in: ShareUnit = "percent"
    """How position shares are written: 80, or 0.8 as behind a cell of Excel that shows 80 %."""
    leave_share_in: ShareUnit = "percent"
    """How leave shares are written."""
    spell_share_in: ShareUnit = "percent"
    """How the shares of absence spells are written."""
    full_time_hours: Annotated[float, Field(gt=0)] = FULL_TIME_HOURS["a year"]
    """Hours of a full-time post in the time that paid_hours covers: 1950 a year, 162.5 a month."""
    region: Code | None = None
    """Municipality of every workplace whose organisation number is not listed."""
    organisations: dict[str, Organisation] = {}
    """Workplace by organisation number."""
    regions: dict[Code, tuple[Code, ...]] = {}
    """Counties or groups to make tables for as well, each with its municipalities."""
    kostra_functions: dict[str, Code] = {}
    """Sector by KOSTRA function, beyond those of the table of sectors."""
    occupation_codes: Literal["styrk08", "listed"] = "styrk08"
    """styrk08: a code of the table of occupations means itself; listed: only codes listed count."""
    occupations: dict[str, Code] = {}
    """Occupation by code in the extract."""
    tables: Annotated[Path, AfterValidator(possible_path)] | None = None
    """Folder with sectors and occupations of its own, relative to this file."""
    sexes: dict[str, Sex] = {}
    """Sex by code, beyond the usual ones."""
    employment_forms: dict[str, Form] = {}
    """Employment form by code, beyond the usual ones."""
    leave_kinds: dict[str, Leave] = {}
    """Kind of leave by code, beyond the usual ones; sickness, parental and unpaid can be long."""
    end_reasons: dict[str, Reason] = {}
    """Reason for the end by code, beyond the usual ones; left: it is not known where to."""
    origins: dict[str, Origin] = {}
    """Origin of a recruit by code, beyond the usual ones."""
    absence_kinds: dict[str, Certified] = {}
    """Kind of absence by code, beyond the usual ones."""
    leave_out: tuple[Form, ...] = ()
    """Employment forms that are not counted as staff."""
    retirement_ages: dict[Limit, Annotated[int, Field(ge=50, le=75)]] = {
        "60": 57,
        "63": 60,
        "65": 62,
        "72": 62,
    }
    """Age, by limit group of the post, from which one who leaves without a reason has retired."""
    left_split: dict[Cause, Share] = {"left_sector": 0.75, "moved_municipality": 0.2, "other": 0.05}
    """Where younger people go who leave without a known destination. Shares that sum to 1."""
    origin_split: dict[NewOrigin, Share] = {
        "graduate": 0.25,
        "other_municipality": 0.2,
        "other_sector": 0.25,
        "outside_work": 0.3,
    }
    """Where recruits come from whose origin is not known. Shares that sum to 1."""
    graduates_until: Annotated[int, Field(ge=20, le=75)] = 35
    """Greatest age of a graduate; beyond it the other origins share their part."""

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> Self:
        for name, split in (("left_split", self.left_split), ("origin_split", self.origin_split)):
            if abs(sum(split.values()) - 1) > 1e-9:
                raise ValueError(f"the shares of {name} must sum to 1")
        if sum(share for origin, share in self.origin_split.items() if origin != "graduate") <= 0:
            raise ValueError("origin_split must leave a share for others than graduates")
        if set(self.retirement_ages) != {"60", "63", "65", "72"}:
            raise ValueError("retirement_ages needs an age for each of 60, 63, 65 and 72")
        if self.region is None and not self.organisations:
            raise ValueError("name the region, or the region of each of the organisations")
        if self.region is None and self.columns.organisation is None:
            raise ValueError("without a column of organisation numbers the region must be named")
        return self


def load_mapping(path: str | Path) -> Mapping:
    """Read a mapping file and check it; a folder in it becomes absolute."""
    path = file_path(path, what="The path of the mapping").absolute()
    mapping = read_fields(path, Mapping)
    if mapping.tables is None:
        return mapping
    return mapping.model_copy(update={"tables": (path.parent / mapping.tables).resolve()})


def mapping_schema() -> str:
    """Give the JSON schema of the mapping file, as text."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Mapping.model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def code_lists(mapping: Mapping) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read the sectors and occupations that codes are mapped to, and check the mapping's own."""
    sectors, occupations = (_list(mapping, name) for name in ("sectors", "occupations"))
    named = {
        "sector": [*mapping.kostra_functions.values()]
        + [place.sector for place in mapping.organisations.values() if place.sector],
        "occupation": [*mapping.occupations.values()],
    }
    known = {
        "sector": sectors["sector"].to_list(),
        "occupation": occupations["occupation"].to_list(),
    }
    wrong = [
        f"{kind} {code!r}"
        for kind, codes in named.items()
        for code in dict.fromkeys(codes)
        if code not in known[kind]
    ]
    towns = municipalities(mapping)
    wrong += [
        f"municipality {town!r} of {group}"
        for group, members in mapping.regions.items()
        for town in members
        if town not in towns
    ]
    wrong += [f"{group!r} as a county or group" for group in mapping.regions if group in towns]
    if wrong:
        raise ParameterError(
            f"The mapping names what there is none of: {', '.join(wrong)}. "
            "Use codes of the tables sectors and occupations, and regions that an organisation has."
        )
    return sectors, occupations


def municipalities(mapping: Mapping) -> list[str]:
    """List the municipalities that employ the staff of an extract, in the mapping's order."""
    found = [place.region for place in mapping.organisations.values()]
    return list(dict.fromkeys([*found, *([mapping.region] if mapping.region else [])]))


def _list(mapping: Mapping, name: str) -> pl.DataFrame:
    places = find_tables(mapping.tables) if mapping.tables else {}
    frame = read_table(places[name], name) if name in places else read_packaged(name)
    if frame is None:
        raise MissingDataError(
            f"There is no table of {name}. In the mapping, name a folder of tables that holds one."
        )
    return frame
