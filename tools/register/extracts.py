"""Write the extracts of the made-up register, with planted faults, and the truth about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from tools.register.people import (
    DAYS,
    FAULT_AT,
    Cells,
    Story,
    live,
    main_row,
)

HEADINGS = (
    *("Navn", "Fødselsnummer", "Fødselsdato", "Kjønn", "Stillingskode", "Org.nr", "Funksjon"),
    *("Stillingsprosent", "Ansettelsesform", "Startdato", "Sluttdato", "Permisjonstype"),
    *("Permisjonsprosent", "Permisjonsstart", "Sluttårsak", "Betalte timer", "Rekruttert fra"),
    "Lønn",
)
STRANGERS = 15  # Of each kind of row about someone who is nowhere else.
SEED = 20265


@dataclass(frozen=True)
class Truth:
    """What the extracts count when they are read rightly, by those who made them up.

    ``told`` has a rule, a file and a row for each fault and each assumption; ``people`` the
    identity numbers and the names, to look for where they must not be.
    """

    staff: pl.DataFrame
    fte: pl.DataFrame
    staff_flows: pl.DataFrame
    exposure: pl.DataFrame
    mobility: pl.DataFrame
    inner_moves: pl.DataFrame
    told: pl.DataFrame
    people: tuple[str, ...]


def write_register(
    folder: str | Path, *, seed: int = SEED, persons: int = 20_000
) -> tuple[list[Path], Truth]:
    """Write a made-up register of two municipalities over five years.

    `data/mappings/staff.yaml` says what its columns mean. Every kind of fault is planted in it.

    Parameters
    ----------
    folder : str or Path
        Folder for the extracts, made if it is not there.
    seed : int
        The same seed gives the same files.
    persons : int
        Employees over all years, 1,000 or more.

    Returns
    -------
    list of Path
        An extract for each 1 December from 2021 to 2025, and one of an odd date.
    Truth
    """
    rng = np.random.default_rng(seed)
    story = live(rng, persons)
    for person in story.people:
        if person.role:
            _plant(person.role, story, person.rows[FAULT_AT])
    _plant_strangers(story)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    odd = [dict(p.rows[3]) for p in story.people if p.role == "another date in the year"]
    names = [f"staff_{day}.csv" for day in DAYS] + ["staff_2025-06-30.csv"]
    numbers: dict[int, tuple[str, int]] = {}
    paths = []
    for place, (name, rows) in enumerate(zip(names, [*story.rows, odd], strict=True)):
        order = rng.permutation(len(rows))
        shuffled = [rows[number] for number in order]
        numbers |= {id(row): (name, number) for number, row in enumerate(shuffled, start=2)}
        lines = [";".join(row.get(heading, "") for heading in HEADINGS) for row in shuffled]
        text = "\n".join([";".join(HEADINGS), *lines]) + "\n"
        paths.append(folder / name)
        paths[-1].write_bytes(text.encode("latin-1" if place < 2 else "utf-8-sig"))
    story.told_rows += [("another date in the year", row) for row in odd]
    return paths, _truth(story, odd, numbers)


def _plant(role: str, story: Story, row: Cells) -> None:
    """Plant a fault in the row of one who stays, or in a row of their own beside it."""
    wrong = {
        "two birth dates": {"Fødselsdato": f"{row['Fødselsdato'][:6]}1971"},
        "two sexes": {"Kjønn": "M" if row["Kjønn"] == "K" else "K"},
        "unknown sex": {"Kjønn": "X"},
        "leading zero lost": {"Fødselsnummer": row["Fødselsnummer"][1:]},
        "end before start": {"Sluttdato": "01.01.2001"},
        "unreadable date": {"Startdato": "32.13.2020"},
        "unknown employment form": {"Ansettelsesform": "Turnus"},
        "unknown leave": {"Permisjonstype": "Rar"},
        "unknown origin": {"Rekruttert fra": "Månen"},
        "leave share out of range": {"Permisjonstype": "Ulønnet", "Permisjonsprosent": "180"},
        "leave without share": {"Permisjonstype": "Foreldrepermisjon"},
        "sickness without first day": {"Permisjonstype": "Sykmeldt", "Permisjonsprosent": "100"},
        "hours missing": {"Betalte timer": ""},
    }
    later = (DAYS[FAULT_AT] + timedelta(20)).strftime("%d.%m.%Y")
    beside = {
        "unknown organisation": {"Org.nr": "999999999"},
        "unknown function": {"Funksjon": "999"},
        "no position share": {"Stillingsprosent": "halv"},
        "position share out of range": {"Stillingsprosent": "800"},
        "starts later": {"Startdato": later},
        "overlapping positions": {"Startdato": "01.06.2022"},
        "same row twice": {},
    }
    if role in wrong:
        row |= wrong[role]
        story.told_rows.append((role, row))
    elif role in beside:
        extra = row | {"Stillingsprosent": "20,0"} | beside[role]
        if role in ("overlapping positions", "same row twice"):
            extra = row | beside[role]
        story.rows[FAULT_AT].append(extra)
        story.told_rows.append((role, extra))
        if role == "overlapping positions":
            story.told_rows.append((role, row))


def _plant_strangers(story: Story) -> None:
    """Plant rows about persons who are in no other row."""
    usual = next(person for person in story.people if person.role)
    faults = {
        "no identity": {"Fødselsnummer": ""},
        "no birth date": {"Fødselsdato": ""},
        "no sex": {"Kjønn": ""},
        "age outside staff": {"Fødselsdato": "05.05.2015"},
        "never employed": {"Sluttdato": "01.05.2023", "Sluttårsak": "Feilregistrert"},
    }
    for kind, (rule, fault) in enumerate(faults.items()):
        for number in range(STRANGERS):
            identity = {"Fødselsnummer": f"319199{90000 + 100 * kind + number}"}
            row = main_row(usual) | identity | {"Navn": f"Ukjent{kind}{number:03}"} | fault
            story.rows[FAULT_AT].append(row)
            story.told_rows.append((rule, row))


def _truth(story: Story, odd: list[Cells], numbers: dict[int, tuple[str, int]]) -> Truth:
    cell = ["region", "sector", "occupation", "sex", "age", "year"]
    rows = [row for part in (*story.rows, odd) for row in part]
    told = [(rule, *numbers[id(person.rows[t])]) for rule, person, t in story.told]
    told += [(rule, *numbers[id(row)]) for rule, row in story.told_rows if rule != "same row twice"]
    for rule, row in story.told_rows:
        if rule == "same row twice":
            told.append(
                (rule, *max(numbers[id(twin)] for twin in story.rows[FAULT_AT] if twin == row))
            )
    told += [("host municipality", *numbers[id(r)]) for r in rows if r["Org.nr"] == "974000033"]
    told += [("sector by workplace", *numbers[id(r)]) for r in rows if r["Org.nr"] == "974000032"]
    told += [
        ("unknown reason", *numbers[id(r)]) for r in rows if r.get("Sluttårsak") == "Ukjent grunn"
    ]
    flows = {key: value for key, value in story.flows.items() if value}
    return Truth(
        staff=_frame(story.heads, cell, "persons"),
        fte=_frame(story.fte, ["region", "sector", "occupation", "year"], "fte"),
        staff_flows=_frame(flows, [*cell, "flow"], "persons"),
        exposure=_frame(story.lived, cell, "exposure"),
        mobility=_frame(story.moves, ["occupation", "occupation_to", "year"], "persons"),
        inner_moves=_frame(story.inner, ["year"], "persons"),
        told=pl.DataFrame(told, schema=["rule", "file", "row"], orient="row")
        .unique()
        .sort(pl.all()),
        people=tuple(
            {row[name] for row in rows for name in ("Fødselsnummer", "Navn") if row[name]}
        ),
    )


def _frame(counted: Mapping[tuple[object, ...], float], key: list[str], value: str) -> pl.DataFrame:
    rows = [(*cells, float(number)) for cells, number in counted.items()]
    return pl.DataFrame(rows, schema=[*key, value], orient="row").sort(key)
