"""What each report finds: its key figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from workforce.contract.figures import Figures
from workforce.reports.charts.competence import at_year, largest_gap
from workforce.reports.charts.figures import (
    LEAST_FOR_SHARE,
    LEAST_NAMED,
    LEAST_SHORTAGE,
    Estimate,
    Subject,
    estimate,
    how_known,
    leading_band,
    only,
    pick,
    shortage_lines,
    shown,
    whole,
)
from workforce.reports.charts.population import change, change_of_few
from workforce.reports.charts.quarters import latest_quarters
from workforce.reports.charts.recruitment import mean_flows
from workforce.reports.charts.shortage import LEAST_SURPLUS
from workforce.reports.charts.staff import OLDER, age_shares
from workforce.reports.charts.words import (
    certainty,
    certainty_word,
    decimals_told,
    least_told,
    name_of,
    sector_name,
    spoken,
)
from workforce.reports.flow_evidence import recruited
from workforce.reports.lacking import occupations, page_figure
from workforce.reports.page import KeyFigure
from workforce.texts.catalogue import number, percent, quarter_name, say

OF_MISSING = ("figure.shortage", "figure.top_occupation", "figure.top_competence")
"""Cards of what is missing, of which the word of certainty says that it is."""
Card = Callable[[Figures, Subject], KeyFigure | None]


def ageing_figures(figures: Figures, subject: Subject) -> list[KeyFigure]:
    """Return the key figures on inhabitants and on staff who grow old."""
    return _strip(
        figures, subject, _old, _working_age, _ratio, _need_in_post, _older_staff, _retired
    )


def shortage_figures(figures: Figures, subject: Subject) -> list[KeyFigure]:
    """Return the key figures on need, shortage and recruitment, or on need alone without staff."""
    growth = _need_in_post if "staff" in subject.missing else _demand_growth
    return _strip(figures, subject, _shortage, growth, _recruitment, _top_occupation, _absence)


def competence_figures(figures: Figures, subject: Subject) -> list[KeyFigure]:
    """Return the key figures on competence."""
    return _strip(figures, subject, _top_competence, _top_drain, _unqualified, _shortage)


def overview_figures(figures: Figures, subject: Subject) -> list[KeyFigure]:
    """Return one key figure from each report, or those on inhabitants where there is no staff."""
    kept = _strip(figures, subject, _old, _shortage, _recruitment, _top_competence, _absence)
    return kept if len(kept) > 1 else ageing_figures(figures, subject)


def _strip(figures: Figures, subject: Subject, *cards: Card) -> list[KeyFigure]:
    """Make the key figures that there are figures for."""
    found = (card(figures, subject) for card in cards)
    return [one for one in found if one is not None]


def older_staff(figures: Figures, subject: Subject) -> tuple[float, float] | None:
    """Return persons of 55 and over, and their share, of the page's staff; None without any."""
    rows = pick(
        figures, subject, "headcount_by_age", sector=subject.sector, dimension="age_group",
        year=subject.base_year,
    )  # fmt: skip
    if rows.is_empty() or rows["central"].null_count() or not float(rows["central"].sum()):
        return None
    persons = dict(rows.select("category", "central").iter_rows())
    shares = age_shares(persons)
    return sum(persons.get(one, 0.0) for one in OLDER), sum(shares.get(one, 0.0) for one in OLDER)


