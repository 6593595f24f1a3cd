"""What a page tells beside its rows: what was asked, names, sources, lights and measures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from workforce.contract.about import Break, Mark
from workforce.contract.labour_pool import EMPLOYERS, LabourPool
from workforce.contract.measures import Measure
from workforce.contract.names import Names
from workforce.contract.quality import LIGHTS_SCHEMA
from workforce.contract.sharing import SharedPosts, Sharing

NO_POOL = LabourPool("", (), (), pl.DataFrame(schema=EMPLOYERS), 1.0, ())


@dataclass(frozen=True)
class Source:
    """A table that figures were fetched from.

    Parameters
    ----------
    statbank
        Number in the StatBank; empty for the code lists of KLASS.
    fetched, updated
        ISO dates; the table was last updated on the second, empty where it does not say.
    revised
        Whether KOSTRA's figures had been revised by then; None for other tables.
    """

    statbank: str
    fetched: str = ""
    updated: str = ""
    revised: bool | None = None


@dataclass(frozen=True, eq=False)
class Facts:
    """What a page tells beside its rows of figures, in words that no language has put yet.

    Parameters
    ----------
    page
        Name of the notebook, which decides what is projected.
    region, scenario
        Codes.
    sectors
        Codes that a page can be about, "all" among them.
    base_year, horizon
        First 1 January, and years ahead.
    draws, seed
        Of the simulation; no draws where no interval is shown.
    quarter
        Label of the run.
    scenarios
        Scenarios of the params file by name, each with ``title`` by language and ``measures``.
    names
        Of codes, in three languages.
    missing
        Tables that the folder lacks.
    borrowed
        What is not the region's own.
    breaks
        Changed borders of the region.
    has_official, has_posts
        Whether the population follows the official projection; whether FTE in post are known
        without staff.
    sources
        Of what was fetched, each once.
    lights
        Of the region.
    together
        Occupations that stand in their group, by sector of the page and occupation.
    hides_few
        Whether a commission asks that they are left out where no group stands for them.
    measures
        Of each scenario that a page discusses.
    plan
        Measures in KS's order, to be followed up one after another.
    goal
        Shortage to come down to [FTE], and how surely.
    neighbours
        Municipalities of each neighbourhood by its name.
    sharing, shared
        How posts are to be shared, and the posts that can be.
    pool
        The labour pool that the region hires from.
    elsewhere
        How the method has done in other places.
    projections
        How many projections the figures took.
    """

    page: str = ""
    region: str = ""
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
    goal: Mapping[str, float] = field(default_factory=dict)
    neighbours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sharing: Sharing = field(default_factory=Sharing)
    shared: tuple[SharedPosts, ...] = ()
    pool: LabourPool = NO_POOL
    elsewhere: pl.DataFrame = field(default_factory=pl.DataFrame)
    projections: int = 0
