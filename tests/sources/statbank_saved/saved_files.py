"""Write one table of the loopback service as ssb.no saves it: twenty shapes of the same figures."""

import csv
import io
import itertools
import json
from dataclasses import dataclass

import xlsxwriter
from tests.sources.statbank.norway import GROUPS, TOWNS

NAMES = {
    "Region": "region",
    "KOKkommuneregion0000": "region",
    "Kjonn": "kjønn",
    "Alder": "alder",
    "ContentsCode": "statistikkvariabel",
    "TenesteType": "tenestetype",
    "KOKstillingkode0000": "stillingskode",
    "KOKutdanningoms0000": "utdanning",
    "NACE2007": "næring (SN2007)",
    "Tid": "år",
}


@dataclass(frozen=True)
class Cube:
    """A table: its title, and for each variable its name and its codes with their texts."""

    title: str
    names: dict
    members: dict
    value: object

    def cell(self, key):
        return self.value(dict(zip(self.members, key, strict=True)))


def label_of_age(code):
    if code in GROUPS:
        low, _, high = code.partition("-")
        return {"Ialt": "I alt", "90+": "90 år eller eldre"}.get(
            code, f"{low[-1:]}-{high} år" if low == "00" else f"{low}-{high} år"
        )
    return "105 år eller eldre" if code == "105+" else f"{int(code)} år"


def cube_of(service, number, *, towns, more=None, years=None):
    """Take a table of the service for some towns, with the texts that ssb.no shows."""
    found = service.tables[number]
    members = {}
    for name, part in found["dimensions"].items():
        labels = part.get("labels", {})
        codes = part["codes"]
        if name in ("Region", "KOKkommuneregion0000"):
            codes = [code for code in codes if code in towns]
            labels = {code: TOWNS[code][0] for code in codes}
        elif name == "Alder":
            labels = {code: label_of_age(code) for code in codes}
        elif name == "Tid" and years:
            codes = codes[-years:]
        members[name] = [(code, labels.get(code, code)) for code in codes]
    for name, extra in (more or {}).items():
        members[name] = [*members[name], *extra]
    told = ", ".join(NAMES[name] for name in members)
    return Cube(f"{found['label']}, etter {told}", NAMES, members, found["value"])


def shown(name, member, how):
    """Write a value as text, as code, or as both; the list of places always has its numbers."""
    code, text = member
    if how == "codes":
        return code
    if how == "both" or name in ("Region", "KOKkommuneregion0000"):
        return code if code == text else f"{code} {text}"
    return text


def stub_and_heads(cube, heads):
    stub = [name for name in cube.members if name not in heads]
    rows = list(itertools.product(*(cube.members[name] for name in stub)))
    columns = list(itertools.product(*(cube.members[name] for name in heads)))
    return stub, rows, columns


def figure(cube, stub, heads, row, column):
    told = dict(zip((*stub, *heads), (*row, *column), strict=True))
    return cube.cell([told[name][0] for name in cube.members])


def wide(cube, path, *, heads, how="text", mark=";", title=True, encoding="utf-8", named="names"):
    """CSV with the values of some variables joined above the columns."""
    stub, rows, columns = stub_and_heads(cube, heads)
    out = io.StringIO()
    lines = csv.writer(out, delimiter=mark, quoting=csv.QUOTE_NONNUMERIC)
    if title:
        lines.writerows([[cube.title], []])
    called = stub if named == "codes" else [cube.names[name] for name in stub]
    joined = [
        " ".join(shown(n, m, how) for n, m in zip(heads, column, strict=True)) for column in columns
    ]
    lines.writerow([*called, *joined])
    for row in rows:
        told = [shown(name, m, how) for name, m in zip(stub, row, strict=True)]
        lines.writerow([*told, *(figure(cube, stub, heads, row, column) for column in columns)])
    path.write_bytes(out.getvalue().encode(encoding))


def long(cube, path, *, how="text", mark=",", value="value", named="names", encoding="utf-8"):
    """CSV with a row for each figure; ``how`` may give code and text a column each."""
    out = io.StringIO()
    lines = csv.writer(out, delimiter=mark, quoting=csv.QUOTE_NONNUMERIC)
    names = list(cube.members)
    called = names if named == "codes" else [cube.names[name] for name in names]
    if how == "apart":
        called = [each for name in names for each in (name, cube.names[name])]
    if named:
        lines.writerow([*called, value or cube.title])
    for row in itertools.product(*cube.members.values()):
        told = [shown(name, m, how) for name, m in zip(names, row, strict=True)]
        if how == "apart":
            told = [each for member in row for each in member]
        lines.writerow([*told, cube.cell([code for code, _ in row])])
    path.write_bytes(out.getvalue().encode(encoding))


