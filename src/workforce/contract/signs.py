"""Signs that no name or text may hold: controls, and marks that turn the direction of writing."""

import re

FORBIDDEN = (
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    r"\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{feff}]"
)
"""Pattern of polars. A text that holds one of them reads as something else than it is."""
_FORBIDDEN = re.compile(
    re.sub(r"\\u\{(\w+)\}", lambda found: chr(int(found[1], 16)), FORBIDDEN) + "|[\ud800-\udfff]"
)


def forbidden_sign(text: str) -> str:
    """Name the first sign, but tabs and ends of lines, that cannot stand in a text, as U+202E."""
    found = _FORBIDDEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""
