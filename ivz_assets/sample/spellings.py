"""Other spellings of one value, as suppliers really deliver them. One text in, one text out; which rows get one is elsewhere."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from ivz_assets.sample.patterns import EPOCH

_EXCEL_DAY_ZERO_TO_1970 = 25_569


def other_date(number: int, rng: np.random.Generator) -> str:
    """A day number as an Excel serial, in ISO form, without leading zeros, without separators or with slashes."""
    day = EPOCH + timedelta(days=int(number))
    shapes = [str(number + _EXCEL_DAY_ZERO_TO_1970), f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", f"{day:%d/%m/%Y}"]
    if day.day < 10 or day.month < 10:  # otherwise it is the clean spelling
        shapes.append(f"{day.day}-{day.month}-{day.year}")
    return shapes[rng.integers(len(shapes))]


def other_time(minute: int, rng: np.random.Generator) -> str:
    """A minute of the day as an Excel fraction, without colon, or without leading zero."""
    shapes = [f"{minute / 1440:.10g}", f"{minute // 60:02d}{minute % 60:02d}"]
    if minute < 600:
        shapes.append(f"{minute // 60}:{minute % 60:02d}")
    return shapes[rng.integers(len(shapes))]


def other_buurt(code: str, rng: np.random.Generator) -> str:
    """A neighbourhood code that lost its prefix or leading zero, or gained blanks or lower case."""
    digits = code[2:]
    shapes = [digits, f"BU {digits[:4]} {digits[4:]}", f"{code}  ", code.lower()]
    if digits.startswith("0"):
        shapes += [digits[1:], digits[1:]]  # what Excel does to most municipalities of Twente
    return shapes[rng.integers(len(shapes))]


def other_klasse(code: str, rng: np.random.Generator) -> str:
    """A class code in lower case or with blanks around or inside it."""
    shapes = [code.lower(), f" {code}", f"{code} ", f"{code[0]} {code[1:]}"]
    return shapes[rng.integers(len(shapes))]


def other_yes_no(value: str, rng: np.random.Generator) -> str:
    """J or N in lower case, written out, or with a trailing blank."""
    shapes = ["j", "Ja", "J "] if value == "J" else ["n", "Nee", "N "]
    return shapes[rng.integers(len(shapes))]
