"""Numbers as CSL reads them: https://docs.citationstyles.org/en/stable/specification.html#number."""

import re

LONGEST = 200  # of pages that are read; what is longer is no list of pages
_ONE = r"[A-Za-z]*[0-9]+[A-Za-z]*"
_NUMERIC = re.compile(rf"{_ONE}(?:\s*[-–,&]\s*{_ONE})*")
_RANGE = re.compile(r"(?<![0-9.])([A-Za-z]*)([0-9]+)([a-z]*)\s*[-–]\s*\1([0-9]+)(?![0-9.])")
_DASH = re.compile(r"\s*[-–]\s*")


def is_numeric(text: str) -> bool:
    """Whether the text is a number or several: `2`, `2nd`, `1-3`, `4, 6`; not `II` or `第2版`."""
    return bool(_NUMERIC.fullmatch(text))


def is_plural(text: str) -> bool:
    return len(re.findall("[0-9]+", text)) > 1


def ordinal(text: str) -> str:
    """`2` → `2nd`; what is no plain number stays."""
    if not re.fullmatch("[0-9]{1,9}", text):
        return text
    number = int(text)
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def page_ranges(text: str, dash: str) -> str:
    """Ranges in full and with the dash of the style: `123–5` → `123-125`. `1.1-1.36` stays as it is."""
    expanded = _RANGE.sub(_expand, text) if len(text) <= LONGEST else text
    return _DASH.sub(dash, expanded)


def _expand(found: re.Match[str]) -> str:
    letters, first, ending, last = found.groups()
    full = first[: max(0, len(first) - len(last))] + last
    return f"{letters}{first}{ending}-{letters}{full if int(full[-9:]) > int(first[-9:]) else last}"
