"""The README beside the sample: the tables, and each published figure beside the sample's."""

from tools.sample.targets import TARGETS, Tables, Target, small_cells

INTRODUCTION = """# Sample data: a fictional county

Nothing here is about a real place or person. Midtfjord fylke (region `90`), its twelve
municipalities (`9001` to `9012`, from about 300 to 90,000 inhabitants) and the comparison groups
`G1` and `G2` are made by the seeded generator `tools.sample`; seed {seed} gives these
files again. Persons are drawn one by one, so the tables balance: the staff of a year, less those
who left, plus those who came, are the staff of the next.

- Observed: 1 January 2019 to 2026 (flows 2019 to 2025, absence and vacancies to 2026Q3).
  Projected population: 1 January 2026 to 2046 in three variants.
- Stocks are on 1 January. Exits have the age on 1 January of the year, recruits the age on the next
  1 January. `exposure` is the person-years lived in the cell by those in it on 1 January.
- `staff_flows` has rows for the municipalities and for the county at its own level, where a move
  between two of its municipalities is no flow. A cell that lived but had no flow is listed once,
  with flow `retired` and 0 persons.
- Changes of occupation within a sector are in `mobility`; the flows close by sector, sex and age,
  and by occupation once these changes are added. Its exposure counts those who stay employed, in
  the sectors where the change is seen.
- FTE are agreed FTE of people at work: a person on long leave is not counted, the substitute is.
- `absence` is split in doctor-certified and self-certified; the total is the doctor-certified times
  1.10 (8.5 % against 7.7 % in 2023Q2, 9.1 % against 8.3 % in 2024Q2; the totals are for the whole
  municipal sector, the doctor-certified for the municipalities).
- Fertility and mortality are for the county by year, net migration for each municipality in 2025:
  the rates that the population was drawn from, not estimates.
- `staffing_norms` has the norms of kindergartens and of teaching by age; `service_units` splits a
  municipality's own users over kindergartens, schools, and homes and zones of care of unlike,
  assumed size.
- `other_employers` names a hospital trust, a county authority and four others that hire the same
  people. They and their plans are made up, from assumed staff and shares hired in a year.
- `9000` is Midtfjord fylkeskommune, the county council, with staff, users and posts of its own and
  the inhabitants of the county. Its size follows FTE per inhabitant and per pupil in 2016 (SSB,
  KOSTRA); its flows, shortage, norms and competences are assumptions. It is in none of the figures
  below.
- Costs, training, task sharing, competences, shortage, vacancies and funded posts are assumptions.

## Published figures and what the sample has

| figure | published | sample | within | source |
|---|---|---|---|---|
"""
CLOSING = """
Mean age is in completed years on 1 January 2024. Mean exit age counts those who left the sector
within a year and were 55 or more the year before. Turnover is a one-year probability, the mean of
2019 to 2025, without moves to another municipality; assistants are occupations 5312 and 5329.
Occupation 5311 holds skilled workers as well as assistants and has no published figure of its own.
The full-time share is that of the distribution that position sizes are drawn from, as the tables
hold persons and FTE only. Shares of FTE are those of 1 January 2026. KS's figures include the
county councils with their upper secondary schools, which are taken out. Pupils, children and
inhabitants per FTE are those that the municipality serves with its own staff (`service_share`).
Without health education are occupations 5329 and 2422 of health and care. Growth is for the
county, main variant. Half of Norway's municipalities have under 5,000 inhabitants, so small cells
are the rule: of the cells (sector and occupation) of the smallest municipality, {small} have fewer
than ten persons. All figures are computed again by the tests.
"""


def sample_readme(tables: Tables, *, seed: int) -> str:
    """Text of the README.

    Parameters
    ----------
    tables
        The sample.
    seed
        Seed it was made from.

    Returns
    -------
    str
        Markdown.
    """
    rows = "".join(_row(target, tables) for target in TARGETS)
    return (
        INTRODUCTION.format(seed=seed)
        + rows
        + CLOSING.format(small=_figure(small_cells(tables), "share"))
    )


def _row(target: Target, tables: Tables) -> str:
    values = (target.published, target.measure(tables), target.tolerance)
    published, found, within = (_figure(value, target.unit) for value in values)
    return f"| {target.name} | {published} | {found} | ± {within} | {target.source} |\n"


def _figure(value: float, unit: str) -> str:
    if unit == "share":
        return f"{100 * value:.1f} %"
    return f"{value:.2f} {unit}" if unit == "FTE" else f"{value:.1f} {unit}"
