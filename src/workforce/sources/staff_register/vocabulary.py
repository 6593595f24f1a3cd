"""The words that usual extracts write: names of columns, and codes of what stands in them."""

import re

Vocabulary = dict[str, str]

HEADERS: dict[str, tuple[str, ...]] = {
    "identity": (
        "fodselsnummer", "fodselsnr", "fnr", "personnummer", "norskident", "fodselsdnummer",
        "norskidentifikator", "foedselsnummer", "personident", "ident", "ansattnummer",
        "ansattnr", "ressursnr", "identity",
    ),
    "birth_date": (
        "fodselsdato", "foedselsdato", "fodt", "fdato", "birthdate", "dateofbirth", "fodselsar",
    ),
    "sex": ("kjonn", "kjoenn", "sex", "gender"),
    "occupation": (
        "stillingskode", "yrkeskode", "yrke", "styrk", "styrk08", "stillingskodepai",
        "paistillingskode", "paikode", "occupation",
    ),
    "organisation": (
        "organisasjonsnummer", "orgnr", "virksomhet", "virksomhetsnummer", "virksomhetorgnr",
        "bedriftsnummer", "arbeidsstedorgnr", "underenhet", "organisasjonsnr", "organisation",
    ),
    "kostra_function": (
        "funksjon", "kostrafunksjon", "tjenestefunksjon", "kostra", "funksjonskode",
        "kostrafunction",
    ),
    "position_share": (
        "stillingsprosent", "stillingspst", "stillingsstorrelse", "stillingsandel", "stprosent",
        "avtaltstillingsprosent", "deltidsprosent", "deltidspst", "prosent", "positionshare",
    ),
    "employment_form": (
        "ansettelsesform", "ansettelsesforhold", "ansettelsestype", "ansforhold",
        "stillingsforhold", "tilsettingsform", "tilsetjingsform", "tilsettingsforhold",
        "employmentform",
    ),
    "start": (
        "startdato", "fradato", "tiltradt", "tiltredelsesdato", "ansattdato", "ansattfra",
        "gyldigfra", "start",
    ),
    "end": (
        "sluttdato", "tildato", "fratradt", "fratredelsesdato", "sluttet", "ansatttil",
        "gyldigtil", "end",
    ),
    "leave_kind": (
        "permisjonstype", "permisjonskode", "permisjonsbeskrivelse", "permisjon", "permisjonsart",
        "fravarstype", "leavekind",
    ),
    "leave_share": ("permisjonsprosent", "permisjonspst", "permprosent", "leaveshare"),
    "leave_start": (
        "permisjonstart", "permisjonsstart", "permisjonstartdato", "permisjonsstartdato",
        "permisjonfra", "leavestart",
    ),
    "end_reason": (
        "sluttarsak", "arsaktilsluttdato", "aarsaktilsluttdato", "fratredelsesarsak",
        "sluttkode", "endreason",
    ),
    "paid_hours": ("betaltetimer", "antalltimer", "timer", "utbetaltetimer", "paidhours"),
    "recruited_from": ("rekruttertfra", "kommerfra", "tidligerearbeid", "recruitedfrom"),
    "reference_date": (
        "uttaksdato", "tellingsdato", "telledato", "rapportdato", "statusdato", "periode",
        "kalendermaned", "kalendermaaned", "referencedate",
    ),
}  # fmt: skip
"""Names of columns by field, in the spelling that `plain` gives."""


SEXES: Vocabulary = {
    "k": "female", "kvinne": "female", "kvinner": "female", "f": "female", "female": "female",
    "kvinna": "female", "2": "female",
    "m": "male", "mann": "male", "menn": "male", "male": "male", "1": "male",
}  # fmt: skip

EMPLOYMENT_FORMS: Vocabulary = {
    "fast": "permanent", "fastansatt": "permanent", "fasttilsatt": "permanent",
    "f": "permanent", "permanent": "permanent",
    "midlertidig": "temporary", "mellombels": "temporary", "engasjement": "temporary",
    "prosjekt": "temporary", "aremal": "temporary", "m": "temporary", "temporary": "temporary",
    "vikar": "substitute", "vikariat": "substitute", "v": "substitute", "substitute": "substitute",
    "timelonn": "hourly", "timelonnet": "hourly", "timelont": "hourly", "tilkalling": "hourly",
    "tilkallingsvikar": "hourly", "ekstrahjelp": "hourly", "t": "hourly", "hourly": "hourly",
    "larling": "apprentice", "larekandidat": "apprentice", "l": "apprentice",
    "apprentice": "apprentice",
}  # fmt: skip

