"""Competences that posts ask for and people hold: names, requirements and holding by age."""

# A table in the code keeps one row to a line.
# ruff: noqa: E501

import numpy as np
import polars as pl

from workforce.sources.sample.staff_rates import STAFF_AGES

COMPETENCES = (
    ("nurse_authorisation", "Autorisasjon som sykepleier", "Autorisasjon som sjukepleiar", "Authorisation as a nurse"),
    ("social_educator_authorisation", "Autorisasjon som vernepleier", "Autorisasjon som vernepleiar", "Authorisation as a social educator"),
    ("health_worker_certificate", "Fagbrev eller autorisasjon som helsefagarbeider", "Fagbrev eller autorisasjon som helsefagarbeidar", "Certificate as a health care worker"),
    ("palliative_care", "Videreutdanning i lindrende behandling", "Vidareutdanning i lindrande behandling", "Further education in palliative care"),
    ("teaching_norwegian", "Undervisningskompetanse i norsk", "Undervisningskompetanse i norsk", "Qualified to teach Norwegian"),
    ("teaching_mathematics", "Undervisningskompetanse i matematikk", "Undervisningskompetanse i matematikk", "Qualified to teach mathematics"),
    ("teaching_english", "Undervisningskompetanse i engelsk", "Undervisningskompetanse i engelsk", "Qualified to teach English"),
    ("kindergarten_teaching", "Barnehagelærerutdanning", "Barnehagelærarutdanning", "Kindergarten teacher education"),
    ("child_youth_certificate", "Fagbrev i barne- og ungdomsarbeiderfaget", "Fagbrev i barne- og ungdomsarbeidarfaget", "Certificate in child care and youth work"),
    ("child_welfare_education", "Barnevernfaglig utdanning", "Barnevernfagleg utdanning", "Child welfare education"),
    ("engineering_degree", "Ingeniørutdanning", "Ingeniørutdanning", "Engineering degree"),
    ("management", "Lederutdanning", "Leiarutdanning", "Management education"),
    ("digital_skills", "Digital kompetanse", "Digital kompetanse", "Digital skills"),
)  # fmt: skip

DEMANDS = (
    ("health_care", "2223", "nurse_authorisation", 1.00),
    ("health_care", "2223", "palliative_care", 0.15),
    ("health_care", "2223", "digital_skills", 0.80),
    ("health_care", "2224", "social_educator_authorisation", 1.00),
    ("health_care", "5321", "health_worker_certificate", 1.00),
    ("health_care", "5321", "palliative_care", 0.06),
    ("health_care", "5321", "digital_skills", 0.70),
    ("health_care", "5329", "health_worker_certificate", 0.15),
    ("health_care", "2422", "management", 0.60),
    ("primary_school", "2341", "teaching_norwegian", 0.45),
    ("primary_school", "2341", "teaching_mathematics", 0.42),
    ("primary_school", "2341", "teaching_english", 0.35),
    ("primary_school", "2341", "digital_skills", 0.90),
    ("primary_school", "5311", "child_youth_certificate", 0.40),
    ("primary_school", "5312", "child_youth_certificate", 0.35),
    ("primary_school", "2422", "management", 0.60),
    ("kindergarten", "2342", "kindergarten_teaching", 1.00),
    ("kindergarten", "5311", "child_youth_certificate", 0.50),
    ("child_welfare_social", "2635", "child_welfare_education", 0.55),
    ("child_welfare_social", "2422", "management", 0.50),
    ("technical", "2142", "engineering_degree", 1.00),
    ("technical", "3112", "engineering_degree", 1.00),
    ("technical", "5153", "digital_skills", 0.50),
    ("administration", "1112", "management", 1.00),
    ("administration", "2422", "management", 0.25),
    ("administration", "2422", "digital_skills", 0.95),
    ("administration", "4110", "digital_skills", 0.85),
)
"""Sector, occupation, competence and the share of its FTE that must hold it."""

HELD = {
    ("2223", "nurse_authorisation"): (0.98, 0.985, 0.99),
    ("2223", "palliative_care"): (0.02, 0.09, 0.13),
    ("2223", "digital_skills"): (0.90, 0.80, 0.60),
    ("2224", "social_educator_authorisation"): (0.94, 0.95, 0.96),
    ("5321", "health_worker_certificate"): (0.92, 0.95, 0.97),
    ("5321", "palliative_care"): (0.01, 0.04, 0.06),
    ("5321", "digital_skills"): (0.85, 0.70, 0.48),
    ("5329", "health_worker_certificate"): (0.03, 0.10, 0.12),
    ("2341", "teaching_norwegian"): (0.34, 0.44, 0.52),
    ("2341", "teaching_mathematics"): (0.36, 0.38, 0.40),
    ("2341", "teaching_english"): (0.26, 0.30, 0.32),
    ("2341", "digital_skills"): (0.95, 0.88, 0.68),
    ("2342", "kindergarten_teaching"): (0.88, 0.92, 0.95),
    ("5311", "child_youth_certificate"): (0.22, 0.42, 0.40),
    ("5312", "child_youth_certificate"): (0.18, 0.32, 0.30),
    ("2635", "child_welfare_education"): (0.44, 0.50, 0.50),
    ("2142", "engineering_degree"): (0.98, 0.98, 0.98),
    ("3112", "engineering_degree"): (0.94, 0.92, 0.86),
    ("5153", "digital_skills"): (0.70, 0.50, 0.30),
    ("1112", "management"): (0.50, 0.75, 0.85),
    ("2422", "management"): (0.08, 0.25, 0.36),
    ("2422", "digital_skills"): (0.97, 0.92, 0.78),
    ("4110", "digital_skills"): (0.92, 0.84, 0.65),
}
"""Share of persons that hold the competence at ages 25, 45 and 62."""


def competences_table() -> pl.DataFrame:
    """Table `competences`.

    Returns
    -------
    pl.DataFrame
        competence and its names in three languages.
    """
    columns = ["competence", "name_nb", "name_nn", "name_en"]
    return pl.DataFrame(COMPETENCES, schema=columns, orient="row")


def requirement_table() -> pl.DataFrame:
    """Table `competence_requirement`.

    Returns
    -------
    pl.DataFrame
        sector, occupation, competence, share.
    """
    columns = ["sector", "occupation", "competence", "share"]
    return pl.DataFrame(DEMANDS, schema=columns, orient="row")


def holding_table() -> pl.DataFrame:
    """Table `competence_holding`: share of persons by single age, straight lines between three.

    Returns
    -------
    pl.DataFrame
        occupation, competence, age, share.
    """
    parts = [
        pl.DataFrame(
            {"age": STAFF_AGES, "share": np.round(np.interp(STAFF_AGES, (25, 45, 62), shares), 4)}
        ).select(
            occupation=pl.lit(occupation), competence=pl.lit(competence), age="age", share="share"
        )
        for (occupation, competence), shares in HELD.items()
    ]
    return pl.concat(parts)