def _figure(
    subject: Subject, label: str, value: Estimate, *, wrap: str = "figure.fte", note: str = "",
    share: bool = False, sign: bool = False, decimals: int | None = None, year: str = "",
    trend: tuple[float, ...] = (),
) -> KeyFigure:  # fmt: skip
    """Write a key figure with its interval."""
    texts = subject.texts
    write = percent if share else number
    places = decimals_told(value.central, texts) if decimals is None else decimals
    central, lower, upper = (
        write(one, texts, decimals=places, sign=sign)
        for one in (value.central, value.lower, value.upper)
    )
    word = certainty_word(value, texts)
    written = say(texts, wrap, value=central) if wrap else central
    per = say(texts, "chart.per_year") if value.a_year else ""
    about = "_under" if value.central < 0 else "_over"
    if label in OF_MISSING:  # what the word is about
        about = "_none" if value.central < LEAST_SHORTAGE else "_missing"
        word = word if about == "_none" or value.central >= least_told(texts) else ""
    said = "figure.interval_said" if word else "figure.interval"
    if word and certainty(value.agree or 0.0) != "open":
        said += about
    interval = say(texts, said, word=word, lower=lower, upper=upper)
    return KeyFigure(
        label=say(texts, label, year=year or str(subject.horizon_year), quarter=year),
        value=" ".join(part for part in (written, per) if part),
        interval=interval if value.is_uncertain else "",
        note=note,
        trend=trend,
    )


def _path(rows: pl.DataFrame, until: int) -> tuple[float, ...]:
    """Return the figures of one series until a year."""
    return tuple(shown(rows).filter(pl.col("year") <= until).sort("year")["central"])


def _was(path: tuple[float, ...], subject: Subject, *, beside: float) -> str:
    """Tell the figure of the base year, in the decimals of the one it stands beside."""
    texts = subject.texts
    value = number(path[0], texts, decimals=decimals_told(max(beside, path[0]), texts))
    return say(texts, "figure.was", value=value, base_year=subject.base_year)


def _old(figures: Figures, subject: Subject) -> KeyFigure | None:
    return _band_change(figures, subject, leading_band(figures), "old")


def _working_age(figures: Figures, subject: Subject) -> KeyFigure | None:
    return _band_change(figures, subject, "20-66", "working_age")


def _band_change(figures: Figures, subject: Subject, band: str, label: str) -> KeyFigure | None:
    texts = subject.texts
    rows = only(pick(figures, subject, "population_by_band", dimension="age_band"), band)
    base, then = (estimate(rows, year=y) for y in (subject.base_year, subject.horizon_year))
    share, persons = change(rows, subject), change_of_few(rows, subject)
    value = share if persons is None else persons
    if base is None or then is None or value is None:
        return None
    note = say(
        texts, "figure.persons_from_to", base=number(base.central, texts),
        then=number(then.central, texts), base_year=subject.base_year, year=subject.horizon_year,
    )  # fmt: skip
    few = persons is not None
    return _figure(
        subject, f"figure.{label}", value, wrap="figure.persons" if few else "", share=not few,
        sign=True, decimals=0, note=note, trend=_path(rows, subject.horizon_year),
    )  # fmt: skip


def _ratio(figures: Figures, subject: Subject) -> KeyFigure | None:
    texts = subject.texts
    rows = pick(figures, subject, "population_by_band", dimension="age_band")
    ends = {
        year: [estimate(only(rows, band), year=year) for band in ("20-66", "80+")]
        for year in (subject.base_year, subject.horizon_year)
    }
    (work_base, old_base), (work, old) = ends.values()
    if work is None or old is None or work_base is None or old_base is None:
        return None
    if min(old.lower, old_base.central) <= 0:
        return None
    before = number(work_base.central / old_base.central, texts, decimals=1)
    return KeyFigure(
        label=say(texts, "figure.ratio", year=subject.horizon_year),
        value=number(work.central / old.central, texts, decimals=1),
        interval=say(
            texts, "figure.outer", lower=number(work.lower / old.upper, texts, decimals=1),
            upper=number(work.upper / old.lower, texts, decimals=1),
        ),
        note=say(texts, "figure.was", value=before, base_year=subject.base_year),
    )  # fmt: skip


