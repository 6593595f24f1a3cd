"""What a page tells beside its rows: what was asked, names, sources, lights and measures."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import polars as pl

from workforce.contract.about import Break, Mark
from workforce.contract.labour_pool import EMPLOYERS, LabourPool
from workforce.contract.measures import Measure, PlaceLimit
from workforce.contract.names import Names
from workforce.contract.quality import LIGHTS_SCHEMA
from workforce.contract.sharing import SharedPosts, Sharing

NO_POOL = LabourPool("", (), (), pl.DataFrame(schema=EMPLOYERS), 1.0, ())


@dataclass(frozen=True)
class Source:
    """A table of the StatBank (KLASS where ``statbank`` is empty) that figures were fetched from.

    ``fetched`` and ``updated`` are ISO dates, the second empty where it is not told; ``revised`` is
    whether KOSTRA's figures had been revised by then, None for other tables.
    """

    statbank: str
    fetched: str = ""
    updated: str = ""
    revised: bool | None = None


@dataclass(frozen=True, eq=False)
class Facts:
    """What a page tells beside its rows of figures, in words that no language has put yet.

    ``employer`` is whom the page speaks to: a municipality, also where it is a sum of them, or a
    county_council. ``sectors`` are those that a page can be about, "all" among them. ``scenarios``
    are those of the params file, ``missing`` tables that the folder lacks, ``breaks`` changed
    borders of the region. ``has_official`` is whether the population follows the official
    projection, ``has_posts`` whether FTE in post are known without staff. ``together`` are
    occupations that stand in their group, by sector of the page and occupation; ``hides_few``
    whether they are left out where no group stands for them. ``measures`` are those of each
    scenario that a page discusses, ``plan`` those in KS's order, to be followed up one after
    another; ``cost_sources`` tell where costs come from, by name in the plan and by lever,
    ``wage_basis`` whether wages are ``own``, ``national`` or ``both``, or empty; ``contribution``
    is the employer's in wages that are not the place's own [share], of the zones
    ``contribution_zones``. ``goal`` is the shortage to come down to [FTE], and how surely.
    ``elsewhere`` is how the method has done in other places, ``projections`` how many the figures
    took.
    """

    page: str = ""
    region: str = ""
    employer: str = "municipality"
    scenario: str = "baseline"
    sectors: tuple[str, ...] = ("all",)
    base_year: int = 0
    horizon: int = 0
    draws: int = 0
    seed: int = 0
    quarter: str = ""
    scenarios: Mapping[str, Any] = field(default_factory=dict)
    names: Names = field(default_factory=lambda: Names({}))
    missing: tuple[str, ...] = ()
    borrowed: tuple[Mark, ...] = ()
    breaks: tuple[Break, ...] = ()
    has_official: bool = False
    has_posts: bool = False
    sources: tuple[Source, ...] = ()
    lights: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LIGHTS_SCHEMA))
    together: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hides_few: bool = False
    measures: Mapping[str, tuple[Measure, ...]] = field(default_factory=dict)
    plan: tuple[Measure, ...] = ()
    cost_sources: Mapping[str, str] = field(default_factory=dict)
    wage_basis: str = ""
    contribution: float = 0.0
    contribution_zones: tuple[str, ...] = ()
    goal: Mapping[str, float] = field(default_factory=dict)
    limits: Mapping[str, PlaceLimit] = field(default_factory=dict)
    neighbours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sharing: Sharing = field(default_factory=Sharing)
    shared: tuple[SharedPosts, ...] = ()
    pool: LabourPool = NO_POOL
    elsewhere: pl.DataFrame = field(default_factory=pl.DataFrame)
    projections: int = 0


def facts_to_text(facts: Facts) -> str:
    """Write facts as JSON, from which `facts_from_text` reads the same."""
    return json.dumps(_plain(facts), ensure_ascii=False)


def facts_from_text(text: str) -> Facts:
    """Read what `facts_to_text` wrote."""
    found: Facts = _read(Facts, json.loads(text))
    return found


def with_names_told(facts: Facts, table: pl.DataFrame) -> Facts:
    """Keep, of the names of regions, those that the facts or their rows tell of.

    A page rests on no other, and is not made again where another place gets a new name.
    """
    texts = [facts_to_text(replace(facts, names=Names({})))]
    texts += [
        value
        for name, kind in table.schema.items()
        if kind == pl.String
        for value in table[name].drop_nulls().unique()
    ]
    told = set(re.findall(r"[\w-]+", " ".join(texts)))
    named = {
        key: name for key, name in facts.names.named.items() if key[0] != "region" or key[1] in told
    }
    return replace(facts, names=Names(named, facts.names.kinds))


def _plain(value: Any) -> Any:
    if isinstance(value, Names):
        named = [[*key, name] for key, name in value.named.items()]
        return {"named": named, "kinds": dict(value.kinds)}
    if isinstance(value, pl.DataFrame):
        schema = {name: str(kind) for name, kind in value.schema.items()}
        return {"schema": schema, "rows": [list(row) for row in value.rows()]}
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value


def _read(kind: Any, value: Any) -> Any:
    """Make of plain values what the type of a field asks for."""
    if kind is Names:
        named = {(dimension, code, language): name for dimension, code, language, name in
                 value["named"]}  # fmt: skip
        return Names(named, value["kinds"])
    if kind is pl.DataFrame:
        schema = {name: getattr(pl, one) for name, one in value["schema"].items()}
        return pl.DataFrame(value["rows"], schema=schema, orient="row")
    if is_dataclass(kind) and isinstance(kind, type):
        kinds = get_type_hints(kind)
        return kind(**{name: _read(kinds[name], one) for name, one in value.items()})
    outer, inner = get_origin(kind), get_args(kind)
    if outer is UnionType:
        (some,) = (one for one in inner if one is not NoneType)
        return None if value is None else _read(some, value)
    if outer is tuple:
        return tuple(_read(inner[0], one) for one in value)
    if outer is Mapping:
        return {key: _read(inner[1], one) for key, one in value.items()}
    return value