LEAVE_KINDS: Vocabulary = {
    "sykdom": "sickness", "sykefravar": "sickness", "sykmeldt": "sickness",
    "sykemelding": "sickness", "sykmelding": "sickness", "sjukmeldt": "sickness",
    "sjukefravar": "sickness", "sickness": "sickness",
    "foreldrepermisjon": "parental", "permisjonmedforeldrepenger": "parental",
    "fodselspermisjon": "parental", "svangerskapspermisjon": "parental", "parental": "parental",
    "ulonnet": "unpaid", "ulonnetpermisjon": "unpaid", "permisjonutenlonn": "unpaid",
    "ulont": "unpaid", "permittering": "unpaid", "permisjonvedmilitartjeneste": "unpaid",
    "militartjeneste": "unpaid", "utdanningspermisjon": "unpaid",
    "utdanningspermisjonlovfestet": "unpaid", "utdanningspermisjonikkelovfestet": "unpaid",
    "andrelovfestedepermisjoner": "unpaid", "andreikkelovfestedepermisjoner": "unpaid",
    "unpaid": "unpaid",
    "lonnet": "paid", "permisjonmedlonn": "paid", "lonnetpermisjon": "paid",
    "velferdspermisjon": "paid", "ferie": "paid", "paid": "paid",
}  # fmt: skip

END_REASONS: Vocabulary = {
    "pensjon": "retired", "alderspensjon": "retired", "afp": "retired", "pensjonert": "retired",
    "sarealderspensjon": "retired", "retired": "retired",
    "annenkommune": "moved_municipality", "nyjobbannenkommune": "moved_municipality",
    "anankommune": "moved_municipality", "movedmunicipality": "moved_municipality",
    "utavkommunalsektor": "left_sector", "privatsektor": "left_sector",
    "statligsektor": "left_sector", "utdanning": "left_sector", "leftsector": "left_sector",
    "ufor": "other", "uforepensjon": "other", "uforetrygd": "other", "dod": "other",
    "dodsfall": "other", "other": "other",
    "sagtoppselv": "left", "egenoppsigelse": "left", "oppsigelse": "left",
    "arbeidstakerharsagtoppselv": "left", "arbeidsgiverharsagtopparbeidstaker": "left",
    "kontraktengasjementellervikariaterutlopt": "left",
    "kontraktengasjementellervikariaterutloept": "left",
    "kontraktutlopt": "left", "vikariatutlopt": "left", "left": "left",
    "byttetjobbinternt": "internal", "internt": "internal",
    "endringiorganisasjonsstrukturellerbyttetjobbinternt": "internal",
    "byttetlonnssystemellerregnskapsforer": "internal",
    "byttetloennssystemellerregnskapsfoerer": "internal", "internal": "internal",
    "arbeidsforholdetskullealdrivartrapportert": "void",
    "arbeidsforholdetskullealdrivaertrapportert": "void", "feilregistrert": "void",
    "void": "void",
}  # fmt: skip

ORIGINS: Vocabulary = {
    "nyutdannet": "graduate", "nyutdanna": "graduate", "skole": "graduate", "graduate": "graduate",
    "annenkommune": "other_municipality", "anankommune": "other_municipality",
    "kommune": "other_municipality", "othermunicipality": "other_municipality",
    "privat": "other_sector", "stat": "other_sector", "annensektor": "other_sector",
    "othersector": "other_sector",
    "ikkeiarbeid": "outside_work", "ledig": "outside_work", "utlandet": "outside_work",
    "outsidework": "outside_work",
    "tidligereansatt": "return", "return": "return",
}  # fmt: skip

ABSENCE_KINDS: Vocabulary = {
    "egenmelding": "self_certified", "egenmeldt": "self_certified", "e": "self_certified",
    "eigenmelding": "self_certified", "selfcertified": "self_certified",
    "sykmelding": "doctor_certified", "legemeldt": "doctor_certified", "l": "doctor_certified",
    "sykemelding": "doctor_certified", "sjukmelding": "doctor_certified",
    "doctorcertified": "doctor_certified",
}  # fmt: skip

_LETTERS = str.maketrans({"æ": "a", "ø": "o", "å": "a", "é": "e", "ö": "o", "ä": "a"})


def plain(text: str) -> str:
    """Spell a word in small letters a to z and digits only, so that spellings compare equal."""
    return re.sub(r"[^a-z0-9]", "", text.casefold().translate(_LETTERS))
