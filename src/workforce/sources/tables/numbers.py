"""Read numbers, years and quarters as people write them, where there is one way to read them."""

import polars as pl

POINT = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
DECIMAL_COMMA = r"^[+-]?[0-9]+,[0-9]+$"
SPACED = r"^[+-]?[1-9][0-9]{0,2}([ \u{a0}\u{2009}\u{202f}][0-9]{3})+([.,][0-9]+)?$"
EITHER_POINT = r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$"
EITHER_COMMA = r"^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"
_POINTS_BETWEEN_THOUSANDS = r"^[+-]?[1-9][0-9]{0,2}((\.[0-9]{3}){2,}|(\.[0-9]{3})+,[0-9]+)$"
_COMMAS_BETWEEN_THOUSANDS = r"^[+-]?[1-9][0-9]{0,2}((,[0-9]{3}){2,}|(,[0-9]{3})+\.[0-9]+)$"
_NORWEGIAN_DATE = r"^(?<day>[0-9]{1,2})\.(?<month>[0-9]{1,2})\.(?<year>[0-9]{4})$"
_ISO_DATE = r"^(?<year>[0-9]{4})-(?<month>[0-9][0-9])-(?<day>[0-9][0-9])([ T]00:00:00(\.0+)?)?$"
_QUARTERS = (
    r"^(?<year>[0-9]{4})[ -]?[QKqk](?<quarter>[1-4])$",
    r"^[QKqk](?<quarter>[1-4])[ -]?(?<year>[0-9]{4})$",
    r"^(?<quarter>[1-4])\. ?(kvartal|kv\.) ?(?<year>[0-9]{4})$",
)
DATE = r"^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}$|^[0-9]{4}-[0-9][0-9]-[0-9][0-9]"


def read_numbers(text: pl.Series) -> pl.Series:
    """Read the numbers of one column; what may mean two numbers stays unread.

    A space between thousands is taken away. A point or a comma followed by other than three
    digits is a decimal mark, and so are then those of the same kind followed by three (1.234, in
    a column that has 0.5). A column of both points and commas for decimals has its commas unread,
    and a column with nothing but 1.234 or 1,234 to go by has those unread: they may be thousands.
    """
    plain = text.str.contains(POINT) & ~text.str.contains(EITHER_POINT)
    if plain.all():
        return text.cast(pl.Float64)
    spaced = text.str.contains(SPACED)
    text = _where(spaced, text.str.replace_all(r"\s", ""), text).str.replace("\u2212", "-")
    by_points = text.str.contains(_POINTS_BETWEEN_THOUSANDS)
    by_commas = text.str.contains(_COMMAS_BETWEEN_THOUSANDS)
    either_point, either_comma = text.str.contains(EITHER_POINT), text.str.contains(EITHER_COMMA)
    point = text.str.contains(POINT) & ~either_point
    comma = text.str.contains(DECIMAL_COMMA) & ~either_comma
    point_is_decimal = bool((point & text.str.contains(".", literal=True)).any() or by_commas.any())
    comma_is_decimal = bool(comma.any() or by_points.any())
    if comma_is_decimal and not point_is_decimal:
        comma |= either_comma
        text = _where(by_points, text.str.replace_all(".", "", literal=True), text)
        text = _where(comma | by_points, text.str.replace(",", ".", literal=True), text)
        readable = point | comma | by_points
    elif point_is_decimal and not comma_is_decimal:
        text = _where(by_commas, text.str.replace_all(",", "", literal=True), text)
        readable = point | either_point | by_commas
    else:
        readable = point
    return _where(readable, text, None).cast(pl.Float64)


def read_years(text: pl.Series, *, stock: bool) -> pl.Series:
    """Read years; a date is read where it names the stock of a year."""
    years = read_numbers(text)
    if not stock:
        return years
    dates = [text.str.extract_groups(pattern) for pattern in (_NORWEGIAN_DATE, _ISO_DATE)]
    for date in dates:
        parts = {name: date.struct.field(name).cast(pl.Int64) for name in ("day", "month", "year")}
        first = (parts["month"] == 1) & (parts["day"] == 1)
        last = (parts["month"] == 12) & parts["day"].is_in([1, 31])
        years = _where(first, parts["year"].cast(pl.Float64), years)
        years = _where(last, (parts["year"] + 1).cast(pl.Float64), years)
    return years


def read_quarters(text: pl.Series) -> pl.Series:
    """Read quarters written as 2025Q3, 2025K3, K3 2025 or 3. kvartal 2025; null for others."""
    found = pl.Series(text.name, [None] * len(text), dtype=pl.String)
    for pattern in _QUARTERS:
        parts = text.str.extract_groups(pattern)
        year, quarter = parts.struct.field("year"), parts.struct.field("quarter")
        found = _where(year.is_not_null(), year + "Q" + quarter, found)
    return found


def _where(mask: pl.Series, then: pl.Series, otherwise: pl.Series | None) -> pl.Series:
    """Take ``then`` where the mask holds; a null in the mask does not hold."""
    return pl.select(pl.when(mask).then(then).otherwise(otherwise)).to_series()
