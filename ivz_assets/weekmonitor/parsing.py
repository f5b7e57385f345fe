"""From one delivered text to one typed value: dates, times, codes, J/N and x/y, as Ibis expressions over distinct texts.

Every function takes a column of texts and returns expressions; none looks at a second field of the row (that is
``standardise``) and none judges the row (that is ``rules``). Texts repeat, so callers parse each distinct text once.
"""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

EXCEL_DAY_ZERO = "1899-12-30"
"""Excel's serial 61 is 1900-03-01; counting from this day also absorbs Excel's non-existing 29 February 1900."""

_TIME_TAIL = r"([ T]\d{1,2}:\d{2}(:\d{2}([.]\d+)?)?)?$"
# A year outside 1900-2099 (0202, 9999) is a slip of the pen or a placeholder, and year 0 no date that Python knows.
_ISO_DATE = r"^((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})" + _TIME_TAIL
_DUTCH_DATE = r"^(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)\d{2}|\d{2})" + _TIME_TAIL
_COMPACT_DATE = r"^((?:19|20)\d{2})(\d{2})(\d{2})$"
_SERIAL_DATE = r"^([2-7]\d{4})([.,]\d+)?$"

_CLOCK = r"^(\d{1,2}):(\d{2})(:\d{2}([.,]\d+)?)?$"
_CLOCK_DOT = r"^(\d{2}|[1-9])[.](\d{2})$"
_CLOCK_COMPACT = r"^(\d{1,2})(\d{2})$"
_CLOCK_IN_STAMP = r"^\d{4}-\d{2}-\d{2}[ T](\d{2}):(\d{2})(:\d{2}([.]\d+)?)?$"
_DAY_FRACTION = r"^(0|1|0?[.,]\d+|1[.,]0+)$"


def trimmed(text: ir.StringValue) -> ir.StringValue:
    """The text without blanks around it (also non-breaking ones); an empty text becomes NULL."""
    return text.replace("\u00a0", " ").strip().nullif("")


def parsed_date(text: ir.StringValue) -> ir.DateValue:
    """A date from ``dd-mm-jjjj``, ``d-m-jj``, ISO, ``jjjjmmdd`` or an Excel serial; NULL when it is none of these."""
    value = trimmed(text)
    year_of = value.re_extract(_DUTCH_DATE, 3)
    dutch = ibis.ifelse(year_of.length() == 2, ibis.literal("20") + year_of, year_of)
    candidate = ibis.cases(
        (value.re_search(_DUTCH_DATE), _iso(dutch, value.re_extract(_DUTCH_DATE, 2), value.re_extract(_DUTCH_DATE, 1))),
        (
            value.re_search(_ISO_DATE),
            _iso(value.re_extract(_ISO_DATE, 1), value.re_extract(_ISO_DATE, 2), value.re_extract(_ISO_DATE, 3)),
        ),
        (
            value.re_search(_COMPACT_DATE),
            _iso(
                value.re_extract(_COMPACT_DATE, 1),
                value.re_extract(_COMPACT_DATE, 2),
                value.re_extract(_COMPACT_DATE, 3),
            ),
        ),
    )
    serial_days = value.re_extract(_SERIAL_DATE, 1).nullif("").try_cast(dt.int32)
    from_serial = ibis.timestamp(EXCEL_DAY_ZERO) + serial_days.as_interval("D")
    return ibis.coalesce(candidate.try_cast(dt.date), from_serial.cast(dt.date))


