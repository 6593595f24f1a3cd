"""The cheapest mixes of measures that close the shortage, and what one more unit would give."""

from __future__ import annotations

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.chart import Chart
from workforce.reports.charts.declared import absent
from workforce.reports.charts.figures import Estimate, Subject, estimate, pick
from workforce.reports.charts.words import decimals_for, interval, spoken
from workforce.texts.catalogue import number, percent, say

OUT_OF_REACH = "limits"
MILLION = 1e6
NONE = "–"


def cheapest_mixes(figures: Figures, subject: Subject) -> Chart:
    """Set the cheapest mixes side by side: sizes, cost, and the shortage that each leaves.

    Parameters
    ----------
    figures
        Protected figures, whose facts have the shortage that was sought and how surely.
    subject
        The page.
    """
    texts, year, goal = subject.texts, subject.horizon_year, figures.facts.goal
    if subject.sector != "all":
        if "measure_costs" in subject.missing:
            return absent(subject, "mixes", "measure_costs")
        note = say(texts, "mixes.of_all")
        return Chart(None, say(texts, "mixes.heading"), note, None, note)
    gaps = pick(figures, subject, "mix_gap", dimension="mix", year=year)
    found = {row: estimate(gaps.filter(pl.col("category") == row)) for row in gaps["category"]}
    mixes = {name: value for name, value in found.items() if value is not None}
    if not mixes:
        return absent(subject, "mixes", "measure_costs")
    of_mix = {name: _by_mix(figures, subject, name) for name in ("mix_cost", "mix_chance")}
    sizes = _by_lever(figures, subject, "mix_size")
    more = _by_lever(figures, subject, "mix_one_more")
    levers = list(dict.fromkeys(lever for _, lever in sizes))
    used = [name for name in levers if any(sizes[mix, name] for mix in mixes)]
    reached = OUT_OF_REACH not in mixes
    said = {
        "year": str(year),
        "target": number(goal["target"], texts, decimals=0),
        "probability": percent(goal["probability"], texts, decimals=0),
        "cost": number(of_mix["mix_cost"][next(iter(mixes))] / MILLION, texts, decimals=1),
    }
    best = mixes[next(iter(mixes))]
    said |= spoken("gap", best, texts, decimals=decimals_for(best.central))
    said["chance"] = percent(of_mix["mix_chance"][next(iter(mixes))], texts, decimals=0)
    title = say(texts, "mixes.title" if reached else "mixes.title_out_of_reach", **said)
    rows = [_lever_name(subject, name) for name in used]
    rows += [say(texts, f"mixes.{row}") for row in ("cost", "gap", "chance")]
    table: dict[str, list[str]] = {say(texts, "mixes.what"): rows}
    for place, (mix, gap) in enumerate(mixes.items(), 1):
        heading = say(texts, "mixes.mix", number=place) if reached else say(texts, "mixes.limits")
        table[heading] = [_size(subject, name, sizes[mix, name]) for name in used] + _ends(
            subject, gap, of_mix["mix_cost"][mix], of_mix["mix_chance"][mix]
        )
    least = 0.05 * (MILLION if reached else 1)  # Less would be written as 0.0.
    notes = [
        _one_more(subject, mix, name, gain, reached=reached)
        for mix in mixes
        for name in used
        if (gain := more.get((mix, name))) is not None and gain >= least
    ]
    # The cheapest on paper is what every employer plans to do.
    recruits = [say(texts, "mixes.recruits")] if "recruitment" in used else []
    note = " ".join([say(texts, "mixes.note", **said), *recruits, *notes])
    return Chart(None, title, title, pl.DataFrame(table), note)


def _by_mix(figures: Figures, subject: Subject, variable: str) -> dict[str, float]:
    rows = pick(figures, subject, variable, dimension="mix", year=subject.horizon_year)
    return dict(rows.select("category", "central").iter_rows())


def _by_lever(figures: Figures, subject: Subject, variable: str) -> dict[tuple[str, str], float]:
    rows = pick(figures, subject, variable, dimension="mix_lever", year=subject.horizon_year)
    found = rows.select("category", "detail", "central").iter_rows()
    return {(mix, lever): value for mix, lever, value in found}


def _lever_name(subject: Subject, lever: str) -> str:
    return say(subject.texts, f"lever.{lever}.title")


def _size(subject: Subject, lever: str, size: float) -> str:
    if not size:
        return NONE
    written = number(size, subject.texts, decimals=1, sign=True)
    return say(subject.texts, f"lever.{lever}.size", size=written)


def _ends(subject: Subject, gap: Estimate, cost: float, chance: float) -> list[str]:
    texts = subject.texts
    return [
        say(texts, "mixes.million", cost=number(cost / MILLION, texts, decimals=1)),
        interval(gap, texts, decimals=decimals_for(gap.central)),
        percent(chance, texts, decimals=0),
    ]


def _one_more(subject: Subject, mix: str, lever: str, gain: float, *, reached: bool) -> str:
    """Say what one more unit of a limit would give: a cheaper mix, or a smaller shortage."""
    texts = subject.texts
    name = _lever_name(subject, lever)
    if reached:
        saved = number(gain / MILLION, texts, decimals=1)
        return say(texts, "mixes.one_more", number=mix, name=name, cost=saved)
    return say(texts, "mixes.one_more_fte", name=name, fte=number(gain, texts, decimals=1))