def _older_staff(figures: Figures, subject: Subject) -> KeyFigure | None:
    texts, found = subject.texts, older_staff(figures, subject)
    if found is None:
        return None
    persons, share = found
    if texts.small_place or persons < LEAST_FOR_SHARE * share:  # fewer than that work here
        value = say(texts, "figure.persons", value=number(persons, texts))
        return KeyFigure(say(texts, "figure.older_staff"), value)
    note = say(
        texts, "figure.older_staff_note", persons=number(persons, texts),
        base_year=subject.base_year,
    )  # fmt: skip
    return KeyFigure(say(texts, "figure.older_staff"), percent(share, texts, decimals=0), note=note)


def _retired(figures: Figures, subject: Subject) -> KeyFigure | None:
    year = subject.horizon_year - 1
    rows = pick(
        figures, subject, "exits", sector=subject.sector, occupation="all", dimension="cause"
    )
    value = estimate(only(rows, "retired"), year=year)
    if value is None:
        return None
    return _figure(subject, "figure.retired", value, wrap="figure.persons", year=str(year))


def _shortage(figures: Figures, subject: Subject) -> KeyFigure | None:
    value, over = (
        page_figure(figures, subject, name, subject.horizon_year)
        for name in ("missing_fte", "surplus_fte")
    )
    if value is None:
        return None
    path = _path(whole(figures, subject, "missing_fte"), subject.horizon_year)
    note = f"{_was(path, subject, beside=value.central)}. {sector_name(subject)}"
    if over is not None and over.central >= LEAST_SURPLUS:
        said = spoken(
            "surplus", over, subject.texts, decimals=decimals_told(over.central, subject.texts)
        )
        note = say(subject.texts, "figure.surplus_beside", sector=note, **said)
    return _figure(subject, "figure.shortage", value, note=note, trend=path)


def _demand_growth(figures: Figures, subject: Subject) -> KeyFigure | None:
    """Growth in need; its spread in the base year is left to the need itself."""
    rows = pick(figures, subject, "demand_fte", sector=subject.sector, occupation="all")
    return _growth(rows, subject)


def _need_in_post(figures: Figures, subject: Subject) -> KeyFigure | None:
    """Growth in the need of the one sector whose FTE are known, where staff by age is not."""
    rows = pick(figures, subject, "demand_fte", occupation="all").filter(pl.col("sector") != "all")
    if "staff" not in subject.missing or rows["sector"].n_unique() != 1:
        return None
    return _growth(rows, subject, note=sector_name(subject, rows["sector"][0]))


def _growth(rows: pl.DataFrame, subject: Subject, *, note: str = "") -> KeyFigure | None:
    share = change(rows, subject)
    if share is None:
        return None
    return _figure(
        subject, "figure.demand_growth", share, wrap="", share=True, sign=True, decimals=0,
        note=note,
    )  # fmt: skip


def _recruitment(figures: Figures, subject: Subject) -> KeyFigure | None:
    """Tell what is to be recruited in a year and what comes in, each the mean of the period.

    Where people lack at the horizon that is what comes in and what covers the shortage, since no
    occupation makes up for another; elsewhere replacement and growth.
    """
    texts, flows = subject.texts, mean_flows(figures, subject)
    if not flows:
        return None
    need, inflow, year = flows["need"], flows["inflow"].central, subject.horizon_year - 1
    places = decimals_told(need.central, texts)
    # What came is no sign of what a scenario with measures has come.
    seen = recruited(figures, subject, flows) if subject.scenario == "baseline" else {}
    said: dict[str, float] = {"come": round(inflow, places)}
    missing = page_figure(figures, subject, "missing_fte", subject.horizon_year)
    cover = flows.get("cover", need)
    more = round(cover.central, places) - said["come"]
    if missing is not None and missing.central >= LEAST_NAMED and cover is not need and more > 0:
        value, key, said["more"] = replace(cover, agree=None), "cover", more
        each = value.central - inflow
        trend = tuple(fte + each for fte in _comes(figures, subject))
        of = number(missing.central, texts, decimals=decimals_told(missing.central, texts))
    else:
        value, of = replace(need, agree=None), ""
        # What leaves is said elsewhere, too, so growth takes what rounding leaves.
        said["replacement"] = round(flows["replacement"].central, places)
        said["growth"] = round(need.central, places) - said["replacement"]
        key = "replace_less" if said["growth"] < 0 else "replace"
        key = key if said["growth"] else "replace_only"
        trend = _path(whole(figures, subject, "recruitment_need"), year)
    told = {name: number(abs(fte), texts, decimals=places) for name, fte in said.items()}
    note = say(texts, f"figure.{key}", missing=of, horizon=subject.horizon_year, **told)
    if seen:
        note = f"{note} {say(texts, 'figure.began', **seen)}"
    return _figure(
        subject, "figure.recruitment", value, year=f"{subject.base_year}–{year}", note=note,
        decimals=places, trend=trend,
    )  # fmt: skip


