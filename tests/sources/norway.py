"""A little Norway on the loopback service: four municipalities of one county, one of another."""

from tests.sources.statbank_service import Service, table

TOWNS = {
    "4026": ("Tinn", "40", "EKG05"),
    "4001": ("Porsgrunn", "40", "EKG05"),
    "4003": ("Skien", "40", "EKG05"),
    "4005": ("Notodden", "40", "EKG05"),
    "1508": ("Ålesund", "15", "EKG11"),
    "1580": ("Haram", "15", "EKG11"),
}
AGES = [f"{age:03d}" for age in range(105)] + ["105+"]
SEXES = {"codes": ["1", "2"], "labels": {"1": "Menn", "2": "Kvinner"}}
YEARS = [str(year) for year in range(2016, 2027)]
GROUPS = ["Ialt", "00-49", "50-66", "67-79", "80-89", "90+"]


def persons(cell):
    size = 3 if cell["Region"] in ("4001", "4003") else 1
    return size * max(100 - int(cell["Alder"].rstrip("+")), 1)


def projected(cell):
    size = 3 if cell["Region"] in ("4001", "4003") else 1
    more = {"Personer": 10, "Personer1": 5, "Personer2": 15}[cell["ContentsCode"]]
    return size * (max(100 - int(cell["Alder"].rstrip("+")), 1) + more)


def users(cell):
    size = 3 if cell["Region"] in ("4001", "4003") else 1
    return (
        size
        * {"Ialt": 360, "00-49": 40, "50-66": 50, "67-79": 80, "80-89": 120, "90+": 70}[
            cell["Alder"]
        ]
    )


def norway():
    """Make the service anew, whole and without faults."""
    places = {"codes": list(TOWNS), "codelists": ["agg_KommSummer"]}
    ages = {"codes": AGES, "codelists": ["vs_AlleAldre00B"]}
    care = {"codes": ["00", "21"], "labels": {"00": "Alle tenester", "21": "Langtidsopphald"}}
    return Service(
        tables={
            "07459": table(
                {
                    "Region": places,
                    "Kjonn": SEXES,
                    "Alder": ages,
                    "ContentsCode": {"codes": ["Personer1"], "labels": {"Personer1": "Personer"}},
                    "Tid": YEARS,
                },
                persons,
                label="07459: Befolkning",
            ),
            "14746": table(
                {
                    "Region": {"codes": list(TOWNS), "codelists": ["vs_KommunFram2026"]},
                    "Kjonn": SEXES,
                    "Alder": ages,
                    "ContentsCode": {
                        "codes": ["Personer", "Personer1", "Personer2"],
                        "labels": {
                            "Personer": "Hovedalternativet (MMMM)",
                            "Personer1": "Lav nasjonal vekst (LLML)",
                            "Personer2": "Høy nasjonal vekst (HHMH)",
                        },
                    },
                    "Tid": [str(year) for year in range(2026, 2038)],
                },
                projected,
                label="14746: Framskrevet folkemengde",
            ),
            "11645": table(
                {
                    "Region": places,
                    "TenesteType": care,
                    "Alder": GROUPS,
                    "ContentsCode": {"codes": ["Brukere1"], "labels": {"Brukere1": "Brukarar"}},
                    "Tid": [str(year) for year in range(2020, 2026)],
                },
                users,
                label="11645: Brukarar av omsorgstenester",
            ),
        },
        codelists={
            "agg_KommSummer": {f"K-{town}": [town] for town in TOWNS},
            "vs_KommunFram2026": {town: [town] for town in TOWNS},
            "vs_AlleAldre00B": {age: [age] for age in AGES},
        },
        klass={
            (131, "codesAt"): {
                "codes": [{"code": town, "name": name} for town, (name, _, _) in TOWNS.items()]
            },
            (131, "correspondsAt"): _correspondence,
            (131, "changes"): {
                "codeChanges": [
                    {
                        "oldCode": "1507",
                        "oldName": "Ålesund",
                        "newCode": new,
                        "newName": TOWNS[new][0],
                        "changeOccurred": "2024-01-01",
                    }
                    for new in ("1508", "1580")
                ]
            },
        },
    )


def _correspondence(params):
    of = {"104": 1, "112": 2}[params["targetclassificationid"]]
    return {
        "correspondenceItems": [
            {"sourceCode": town, "targetCode": told[of], "targetName": f"Name of {told[of]}"}
            for town, told in TOWNS.items()
        ]
    }
