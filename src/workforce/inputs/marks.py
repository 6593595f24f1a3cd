"""Marks of what a region borrowed, as the pages list them."""


def mark(variable: str, region: str, sector: str, reason: str) -> dict[str, str]:
    """Mark a variable that a region or sector took from the nation."""
    return {
        "variable": variable,
        "region": region,
        "sector": sector,
        "from": "nation",
        "reason": reason,
    }