def _comes(figures: Figures, subject: Subject) -> list[float]:
    """Give the FTE that come in each year: what staff grows by, and who leaves."""
    staff, leaves = (shown(whole(figures, subject, name)).sort("year")["central"]
                     for name in ("supply_fte", "replacement_fte"))  # fmt: skip
    if len(staff) != len(leaves) + 1:
        return []
    return (staff.diff().drop_nulls() + leaves).to_list()


def _top_occupation(figures: Figures, subject: Subject) -> KeyFigure | None:
    found = occupations(figures, subject)
    if not found or found[0][1].central <= 0:
        return None
    name = name_of(subject, "occupation", found[0][0])
    return _figure(subject, "figure.top_occupation", found[0][1], note=name)


def _top_competence(figures: Figures, subject: Subject) -> KeyFigure | None:
    found = largest_gap(figures, subject)
    if found is None or found[1].central < least_told(subject.texts):
        return None
    if found[1].agree is not None and certainty(found[1].agree) == "open":
        return None  # What is open is no finding to lead with.
    name = name_of(subject, "competence", found[0])
    rows = pick(figures, subject, "competence_missing", sector=subject.sector,
                dimension="competence")  # fmt: skip
    path = _path(only(rows, found[0]), subject.horizon_year)
    note = f"{name}. {_was(path, subject, beside=found[1].central)}. "
    note += say(subject.texts, "figure.competence_counts")
    return _figure(subject, "figure.top_competence", found[1], note=note, trend=path)


def _top_drain(figures: Figures, subject: Subject) -> KeyFigure | None:
    found = at_year(figures, subject, "drain", subject.base_year)
    if not found:
        return None
    code, value = max(found.items(), key=lambda pair: pair[1].central)
    name = name_of(subject, "competence", code)
    return _figure(subject, "figure.top_drain", value, note=name, year=str(subject.base_year))


def _unqualified(figures: Figures, subject: Subject) -> KeyFigure | None:
    rows = shortage_lines(figures, subject).filter(pl.col("occupation") == "all")
    value = estimate(only(rows, "unqualified"))
    if value is None:
        return None
    partly = how_known(rows, "unqualified") == "_partly"
    note = say(subject.texts, "figure.unqualified_partly") if partly else ""
    return _figure(subject, "figure.unqualified", value, note=note)


def _absence(figures: Figures, subject: Subject) -> KeyFigure | None:
    texts, found = subject.texts, latest_quarters(figures, subject, "absence_rate")
    if found is None:
        return None
    one, value, before = found
    parts = [sector_name(subject, one.sector)]
    if before is not None:
        said = percent(before, texts, decimals=1)
        parts.append(say(texts, "figure.same_quarter", value=said))
    quarter = quarter_name(one.told, texts)
    path = (*one.seen["central"], *one.ahead.filter(pl.col("category") <= one.told)["central"])
    among = "figure.absence" if subject.sector == "all" else "figure.absence_of_one"
    return _figure(
        subject, among, value, wrap="", share=True, decimals=1, year=quarter,
        note=". ".join(parts), trend=tuple(path),
    )  # fmt: skip
