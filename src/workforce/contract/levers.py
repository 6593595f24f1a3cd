"""What there is to know of each lever apart from its function: size, unit, bounds and kind."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

REACHES = ("staff", "older", "part_time", "nobody_yet")
PAID = ("wage", "sick_pay", "no_work")
KINDS = ("mobilise", "develop", "recruit", "phase_out", "assumption")


@dataclass(frozen=True)
class LeverTerms:
    """One row of ``levers.csv``.

    ``size`` is the option that says how much, in ``unit``, from ``least`` to ``most``; ``helps``
    is 1 where a greater size lowers the shortage, -1 where a smaller one does, 0 where it depends.
    ``kind`` is KS's kind of measure, or "assumption" for what nobody decides. ``per`` says what a
    cost is counted for: every agreed FTE that the lever reaches, or the size alone ("").
    ``reaches`` is whom it touches, one of `REACHES`. ``paid`` is how an FTE that it gives is paid,
    one of `PAID`: by a wage that comes with it, by sick pay that is paid already, or not at all,
    since it is work that falls away. ``tried`` is least, most and step of its
    slider, within its bounds; None where it has none.
    """

    name: str
    kind: str
    size: str
    unit: str
    per: str
    least: float
    most: float
    helps: int
    reaches: str
    paid: str
    tried: tuple[float, float, float] | None

    @property
    def cost_unit(self) -> str:
        """What a cost is per: a unit of the size, and each FTE reached where it depends on them."""
        return f"{self.unit} per {self.per}" if self.per else self.unit


@cache
def lever_terms() -> Mapping[str, LeverTerms]:
    """Read ``levers.csv``, in its order."""
    text = files("workforce.contract").joinpath("levers.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        name, tried = row["lever"], None
        if row["tried_step"]:
            tried = tuple(float(row[f"tried_{end}"]) for end in ("from", "to", "step"))
        found[name] = LeverTerms(
            name, row["kind"], row["size"], row["unit"], row["per"], float(row["least"]),
            float(row["most"]), int(row["helps"]), row["reaches"], row["paid"], tried,  # type: ignore[arg-type]
        )  # fmt: skip
    return MappingProxyType(found)