def parsed_minutes(text: ir.StringValue) -> ir.IntegerValue:
    """Minutes since midnight, 0 to 1440 (``24:00``), from ``uu:mm``, ``uumm``, an Excel fraction or a stamp; else NULL."""
    value = trimmed(text).re_replace(r"\s*(uur|u)[.]?$", "")
    clock = ibis.cases(
        (value.re_search(_CLOCK), _minutes(value, _CLOCK)),
        (value.re_search(_CLOCK_DOT), _minutes(value, _CLOCK_DOT)),
        (value.re_search(r"^\d{3,4}$"), _minutes(value, _CLOCK_COMPACT)),
        (value.re_search(_CLOCK_IN_STAMP), _minutes(value, _CLOCK_IN_STAMP)),
        # Excel's 24:00 is the number 1, which readers take for its first day (or the second, counted from 1904).
        (value.isin(["1900-01-01", "1904-01-02"]), 1440),
    )
    fraction = ibis.ifelse(value.re_search(_DAY_FRACTION), value.replace(",", "."), ibis.null(dt.string)).try_cast(dt.float64)
    return ibis.coalesce(clock, (fraction * 1440).round().cast(dt.int32))


def parsed_klasse(text: ir.StringValue) -> ir.StringValue:
    """A class code in capitals without any blanks: ``" f 550"`` becomes ``F550``."""
    return text.replace("\u00a0", " ").re_replace(r"\s+", "").upper().nullif("")


def parsed_buurt(text: ir.StringValue) -> ir.StringValue:
    """A neighbourhood code in CBS form (``BU`` and 8 digits) from any shape with 7 or 8 digits; else NULL.

    Excel drops the leading zero of ten of Twente's 14 municipality codes, so ``1530101`` is ``BU01530101``. All zeros
    is a placeholder, not a neighbourhood.
    """
    digits = text.replace("\u00a0", " ").re_replace(r"\s+", "").upper().re_extract(r"^(?:BU)?(\d{7,8})$", 1).nullif("")
    eight = digits.lpad(8, "0")
    return ibis.ifelse(eight == "00000000", ibis.null(dt.string), ibis.literal("BU") + eight)


def parsed_plaats(text: ir.StringValue) -> ir.StringValue:
    """A place name for comparison: small letters, without diacritics, and one blank between words."""
    lower = trimmed(text).lower().re_replace(r"\s+", " ")
    return lower.translate("áàäâéèëêíìïîóòöôúùüû", "aaaaeeeeiiiioooouuuu").replace("'", "").replace(".", "")


def parsed_yes_no(text: ir.StringValue) -> ir.BooleanValue:
    """True for J or Ja, False for N or Nee (any case), NULL for anything else."""
    value = trimmed(text).lower()
    return ibis.cases((value.isin(["j", "ja"]), True), (value.isin(["n", "nee"]), False))


def parsed_dagdeel(text: ir.StringValue) -> ir.StringValue:
    """One of nacht, ochtend, middag, avond, also from texts such as ``Avond (18:00-24:00)``; else NULL."""
    return text.lower().re_extract(r"(nacht|ochtend|middag|avond)", 1).nullif("")


def parsed_coordinates(text: ir.StringValue) -> tuple[ir.FloatingValue, ir.FloatingValue]:
    """x and y in metres from two numbers with a comma, semicolon, slash or blank between them; else NULL."""
    pair = r"^\s*[xX]?[:=]?\s*(\d{4,6}(?:[.]\d+)?)\s*[,;/ ]\s*[yY]?[:=]?\s*(\d{4,6}(?:[.]\d+)?)\s*$"
    return (
        text.re_extract(pair, 1).nullif("").try_cast(dt.float64),
        text.re_extract(pair, 2).nullif("").try_cast(dt.float64),
    )


def _iso(year: ir.StringValue, month: ir.StringValue, day: ir.StringValue) -> ir.StringValue:
    return year + "-" + month.lpad(2, "0") + "-" + day.lpad(2, "0")


def _minutes(value: ir.StringValue, pattern: str) -> ir.IntegerValue:
    hours = value.re_extract(pattern, 1).try_cast(dt.int32)
    minutes = value.re_extract(pattern, 2).try_cast(dt.int32)
    exists = (minutes <= 59) & ((hours <= 23) | ((hours == 24) & (minutes == 0)))
    return ibis.ifelse(exists, hours * 60 + minutes, ibis.null(dt.int32))
