"""The levers there are: what each is called and measured in, and what pulls it."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import xarray as xr

from workforce.contract.levers import KINDS, LeverTerms, lever_terms
from workforce.errors import ParameterError
from workforce.scenarios.levers.declared import PULLS, Pull
from workforce.scenarios.levers.options import BESIDE, own_options, shared_options, wrong_value
from workforce.scenarios.levers.reach import known_words, wrong_times

__all__ = ["KINDS", "LEVERS", "Lever", "find_lever"]

ROUNDING = 1e-9
"""Part of a unit over a ceiling that is no more than rounding."""

for topic in ("working_time", "leaving", "entering", "learning", "sharing", "need"):
    import_module(f"workforce.scenarios.levers.{topic}")


@dataclass(frozen=True)
class Lever(LeverTerms, Pull):
    """One lever: its terms, and a function ``inputs -> inputs`` with what it needs and takes."""

    @property
    def options(self) -> list[str]:
        """Names of all options, its own first."""
        return [*own_options(self.function), *self.takes, *BESIDE]

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
        given = {name: value for name, value in options.items() if name not in BESIDE}
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
        most = None if told else self.ceiling(options)
        if most is not None and size is not None and size * self.helps > most + ROUNDING:
            told[self.size] = f"{self.size} is {size:g}; the ceiling is {most:g} {self.unit}."
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


LEVERS: dict[str, Lever] = {
    name: Lever(**vars(terms), **vars(PULLS[name])) for name, terms in lever_terms().items()
}
"""Every lever by name, in the order of ``contract/levers.csv``."""
