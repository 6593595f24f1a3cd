"""Made-up employees year by year: who is where, who comes, moves and goes, and what that counts."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

DAYS = [date(year, 12, 1) for year in range(2021, 2026)]
FIRST_YEAR = 2022
FAULT_AT = 2  # The extract that holds the planted faults of those who stay.
RETIRE = {"5411": 57}
USUAL_RETIRE = 62
LEFT = {"left_sector": 0.75, "moved_municipality": 0.2, "other": 0.05}
NEW = {"graduate": 0.25, "other_municipality": 0.2, "other_sector": 0.25, "outside_work": 0.3}
POSTS = (
    ("health_care", "253", ("2223", "5321", "5329"), 0.42),
    ("primary_school", "202", ("2341", "5312"), 0.24),
    ("kindergarten", "201", ("2342", "5311"), 0.12),
    ("technical", "332", ("5153", "9112"), 0.08),
    ("technical", "339", ("5411",), 0.03),
    ("administration", "120", ("2422", "4110"), 0.11),
)
FEW_POSTS = (
    ("health_care", "253", "2264"),
    ("health_care", "253", "2267"),
    ("primary_school", "202", "2352"),
    ("technical", "332", "3112"),
    ("administration", "120", "1112"),
)
"""Posts that few have from the start and nobody moves to, so that there are small cells."""
EACH_FEW = 6
SECOND = ("health_care", "253", "5329")
SECOND_SHARE = 15
REASONS = {
    "Privat sektor": "left_sector",
    "Annen kommune": "moved_municipality",
    "Uførepensjon": "other",
    "Sagt opp selv": "left",
    "Byttet jobb internt": "internal",
    "Ukjent grunn": "unknown",
    "": "none",
}
ROLES = (
    *("same row twice", "two birth dates", "two sexes", "unknown sex", "leading zero lost"),
    *("unknown organisation", "unknown function", "no position share", "starts later"),
    *("position share out of range", "overlapping positions", "end before start"),
    *("unreadable date", "unknown employment form", "unknown leave", "unknown origin"),
    *("leave share out of range", "leave without share", "sickness without first day"),
    *("hours missing", "gap under three months", "another date in the year"),
)
EACH_ROLE = 12
USUAL_SHARES = ((50, 60, 75, 80, 100), None, True, (0.1, 0.08, 0.1, 0.12, 0.6))
SHARES = {"5411": ((3, 20, 100), None, True, (0.6, 0.13, 0.27))}
"""Position shares [%] and how often each: of firefighters, of whom most are on call, and others."""
Cells = dict[str, str]
Counts = defaultdict[tuple[object, ...], float]


@dataclass
class Person:
    """One made-up employee, and the main row of each extract."""

    number: int
    identity: str
    birth: date
    sex: str
    region: str
    post: tuple[str, str, str]
    share: int
    form: str
    start: date
    role: str = ""
    origin: str = ""
    second: bool = False
    back: int = -1
    hidden: int = -1
    moved: bool = False
    employed: bool = True
    rows: dict[int, Cells] = field(default_factory=dict)


@dataclass
class Story:
    """All employees, the rows of each extract, and what they count: the truth."""

    people: list[Person] = field(default_factory=list)
    rows: list[list[Cells]] = field(default_factory=lambda: [[] for _ in DAYS])
    heads: Counts = field(default_factory=lambda: defaultdict(float))
    fte: Counts = field(default_factory=lambda: defaultdict(float))
    flows: Counts = field(default_factory=lambda: defaultdict(float))
    lived: Counts = field(default_factory=lambda: defaultdict(float))
    moves: Counts = field(default_factory=lambda: defaultdict(float))
    inner: Counts = field(default_factory=lambda: defaultdict(float))
    told: list[tuple[str, Person, int]] = field(default_factory=list)
    told_rows: list[tuple[str, Cells]] = field(default_factory=list)


def live(rng: np.random.Generator, persons: int) -> Story:
    """Let employees come, move and go over five extracts.

    Parameters
    ----------
    rng : numpy.random.Generator
        Randomness.
    persons : int
        Employees over all years.

    Returns
    -------
    Story
    """
    story = Story()
    later = int(persons * 0.085)
    for t in range(len(DAYS)):
        for _ in range(persons - 4 * later if t == 0 else later):
            story.people.append(_person(rng, len(story.people), t, story))
        for person in story.people:
            if person.back == t:
                person.employed = True
            if person.employed:
                _appear(rng, person, t, story)
        if t + 1 < len(DAYS):
            for person in story.people:
                if person.employed and t in person.rows:
                    _year(rng, person, t, story)
    return story


def age(person: Person, t: int) -> int:
    """Age at the end of the year before the 1 January, 80 being the oldest."""
    return min(FIRST_YEAR + t - person.birth.year - 1, 80)


def cell(person: Person, t: int, *, at: int | None = None) -> tuple[object, ...]:
    """Cell of a person in year t, with the age at another 1 January where asked."""
    sector, _, occupation = person.post
    years = age(person, t if at is None else at)
    return (person.region, sector, occupation, person.sex, years, FIRST_YEAR + t)


def _person(rng: np.random.Generator, number: int, t: int, story: Story) -> Person:
    role = ""
    if t == 0 and number < len(ROLES) * EACH_ROLE:
        role = ROLES[number // EACH_ROLE]
    years = int(rng.integers(20, 67)) if t == 0 else int(rng.integers(19, 56))
    years = int(rng.integers(30, 50)) if role else years
    old = t == len(DAYS) - 1 and rng.random() < 0.01
    day = int(rng.integers(1, 10 if role == "leading zero lost" else 29))
    birth = date(1938 if old else FIRST_YEAR + t - 1 - years, int(rng.integers(1, 13)), day)
    # Month plus 80, as in made-up identity numbers: they are nobody's.
    identity = f"{birth.day:02}{birth.month + 80:02}{birth.year % 100:02}{number:05}"
    weights = [weight for *_, weight in POSTS]
    sector, function, occupations, _ = POSTS[int(rng.choice(len(POSTS), p=weights))]
    post = (sector, function, str(rng.choice(occupations)))
    few = number - len(ROLES) * EACH_ROLE
    if t == 0 and 0 <= few < len(FEW_POSTS) * EACH_FEW:
        post = FEW_POSTS[few // EACH_FEW]
    share = int(rng.choice(*SHARES.get(post[2], USUAL_SHARES)))
    form = str(rng.choice(["Fast", "Midlertidig", "Vikar", "Timelønn", "Lærling"],
                          p=[0.8, 0.06, 0.08, 0.04, 0.02]))  # fmt: skip
    start = DAYS[t] - timedelta(int(rng.integers(1, 300)) + (400 if t == 0 else 0))
    origin = ""
    if t:
        kinds = ["Nyutdannet", "Annen kommune", "Privat", "Ikke i arbeid", ""]
        origin = str(rng.choice(kinds, p=[0.15, 0.1, 0.15, 0.1, 0.5]))
    person = Person(
        number, identity, birth, str(rng.choice(["female", "male"], p=[0.77, 0.23])),
        "9003" if rng.random() < 0.7 else "9004", post, share, form, start, role, origin,
    )  # fmt: skip
    person.second = not role and not old and form == "Fast" and bool(rng.random() < 0.06)
    person.second &= share > SECOND_SHARE
    if role:
        person.form = "Timelønn" if role == "hours missing" else "Fast"
        person.share, person.post = 100, SECOND
    if t:
        _come(person, t, story)
    if old:
        story.told.append(("over 80 years", person, t))
    return person


def _come(person: Person, t: int, story: Story) -> None:
    """Count a recruit of the year before, by the origin that the extract tells."""
    meant = {"Nyutdannet": "graduate", "Annen kommune": "other_municipality",
             "Privat": "other_sector", "Ikke i arbeid": "outside_work"}  # fmt: skip
    where = cell(person, t - 1, at=t)
    if person.origin:
        story.flows[(*where, meant[person.origin])] += 1
        return
    story.told.append(("came, not known from where", person, t))
    young = age(person, t) <= 35
    for flow, part in NEW.items():
        if young or flow != "graduate":
            story.flows[(*where, flow)] += part if young else part / (1 - NEW["graduate"])


def _appear(rng: np.random.Generator, person: Person, t: int, story: Story) -> None:
    """Write the rows of a person in an extract, and count the head and the FTE."""
    row = main_row(person)
    person.rows[t] = row
    story.rows[t].append(row)
    fte = person.share / 100
    if person.form == "Timelønn":
        hours = int(rng.choice([975, 1170, 1365]))
        row |= {"Stillingsprosent": "", "Betalte timer": str(hours)}
        fte = hours / 1950
    elif person.form != "Fast" and rng.random() < 0.5:
        row["Sluttdato"] = "30.06.2027"
    elif not person.second and not person.role:
        fte *= 1 - _leave(rng, row, t)
    if person.hidden == t:
        row["Stillingskode"] = "0815"
        story.told_rows.append(("unknown occupation", row))
        return
    if t == FAULT_AT and person.role in ("leave share out of range", "leave without share"):
        fte = 0.0
    if t == FAULT_AT and person.role == "sickness without first day":
        fte = 0.0
    if t == FAULT_AT and person.role == "hours missing":
        fte = 0.0
    fte += 1.0 if t == FAULT_AT and person.role == "overlapping positions" else 0.0
    sector, _, occupation = person.post
    story.heads[cell(person, t)] += 1
    story.fte[(person.region, sector, occupation, FIRST_YEAR + t)] += fte
    if person.second:
        story.rows[t].append(second_row(person))
        place = (person.region, SECOND[0], SECOND[2], FIRST_YEAR + t)
        story.fte[place] += SECOND_SHARE / 100


def main_row(person: Person) -> Cells:
    """Write the main position as an extract does."""
    sector, function, occupation = person.post
    organisation = "974000041"
    if person.region == "9003":
        organisation = "974000031"
        if sector == "health_care" and not person.role:
            organisation = ("974000031", "974000032", "974000033")[person.number % 3]
    coded = "7174" if occupation == "2223" and person.number % 2 else occupation
    return {
        "Navn": f"Oppdiktet{person.number:05}",
        "Fødselsnummer": person.identity,
        "Fødselsdato": person.birth.strftime("%d.%m.%Y"),
        "Kjønn": "K" if person.sex == "female" else "M",
        "Stillingskode": coded,
        "Org.nr": organisation,
        "Funksjon": "" if organisation == "974000032" else function,
        "Stillingsprosent": f"{person.share},0",
        "Ansettelsesform": person.form,
        "Startdato": person.start.strftime("%d.%m.%Y"),
        "Rekruttert fra": person.origin,
        "Lønn": "500000",
    }


def second_row(person: Person) -> Cells:
    """Write the second position, in care."""
    organisation = "974000031" if person.region == "9003" else "974000041"
    return main_row(person) | {
        "Stillingskode": SECOND[2],
        "Org.nr": organisation,
        "Funksjon": SECOND[1],
        "Stillingsprosent": f"{SECOND_SHARE},0",
    }


def _leave(rng: np.random.Generator, row: Cells, t: int) -> float:
    """Write leave in one row of sixteen; the part of the position that long leave takes."""
    if rng.random() > 0.06:
        return 0.0
    kind, share, days, away = (
        ("Sykmeldt", 100, 60, 1.0), ("Sykmeldt", 50, 40, 0.5), ("Sykmeldt", 100, 5, 0.0),
        ("Foreldrepermisjon", 100, 90, 1.0), ("Ulønnet", 50, 200, 0.5),
    )[int(rng.integers(5))]  # fmt: skip
    first = DAYS[t] - timedelta(days)
    row |= {"Permisjonstype": kind, "Permisjonsprosent": str(share),
            "Permisjonsstart": first.strftime("%d.%m.%Y")}  # fmt: skip
    return away


def _year(rng: np.random.Generator, person: Person, t: int, story: Story) -> None:
    """Let one year pass for a person, and count what happens in it."""
    here = cell(person, t)
    if person.hidden == t:
        story.flows[(*cell(person, t, at=t + 1), "other_sector")] += 1
        story.told.append(("moved from or to a post left out", person, t + 1))
        return
    if person.role:
        if person.role == "gap under three months" and t + 1 == FAULT_AT:
            end = date(DAYS[t].year + 1, 3, 31)
            _end(person, t, end, "Kontrakt utløpt", story)
            person.start = date(end.year, 5, 1)
            story.told.append((person.role, person, t + 1))
        story.lived[here] += 1
        return
    chance = rng.random()
    leaving = 0.24 if age(person, t) >= 62 else 0.15 if age(person, t) < 30 else 0.07
    day = DAYS[t] + timedelta(int(rng.integers(5, 330)))
    if chance < leaving:
        _leave_job(rng, person, t, day, story)
    elif chance < leaving + 0.02 and not person.moved:
        _move(person, t, day, story)
    elif chance < leaving + 0.04:
        _change_sector(rng, person, t, day, story)
    elif chance < leaving + 0.07:
        story.lived[here] += 1
        choices = [o for s, f, o in _posts() if s == person.post[0] and f == person.post[1]]
        new = str(rng.choice(choices))
        if new != person.post[2]:
            story.moves[(person.post[2], new, FIRST_YEAR + t)] += 1
            _end_main(person, t, day - timedelta(1), "Byttet jobb internt", story)
            person.post, person.start = (person.post[0], person.post[1], new), day
    elif chance < leaving + 0.075 and t + 2 < len(DAYS) and person.back < 0:
        person.hidden = t + 1
        story.flows[(*here, "other")] += 1
        story.lived[here] += 0.5
        story.told.append(("moved from or to a post left out", person, t))
        story.told.append(("last day not known", person, t))
    else:
        story.lived[here] += 1


def _posts() -> list[tuple[str, str, str]]:
    return [(s, f, o) for s, f, occupations, _ in POSTS for o in occupations]


def _leave_job(rng: np.random.Generator, person: Person, t: int, day: date, story: Story) -> None:
    here = cell(person, t)
    gap = rng.random() < 0.03 and t + 2 < len(DAYS) and not person.second
    written = gap or rng.random() < 0.8
    reason = "Kontrakt utløpt" if gap else str(rng.choice(list(REASONS)))
    old = age(person, t) >= 60
    if not gap and rng.random() < (0.5 if old else 0.01):
        reason = "Pensjon"
    day = DAYS[t + 1] - timedelta(11) if gap else day
    cause = {**REASONS, "Pensjon": "retired", "Kontrakt utløpt": "left"}[reason]
    if written:
        _end(person, t, day, reason, story)
        if cause == "internal":
            story.told.append(("changed employer inside", person, t))
        if cause == "retired" and age(person, t) + 1 < 50:
            story.told.append(("retired young", person, t))
    else:
        cause = "none"
        story.told.append(("last day not known", person, t))
    story.lived[here] += (day - DAYS[t]).days / 365.25 if written else 0.5
    if cause in ("left", "internal", "unknown", "none"):
        if age(person, t) + 1 >= RETIRE.get(person.post[2], USUAL_RETIRE):
            story.told.append(("retired by age", person, t))
            story.flows[(*here, "retired")] += 1
        else:
            story.told.append(("left, not known where", person, t))
            for flow, part in LEFT.items():
                story.flows[(*here, flow)] += part
    else:
        story.flows[(*here, cause)] += 1
    person.employed = False
    if t + 2 < len(DAYS) and (gap or rng.random() < 0.1):
        person.back = t + 2
        person.start = (
            date(DAYS[t + 1].year + 1, 1, 10)
            if gap
            else DAYS[t + 1] + timedelta(int(rng.integers(100, 300)))
        )
        story.flows[(*cell(person, t + 1, at=t + 2), "return")] += 1
        if gap:
            story.told.append(("gap under three months", person, t + 2))


def _move(person: Person, t: int, day: date, story: Story) -> None:
    story.flows[(*cell(person, t), "moved_municipality")] += 1
    story.lived[cell(person, t)] += (day - DAYS[t]).days / 365.25
    story.inner[(FIRST_YEAR + t,)] += 1
    _end(person, t, day, "Annen kommune", story)
    person.region = "9004" if person.region == "9003" else "9003"
    person.start, person.second, person.moved = day + timedelta(1), False, True
    story.flows[(*cell(person, t, at=t + 1), "other_municipality")] += 1


def _change_sector(
    rng: np.random.Generator, person: Person, t: int, day: date, story: Story
) -> None:
    choices = [post for post in _posts() if post[0] != person.post[0]]
    here = cell(person, t)
    story.flows[(*here, "other")] += 1
    story.lived[here] += (day - DAYS[t]).days / 365.25
    _end_main(person, t, day - timedelta(1), "Byttet jobb internt", story)
    person.post, person.start = choices[int(rng.integers(len(choices)))], day
    story.flows[(*cell(person, t, at=t + 1), "other_sector")] += 1
    story.told.append(("moved sector", person, t + 1))


def _end(person: Person, t: int, day: date, reason: str, story: Story) -> None:
    """Write the ended positions in the next extract."""
    _end_main(person, t, day, reason, story)
    if person.second:
        closed = {"Sluttdato": day.strftime("%d.%m.%Y"), "Sluttårsak": reason}
        story.rows[t + 1].append(second_row(person) | closed)


def _end_main(person: Person, t: int, day: date, reason: str, story: Story) -> None:
    closed = {"Sluttdato": day.strftime("%d.%m.%Y"), "Sluttårsak": reason}
    story.rows[t + 1].append(main_row(person) | closed)