def workbook(cube, path, *, heads, how="text", names=False, notes=True, about=()):
    """Excel of PxWeb: merged heads, each name of a row once, footnotes below; a sheet about it."""
    stub, rows, columns = stub_and_heads(cube, heads)
    apart = how == "apart"
    left = len(stub) * (2 if apart else 1)
    with xlsxwriter.Workbook(str(path)) as book:
        for at, row in enumerate(about):
            sheet = book.get_worksheet_by_name("Om tabellen") or book.add_worksheet("Om tabellen")
            sheet.write_row(at, 0, row)
        sheet = book.add_worksheet("Tabell")
        sheet.write(0, 0, cube.title)
        for level, name in enumerate(heads):
            before = None
            for at, column in enumerate(columns):
                if column[: level + 1] != before or level == len(heads) - 1:
                    text = shown(name, column[level], "text" if apart else how)
                    sheet.write(2 + level, left + at, text)
                before = column[: level + 1]
        if names:
            for at, name in enumerate(stub):
                sheet.write(1 + len(heads), at, cube.names[name])
        before = [None] * len(stub)
        for at, row in enumerate(rows):
            line = 2 + len(heads) + at
            for place, name in enumerate(stub):
                if row[: place + 1] == before[: place + 1] and place < len(stub) - 1:
                    continue
                told = row[place] if apart else [shown(name, row[place], how)]
                for step, text in enumerate(told):
                    sheet.write(line, place * len(told) + step, text)
            before = row
            for place, column in enumerate(columns):
                sheet.write(line, left + place, figure(cube, stub, heads, row, column))
        if notes:
            below = 3 + len(heads) + len(rows)
            for at, text in enumerate(
                ("Sist endret:", "20260615 08:00", "Kilde:", "Statistisk sentralbyrå")
            ):
                sheet.write(below + at, 0, text)


def jsonstat(cube, path, *, version=2):
    """JSON-stat of version 2, or a bundle of version 1."""
    cells = list(itertools.product(*cube.members.values()))
    found = [cube.cell([code for code, _ in cell]) for cell in cells]
    dimension = {
        name: {
            "label": cube.names[name],
            "category": {
                "index": {code: at for at, (code, _) in enumerate(each)},
                "label": dict(each),
            },
        }
        for name, each in cube.members.items()
    }
    about = {"id": list(cube.members), "size": [len(each) for each in cube.members.values()]}
    body = {
        "label": cube.title,
        "updated": "2026-06-15T06:00:00Z",
        "value": [None if isinstance(one, str) else one for one in found],
        "status": {str(at): one for at, one in enumerate(found) if isinstance(one, str)},
    }
    if version == 1:
        document = {"dataset": body | {"dimension": dimension | about}}
    else:
        document = body | about | {"version": "2.0", "class": "dataset", "dimension": dimension}
    path.write_text(json.dumps(document), encoding="utf-8")


def px(cube, path, *, heads, encoding="cp1252"):
    """PX, with marks in quotes."""
    stub, rows, columns = stub_and_heads(cube, heads)
    called = {name: cube.names[name] for name in cube.members}

    def listed(texts):
        return ",".join(f'"{text}"' for text in texts)

    lines = ['CHARSET="ANSI";', 'AXIS-VERSION="2013";', f'MATRIX="{cube.title[:5]}";',
             f'TITLE="{cube.title}";', f"STUB={listed(called[n] for n in stub)};",
             f"HEADING={listed(called[n] for n in heads)};"]  # fmt: skip
    for name, each in cube.members.items():
        lines.append(f'VALUES("{called[name]}")={listed(text for _, text in each)};')
        lines.append(f'CODES("{called[name]}")={listed(code for code, _ in each)};')
    lines.append("DATA=")
    for row in rows:
        told = [figure(cube, stub, heads, row, column) for column in columns]
        lines.append(" ".join(f'"{one}"' if isinstance(one, str) else str(one) for one in told))
    path.write_bytes(("\r\n".join(lines) + ";").encode(encoding))
