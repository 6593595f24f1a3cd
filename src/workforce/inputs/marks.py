"""Marks of what a region borrowed, as the pages list them and the quality gate weighs them."""

Mark = dict[str, str | float]
"""variable, region, sector (empty for all), from, reason, kind and share.

``kind`` is ``borrowed``, others' figures in place of the region's own, or ``imputed``, own figures
made whole by a rule. ``share`` is the part of the FTE of the region and sector that it is about.
"""


def mark(
    variable: str,
    region: str,
    sector: str,
    reason: str,
    *,
    source: str = "nation",
    imputed: bool = False,
    share: float = 1.0,
) -> Mark:
    """Mark a variable that a region or sector did not take from its own figures alone."""
    return {
        "variable": variable,
        "region": region,
        "sector": sector,
        "from": source,
        "reason": reason,
        "kind": "imputed" if imputed else "borrowed",
        "share": share,
    }
