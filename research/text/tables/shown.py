"""What a spreadsheet's cell shows, from what its file holds."""

import re
from datetime import date, datetime, time
from decimal import Decimal

from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel, from_ISO8601

ESCAPE = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")  # a character, but not half of one
NOT_CODE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')  # of a number format: what is shown as it is


def unescaped(text: str) -> str:
    """Characters that XML has no way to write stand in a workbook as `_x000D_`."""
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class NoDate(Exception):
    """A number that is to be shown as a date, and is none."""


class Style:
    """A number format, looked into once."""

    def __init__(self, code: str) -> None:
        self.code = NOT_CODE.sub("", code)
        self.is_date, self.is_span = is_date_format(code), is_timedelta_format(code)


GENERAL = Style("General")


def shown_number(text: str, style: Style, epoch: datetime) -> str:
    """Raises NoDate, and ValueError where it is no number."""
    value = float(text) if "." in text or "e" in text.lower() else int(text)
    if not style.is_date:
        return number(value, style.code)
    try:
        return moment(from_excel(value, epoch, timedelta=style.is_span), style)
    except (OverflowError, ValueError):
        raise NoDate from None


def shown_day(text: str, style: Style) -> str:
    """Of a day that the file holds as ISO 8601."""
    return moment(from_ISO8601(text), style)


def moment(value: object, style: Style) -> str:
    if isinstance(value, datetime):
        return day(value, style.code.lower())
    return value.isoformat() if isinstance(value, date | time) else str(value)


def number(value: int | float, style: str) -> str:
    """To fifteen digits, as spreadsheets have them, and never in powers of ten."""
    if "%" in style:
        return number(value * 100, "") + "%"
    text = format(Decimal(format(value, ".15g")), "f") if isinstance(value, float) else str(value)
    return text.zfill(len(style)) if re.fullmatch("0+", style) else text


def day(value: datetime, style: str) -> str:
    """A date that is shown without its day, or its month, is not more precise than that."""
    if value.time() != time():
        return value.isoformat(sep=" ", timespec="seconds")
    if "d" not in style and "y" in style:
        return f"{value:%Y-%m}" if "m" in style else f"{value:%Y}"
    return value.date().isoformat()
