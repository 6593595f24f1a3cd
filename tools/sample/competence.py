"""Competences that posts ask for and people hold: names, requirements and holding by age."""

# A table in the code keeps one row to a line.
# ruff: noqa: E501

import numpy as np
import polars as pl

from tools.sample.staff_rates import STAFF_AGES

COMPETENCES = (
    ("nurse_authorisation", "Autorisasjon som sykepleier", "Autorisasjon som sjukepleiar", "Authorisation as a nurse", "formal"),
    ("social_educator_authorisation", "Autorisasjon som vernepleier", "Autorisasjon som vernepleiar", "Authorisation as a social educator", "formal"),
    ("health_worker_certificate", "Fagbrev eller autorisasjon som helsefagarbeider", "Fagbrev eller autorisasjon som helsefagarbeidar", "Trade certificate or authorisation as a health care worker", "formal"),
    ("palliative_care", "Videreutdanning i lindrende behandling", "Vidareutdanning i lindrande behandling", "Further education in palliative care", "formal"),
    ("teaching_norwegian", "Undervisningskompetanse i norsk", "Undervisningskompetanse i norsk", "Qualified to teach Norwegian", "formal"),
    ("teaching_mathematics", "Undervisningskompetanse i matematikk", "Undervisningskompetanse i matematikk", "Qualified to teach mathematics", "formal"),
    ("teaching_english", "Undervisningskompetanse i engelsk", "Undervisningskompetanse i engelsk", "Qualified to teach English", "formal"),
    ("kindergarten_teaching", "Barnehagelærerutdanning", "Barnehagelærarutdanning", "Kindergarten teacher education", "formal"),
    ("child_youth_certificate", "Fagbrev i barne- og ungdomsarbeiderfaget", "Fagbrev i barne- og ungdomsarbeidarfaget", "Trade certificate in child care and youth work", "formal"),
    ("child_welfare_education", "Barnevernfaglig utdanning", "Barnevernfagleg utdanning", "Child welfare education", "formal"),
    ("engineering_degree", "Ingeniørutdanning", "Ingeniørutdanning", "Engineering degree", "formal"),
    ("management", "Lederutdanning", "Leiarutdanning", "Management education", "formal"),
    ("teaching_qualification", "Praktisk-pedagogisk utdanning", "Praktisk-pedagogisk utdanning", "Teaching qualification (PPU)", "formal"),
    ("vocational_subject", "Fagbrev og praksis i faget det undervises i", "Fagbrev og praksis i faget det blir undervist i", "Trade certificate and practice in the subject taught", "formal"),
    ("upper_secondary_sciences", "Undervisningskompetanse i realfag, videregående", "Undervisningskompetanse i realfag, vidaregåande", "Qualified to teach sciences, upper secondary", "formal"),
    ("dental_authorisation", "Autorisasjon i tannhelse", "Autorisasjon i tannhelse", "Authorisation in dental care", "formal"),
    ("digital_skills", "Digital kompetanse", "Digital kompetanse", "Digital skills", "skill"),
    ("welfare_technology", "Velferdsteknologi i tjenesten", "Velferdsteknologi i tenesta", "Welfare technology in the service", "skill"),
    ("supervision", "Veiledning av studenter og lærlinger", "Rettleiing av studentar og lærlingar", "Supervision of students and apprentices", "skill"),
)  # fmt: skip

