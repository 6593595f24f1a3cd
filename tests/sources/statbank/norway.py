"""A little Norway on the loopback service: four municipalities of one county, one of another."""

from tests.sources.statbank.statbank_service import Service, table

from workforce.sources.tables.files import read_packaged

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
    # It goes on from the counted: nothing is added in 2026, and all of it in 2030.
    more *= (int(cell["Tid"]) - 2026) / 4
    return size * (max(100 - int(cell["Alder"].rstrip("+")), 1) + more)


def users(cell):
    size = 3 if cell["Region"] in ("4001", "4003") else 1
    return (
        size
        * {"Ialt": 360, "00-49": 40, "50-66": 50, "67-79": 80, "80-89": 120, "90+": 70}[
            cell["Alder"]
        ]
    )


EDUCATIONS = {
    "00": "Utdanning i alt",
    "01": "Alle sykepleiere",
    "02": "Vernepleier",
    "03": "Helsefagarbeider",
    "04": "Uten helse- og sosialfaglig utdanning",
}
CARE_FTE = {"00": 200, "01": 50, "02": 10, "03": 80, "04": 60}
INDUSTRIES = {"01-96": "I alt", "84": "Offentlig administrasjon", "85": "Undervisning",
              "86": "Helsetjenester", "87": "Pleie og omsorg", "88": "Sosiale"}  # fmt: skip
VACANCIES = {"84": (4000, 2), "85": (5000, 2), "86": (6000, 3), "87": (6000, 4), "88": (4000, 2),
             "01-96": (60000, 2)}  # fmt: skip
CARE_FIGURES = {
    "KOSkjernetotalt0000": ("Brukere av hjemmetjenester i alt (antall)", 300),
    "KOSkjerne80aarov0000": ("Brukere av hjemmetjenester 80 år og over (antall)", 150),
    "KOSlangtid0000": ("Beboere på langtidsopphold (antall)", 60),
    "KOSaarsverkbruke0000": ("Årsverk i brukerrettet tjeneste (årsverk)", 180),
}


COUNCIL_FTE = {
    "KOSsysselsatte0000": ("Sysselsatte i videregående opplæring (antall)", 1400),
    "KOSaarsverk0000": ("Avtalte årsverk (antall)", 1300),
    "KOSaarsverku0000": ("Avtalte årsverk, ekskludert lange fravær (antall)", 1200),
    "KOSlederu0000": ("Avtalte årsverk ledere, ekskludert lange fravær (antall)", 90),
    "KOSlaereru0000": ("Avtalte årsverk lærere, ekskludert lange fravær (antall)", 800),
}


def size(cell):
    return 3 if cell["KOKkommuneregion0000"] in ("4001", "4003") else 1


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
            **_kostra(),
        },
        codelists={
            "vs_NACE2007ledstillNN3": {code: [code] for code in INDUSTRIES},
            "agg_KommSummer": {f"K-{town}": [town] for town in TOWNS},
            "vs_KommunFram2026": {town: [town] for town in TOWNS},
            "vs_AlleAldre00B": {age: [age] for age in AGES},
        },
        klass={
            (131, "codesAt"): {
                "codes": [{"code": town, "name": name} for town, (name, _, _) in TOWNS.items()]
            },
            (131, "correspondsAt"): _correspondence,
            (7, "codesAt"): _occupations,
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


def _kostra():
    towns = {"codes": ["EAK", *TOWNS]}
    years = [str(year) for year in range(2020, 2026)]
    care = {
        "codes": list(CARE_FIGURES),
        "labels": {code: label for code, (label, _) in CARE_FIGURES.items()},
    }
    vacancies = {
        "codes": ["LedigeStillinger", "LedigeStillingerPros"],
        "labels": {
            "LedigeStillinger": "Ledige stillinger",
            "LedigeStillingerPros": "Ledige stillinger (prosent)",
        },
    }
    return {
        "14534": table(
            {
                "KOKkommuneregion0000": towns,
                "KOKstillingkode0000": {"codes": ["TOT"], "labels": {"TOT": "Alle stillinger"}},
                "KOKutdanningoms0000": {"codes": list(EDUCATIONS), "labels": EDUCATIONS},
                "ContentsCode": {
                    "codes": ["KOSARBAARSVERKST0000"],
                    "labels": {"KOSARBAARSVERKST0000": "Årsverk"},
                    "refperiod": {"KOSARBAARSVERKST0000": "31.12."},
                },
                "Tid": years,
            },
            lambda cell: size(cell) * CARE_FTE[cell["KOKutdanningoms0000"]],
            label="14534: Årsverk i omsorgstjenestene",
            updated="2026-06-15T06:00:00Z",
        ),
        "12292": table(
            {"KOKkommuneregion0000": towns, "ContentsCode": care, "Tid": years},
            lambda cell: size(cell) * CARE_FIGURES[cell["ContentsCode"]][1],
            label="12292: Omsorgstjenester, grunnlagstall",
            updated="2026-03-16T07:00:00Z",
        ),
        "12255": table(
            {
                "KOKkommuneregion0000": towns,
                "ContentsCode": {
                    "codes": ["KOSgruppe20000", "KOSpoeng0000"],
                    "labels": {
                        "KOSgruppe20000": "Gruppestørrelse 2 (antall)",
                        "KOSpoeng0000": "Grunnskolepoeng",
                    },
                },
                "Tid": years,
            },
            lambda _: 15.5,
            label="12255: Grunnskole, nøkkeltall",
            updated="2026-06-15T06:00:00Z",
        ),
        "11900": table(
            {
                "KOKfylkesregion0000": {"codes": ["4000", "1500", "EAFK"]},
                "ContentsCode": {
                    "codes": list(COUNCIL_FTE),
                    "labels": {code: label for code, (label, _) in COUNCIL_FTE.items()},
                },
                "Tid": years,
            },
            lambda cell: COUNCIL_FTE[cell["ContentsCode"]][1],
            label="11900: Årsverk i videregående opplæring (F)",
            updated="2026-06-15T06:00:00Z",
        ),
        "11587": table(
            {
                "NACE2007": {
                    "codes": list(INDUSTRIES),
                    "labels": INDUSTRIES,
                    "codelists": ["vs_NACE2007ledstillNN3"],
                },
                "ContentsCode": vacancies,
                "Tid": [f"{year}K{part}" for year in range(2023, 2027) for part in (1, 2, 3, 4)],
            },
            lambda cell: VACANCIES[cell["NACE2007"]][cell["ContentsCode"] != "LedigeStillinger"],
            label="11587: Ledige stillinger",
        ),
    }


STYRK08 = {
    "nb": {"2": "Akademiske yrker", "2223": "Sykepleiere", "2224": "Vernepleiere",
           "2264": "Fysioterapeuter", "2267": "Ergoterapeuter", "5321": "Helsefagarbeidere"},
    "en": {"2223": "Nurses"},
}  # fmt: skip


def _occupations(params):
    """Every code of the packaged list, and those of other levels, named in one language."""
    names = dict.fromkeys(read_packaged("occupations")["styrk08"], "Et yrke")
    names |= STYRK08[params.get("language", "nb")]
    return {
        "codes": [
            {"code": code, "name": name, "level": str(len(code)), "validFrom": "2011-01-01"}
            for code, name in names.items()
        ]
    }


def _correspondence(params):
    of = {"104": 1, "112": 2}[params["targetclassificationid"]]
    return {
        "correspondenceItems": [
            {"sourceCode": town, "targetCode": told[of], "targetName": f"Name of {told[of]}"}
            for town, told in TOWNS.items()
        ]
    }
