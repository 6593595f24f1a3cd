"""The levers there are: size, unit, bounds, kind of measure and what they need."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import xarray as xr

from workforce.errors import ParameterError
from workforce.scenarios.levers import entering, learning, leaving, need, sharing, working_time
from workforce.scenarios.levers.options import own_options, shared_options, wrong_value
from workforce.scenarios.levers.reach import PLACES, known_words, wrong_times

TIMES = ("start_year", "end_year", "profile")
KINDS = ("mobilise", "develop", "recruit", "phase_out", "assumption")


@dataclass(frozen=True)
class Lever:
    """One lever: a function ``inputs -> inputs`` and what a reader of a list needs to know.

    ``size`` is the option that says how much, in ``unit``, from ``least`` to ``most``; ``helps``
    is 1 where a greater size lowers the shortage, -1 where a smaller one does, 0 where it depends.
    ``kind`` is KS's kind of measure, or "assumption" for what nobody decides. ``per`` says what a
    cost is counted for: every agreed FTE that the lever reaches, or the size alone (""). The
    options of the function are typed where it is written; ``takes`` names those that it shares,
    ``on_flows`` says that it changes what happens during a year, ``after_study`` that this
    comes the length of a study later, ``on_shortage`` that it goes by the shortage of the inputs
    as they are, and ``agree`` says which options contradict one another.
    """

    name: str
    function: Callable[..., xr.Dataset]
    size: str
    unit: str
    least: float
    most: float
    helps: int
    kind: str
    needs: tuple[str, ...]
    per: str = "FTE"
    takes: tuple[str, ...] = (*TIMES, *PLACES)
    on_flows: bool = False
    after_study: bool = False
    on_shortage: bool = False
    agree: Callable[[Mapping[str, Any]], dict[str, str]] | None = None

    @property
    def options(self) -> list[str]:
        """Names of all options, its own first."""
        return [*own_options(self.function), *self.takes, "cost"]

    @property
    def cost_unit(self) -> str:
        """What a cost is per: a unit of the size, and each FTE reached where it depends on them."""
        return f"{self.unit} per {self.per}" if self.per else self.unit

    def apply(self, inputs: xr.Dataset, options: Mapping[str, Any]) -> xr.Dataset:
        """Pull the lever; a message names the lever and what is wrong."""
        self.check(options)
        self.require(options)
        if self.takes:
            last = int(inputs["year"].values[-1])
            self._tell(self.wrong_times(options, int(inputs.attrs["base_year"]), last))
        needs = [*self.needs, *(["shortage_fte"] if self.on_shortage else [])]
        missing = [name for name in needs if name not in inputs]
        if missing:
            raise ParameterError(
                f"Lever {self.name!r} needs {', '.join(missing)}, which these inputs do not have."
            )
        given = {name: value for name, value in options.items() if name != "cost"}
        try:
            return self.function(inputs, **given)
        except ParameterError as error:
            raise ParameterError(f"Lever {self.name!r}: {error}") from error
        except TypeError as error:
            raise ParameterError(f"Lever {self.name!r}: {error}.") from error

    def problems(self, options: Mapping[str, Any]) -> dict[str, str]:
        """Say by option what is wrong whatever the data are; under "" what is about all of them."""
        known = {**shared_options(), **own_options(self.function)}
        told = {
            str(option): self._no_option(str(option))
            if option not in self.options
            else wrong_value(option, value, known[option].kind)
            for option, value in options.items()
        }
        size = options.get(self.size)
        if size is not None and not told[self.size] and not self.least <= size <= self.most:
            told[self.size] = (
                f"{self.size} is {size:g}; it goes from {self.least:g} to {self.most:g} "
                f"{self.unit}."
            )
        told = {option: sentence for option, sentence in told.items() if sentence}
        if not told:
            told = wrong_times(options) | (self.agree(options) if self.agree else {})
        return told

    def _no_option(self, option: str) -> str:
        decimals = " Decimals stand after a point, not a comma." if option.isdecimal() else ""
        return f"there is no option {option!r}.{decimals}{known_words(option, self.options)}"

    def lacking(self, options: Mapping[str, Any]) -> str:
        """Name the options without which the lever says nothing; empty where all are there."""
        own = own_options(self.function)
        lacking = [name for name, option in own.items() if option.needed and name not in options]
        if not lacking:
            return ""
        return f"it lacks {' and '.join(lacking)}. It takes: {', '.join(self.options)}."

    def wrong_times(
        self, options: Mapping[str, Any], base_year: int, last_year: int, *, lag: int = 0
    ) -> dict[str, str]:
        """Say by option which times cannot be, or are too late to show, as `reach` does."""
        return wrong_times(
            options, base_year=base_year, last_year=last_year, on_flows=self.on_flows, lag=lag
        )

    def check(self, options: Mapping[str, Any]) -> None:
        """Refuse an option that the lever does not have, and a value that it cannot be."""
        self._tell(self.problems(options))

    def require(self, options: Mapping[str, Any]) -> None:
        """Refuse a lever that lacks an option without which it says nothing."""
        lacking = self.lacking(options)
        self._tell({"": lacking} if lacking else {})

    def _tell(self, told: Mapping[str, str]) -> None:
        if told:
            raise ParameterError(f"Lever {self.name!r}: {' '.join(told.values())}")


def find_lever(name: str) -> Lever:
    """Look up a lever by name."""
    if name not in LEVERS:
        raise ParameterError(f"There is no lever {name!r}.{known_words(name, list(LEVERS))}")
    return LEVERS[name]


_WHOLE_SERVICES = (*TIMES, "sectors", "regions")
_STAFF = ("staff", "position_share")
_GRADUATES = ("graduates_path", "education_share", "programme_years", "programme_completion")

_ALL = (
    Lever(
        "position_share",
        working_time.position_share,
        size="points",
        unit="percentage points of a full post",
        least=-10,
        most=20,
        helps=1,
        kind="mobilise",
        needs=_STAFF,
    ),
    Lever(
        "full_time",
        working_time.full_time,
        size="points",
        unit="percentage points of staff who work full time",
        least=-20,
        most=40,
        helps=1,
        kind="mobilise",
        needs=_STAFF,
    ),
    Lever(
        "absence",
        working_time.absence,
        size="points",
        unit="percentage points of agreed days",
        least=-5,
        most=5,
        helps=-1,
        kind="mobilise",
        needs=("short_absence",),
    ),
    Lever(
        "turnover",
        leaving.turnover,
        size="points",
        unit="percentage points of staff",
        least=-5,
        most=5,
        helps=-1,
        kind="mobilise",
        needs=("exit_rate", "retirement_factor"),
        on_flows=True,
    ),
    Lever(
        "still_working",
        leaving.still_working,
        size="points",
        unit="percentage points of those at work at 55",
        least=-10,
        most=20,
        helps=1,
        kind="mobilise",
        needs=("exit_rate", "retirement_factor"),
        on_flows=True,
    ),
    Lever(
        "retirement_age",
        leaving.retirement_age,
        size="years",
        unit="years",
        least=-5,
        most=5,
        helps=1,
        kind="mobilise",
        needs=("exit_rate",),
        on_flows=True,
        agree=leaving.wrong_cohorts,
    ),
    Lever(
        "retirement_alternative",
        leaving.retirement_alternative,
        size="",
        unit="",
        least=0,
        most=0,
        helps=0,
        kind="assumption",
        needs=("retirement_low", "retirement_high"),
        per="",
        takes=(),
    ),
    Lever(
        "recruitment",
        entering.recruitment,
        size="percent",
        unit="per cent of recruits",
        least=-100,
        most=100,
        helps=1,
        kind="recruit",
        needs=("inflow_rate",),
        on_flows=True,
    ),
    Lever(
        "education_intake",
        entering.education_intake,
        size="percent",
        unit="per cent more students",
        least=-50,
        most=100,
        helps=1,
        kind="develop",
        needs=_GRADUATES,
        on_flows=True,
        after_study=True,
    ),
    Lever(
        "completion",
        entering.completion,
        size="points",
        unit="percentage points of students who complete",
        least=-20,
        most=20,
        helps=1,
        kind="develop",
        needs=_GRADUATES,
        on_flows=True,
    ),
    Lever(
        "inclusion",
        entering.inclusion,
        size="persons",
        unit="persons a year",
        least=0,
        most=1000,
        helps=1,
        kind="recruit",
        needs=("inflow_rate", "population"),
        per="",
        on_flows=True,
    ),
    Lever(
        "reskilling",
        learning.reskilling,
        size="persons",
        unit="persons a year",
        least=0,
        most=1000,
        helps=0,
        kind="develop",
        needs=_STAFF,
        per="",
        takes=_WHOLE_SERVICES,
        agree=learning.wrong_path,
    ),
    Lever(
        "task_sharing",
        sharing.task_sharing,
        size="percent",
        unit="per cent of the tasks that may be shared",
        least=0,
        most=100,
        helps=1,
        kind="mobilise",
        needs=("task_share", "task_output"),
    ),
    Lever(
        "regional_pooling",
        sharing.regional_pooling,
        size="percent",
        unit="per cent of the surplus of other places",
        least=0,
        most=100,
        helps=1,
        kind="mobilise",
        needs=_STAFF,
        on_shortage=True,
    ),
    Lever(
        "replace_exits",
        entering.replace_exits,
        size="percent",
        unit="per cent of exits",
        least=0,
        most=200,
        helps=0,
        kind="assumption",
        needs=("inflow_rate",),
        per="",
        takes=(),
    ),
    Lever(
        "productivity",
        need.productivity,
        size="percent",
        unit="per cent of output",
        least=-20,
        most=30,
        helps=1,
        kind="develop",
        needs=("productivity",),
    ),
    Lever(
        "digitalisation",
        need.digitalisation,
        size="percent",
        unit="per cent of tasks",
        least=0,
        most=30,
        helps=1,
        kind="develop",
        needs=("productivity",),
    ),
    Lever(
        "co_production",
        need.co_production,
        size="percent",
        unit="per cent of the work",
        least=0,
        most=30,
        helps=1,
        kind="mobilise",
        needs=("standard_factor",),
        agree=need.wrong_claim,
    ),
    Lever(
        "staffing_standard",
        need.staffing_standard,
        size="percent",
        unit="per cent of FTE per user",
        least=-30,
        most=30,
        helps=-1,
        kind="phase_out",
        needs=("standard_factor",),
    ),
    Lever(
        "healthy_ageing",
        need.healthy_ageing,
        size="part",
        unit="part of the years of life gained",
        least=0,
        most=1,
        helps=1,
        kind="assumption",
        needs=("mortality",),
        takes=_WHOLE_SERVICES,
    ),
)

LEVERS: dict[str, Lever] = {lever.name: lever for lever in _ALL}
"""Every lever by name."""