DEMANDS = (
    ("health_care", "2223", "nurse_authorisation", 1.00, 2),
    ("health_care", "2223", "palliative_care", 0.15, 1),
    ("health_care", "2223", "digital_skills", 0.80, None),
    ("health_care", "2223", "welfare_technology", 0.40, 1),
    ("health_care", "2223", "supervision", 0.25, None),
    ("health_care", "2224", "social_educator_authorisation", 1.00, None),
    ("health_care", "5321", "health_worker_certificate", 1.00, 4),
    ("health_care", "5321", "palliative_care", 0.06, 1),
    ("health_care", "5321", "digital_skills", 0.70, None),
    ("health_care", "5321", "welfare_technology", 0.30, 1),
    ("health_care", "5321", "supervision", 0.15, None),
    ("health_care", "5329", "health_worker_certificate", 0.15, 4),
    ("health_care", "2422", "management", 0.60, None),
    ("primary_school", "2341", "teaching_norwegian", 0.45, 3),
    ("primary_school", "2341", "teaching_mathematics", 0.42, 3),
    ("primary_school", "2341", "teaching_english", 0.35, 2),
    ("primary_school", "2341", "digital_skills", 0.90, None),
    ("primary_school", "2341", "supervision", 0.12, None),
    ("primary_school", "5311", "child_youth_certificate", 0.40, 1),
    ("primary_school", "5312", "child_youth_certificate", 0.35, 1),
    ("primary_school", "2422", "management", 0.60, None),
    ("kindergarten", "2342", "kindergarten_teaching", 1.00, 3),
    ("kindergarten", "2342", "supervision", 0.20, None),
    ("kindergarten", "5311", "child_youth_certificate", 0.50, 1),
    ("child_welfare_social", "2635", "child_welfare_education", 0.55, None),
    ("child_welfare_social", "2422", "management", 0.50, None),
    ("technical", "2142", "engineering_degree", 1.00, None),
    ("technical", "3112", "engineering_degree", 1.00, None),
    ("technical", "5153", "digital_skills", 0.50, None),
    ("administration", "1112", "management", 1.00, None),
    ("administration", "2422", "management", 0.25, None),
    ("administration", "2422", "digital_skills", 0.95, None),
    ("administration", "4110", "digital_skills", 0.85, None),
    ("upper_secondary", "2330", "teaching_qualification", 1.00, None),
    ("upper_secondary", "2330", "upper_secondary_sciences", 0.30, None),
    ("upper_secondary", "2330", "digital_skills", 0.90, None),
    ("upper_secondary", "2320", "teaching_qualification", 1.00, None),
    ("upper_secondary", "2320", "vocational_subject", 0.95, None),
    ("upper_secondary", "1345", "management", 1.00, None),
    ("dental_care", "2261", "dental_authorisation", 1.00, None),
    ("dental_care", "3251", "dental_authorisation", 1.00, None),
    ("dental_care", "3256", "dental_authorisation", 1.00, None),
    ("transport", "2142", "engineering_degree", 1.00, None),
    ("transport", "3112", "engineering_degree", 1.00, None),
    ("county_administration", "1112", "management", 1.00, None),
    ("county_administration", "2422", "digital_skills", 0.95, None),
)
"""Sector, occupation, competence, share of its FTE that must hold it, and holders a unit needs."""

HELD = {
    ("2223", "nurse_authorisation"): (0.98, 0.985, 0.99),
    ("2223", "palliative_care"): (0.02, 0.09, 0.13),
    ("2223", "digital_skills"): (0.90, 0.80, 0.60),
    ("2223", "welfare_technology"): (0.40, 0.30, 0.18),
    ("2223", "supervision"): (0.05, 0.24, 0.30),
    ("2224", "social_educator_authorisation"): (0.94, 0.95, 0.96),
    ("5321", "health_worker_certificate"): (0.92, 0.95, 0.97),
    ("5321", "palliative_care"): (0.01, 0.04, 0.06),
    ("5321", "digital_skills"): (0.85, 0.70, 0.48),
    ("5321", "welfare_technology"): (0.28, 0.22, 0.12),
    ("5321", "supervision"): (0.03, 0.15, 0.20),
    ("5329", "health_worker_certificate"): (0.03, 0.10, 0.12),
    ("2341", "teaching_norwegian"): (0.34, 0.44, 0.52),
    ("2341", "teaching_mathematics"): (0.36, 0.38, 0.40),
    ("2341", "teaching_english"): (0.26, 0.30, 0.32),
    ("2341", "digital_skills"): (0.95, 0.88, 0.68),
    ("2341", "supervision"): (0.02, 0.12, 0.16),
    ("2342", "kindergarten_teaching"): (0.88, 0.92, 0.95),
    ("2342", "supervision"): (0.04, 0.20, 0.28),
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
    ("2330", "teaching_qualification"): (0.88, 0.96, 0.97),
    ("2330", "upper_secondary_sciences"): (0.22, 0.27, 0.33),
    ("2330", "digital_skills"): (0.95, 0.88, 0.70),
    ("2320", "teaching_qualification"): (0.55, 0.86, 0.92),
    ("2320", "vocational_subject"): (0.92, 0.94, 0.96),
    ("1345", "management"): (0.40, 0.70, 0.82),
    ("2261", "dental_authorisation"): (1.00, 1.00, 1.00),
    ("3251", "dental_authorisation"): (1.00, 1.00, 1.00),
    ("3256", "dental_authorisation"): (0.93, 0.95, 0.97),
}
"""Share of persons that hold the competence at ages 25, 45 and 62."""


def competences_table() -> pl.DataFrame:
    """Table `competences`.

    Returns
    -------
    pl.DataFrame
        competence, its names in three languages, and its kind.
    """
    columns = ["competence", "name_nb", "name_nn", "name_en", "kind"]
    return pl.DataFrame(COMPETENCES, schema=columns, orient="row")


def requirement_table() -> pl.DataFrame:
    """Table `competence_requirement`.

    Returns
    -------
    pl.DataFrame
        sector, occupation, competence, share, least_holders.
    """
    columns = ["sector", "occupation", "competence", "share", "least_holders"]
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
