"""Quantities as people write them (`>8000`, `约10亿`, `1.2个亿`, `45.5%`) and as people read them."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, localcontext

from django.utils.translation import gettext as _

# SQLite rounds to 15 digits: of 20 nines it would make a number of 21, too long to be read.
MAX_WHOLE_DIGITS = 19
MAX_FRACTION_DIGITS = 6
MAX_LENGTH = 60

BOUNDS_BEFORE = {
    ">=": ("≥", "≧", "⩾", "=>", "至少", "不少于", "不低于", "不小于", "at least"),
    "<=": ("≤", "≦", "⩽", "=<", "至多", "最多", "不超过", "不多于", "不高于", "不大于", "at most", "up to"),
    ">": ("超过", "超", "逾", "大于", "多于", "高于", "more than", "over", "above"),
    "<": ("不到", "不足", "少于", "低于", "小于", "less than", "under", "below", "fewer than"),
    "~": ("≈", "〜", "大约", "大概", "约", "近", "about", "around", "circa", "c.", "ca."),
}
BOUNDS_AFTER = {">=": ("+", "以上"), "<=": ("以下", "以内"), ">": ("多", "余"), "~": ("左右", "上下", "前后")}
POWERS = {
    "十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "十亿": 9, "百亿": 10,
    "千亿": 11, "万亿": 12, "thousand": 3, "million": 6, "billion": 9, "trillion": 12,
}  # fmt: skip
WORDS = {  # how `describe_quantity` says a bound, in Chinese and in English
    "": ("", ""), ">": ("超过 ", "more than "), ">=": ("至少 ", "at least "), "<": ("不到 ", "less than "),
    "<=": ("至多 ", "at most "), "~": ("约 ", "about "),
}  # fmt: skip


@dataclass(frozen=True)
class Quantity:
    """A number and its bound: `""`, `">"`, `">="`, `"<"`, `"<="` or `"~"`.

    `value` is the canonical text, the bound followed by a plain decimal: `>8000`, `-120000000`, `45.5`.
    """

    value: str
    number: Decimal
    bound: str


def _either(words: dict[str, tuple[str, ...]]) -> str:
    """A pattern for all spellings, the longest first, so that 不超过 is not read as 超过."""
    spellings = [spelling for key, others in words.items() for spelling in (key, *others)]
    return "|".join(re.escape(spelling) for spelling in sorted(spellings, key=len, reverse=True))


_POWER = "|".join(sorted(POWERS, key=len, reverse=True))
_WHOLE = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+"
_QUANTITY = re.compile(
    rf"(?P<before>{_either(BOUNDS_BEFORE)})?\s*(?P<sign>[+-]?)\s*"
    rf"(?P<digits>(?:{_WHOLE})(?:\.[0-9]*)?|\.[0-9]+)"
    rf"(?:e(?P<exponent>[+-]?[0-9]{{1,3}}))?\s*(?P<more>[多余])?个?\s*(?P<power>{_POWER})?\s*"
    rf"(?P<after>{_either(BOUNDS_AFTER)})?"
)


def parse_quantity(text: str, unit: str = "") -> Quantity:
    """Read a number as people write it; a `unit` behind it (`%`, `元`) is dropped.

    `8万` → `80000`, `8000+` → `>=8000`, `超过8000家` with unit `家` → `>8000`, `45.50%` with `%` → `45.5`.
    Raises `ValueError`, with a message for people, for anything else and for more than 19 digits before or
    6 after the point.
    """
    found = _QUANTITY.fullmatch(_plain(text, unit)) if len(text) <= MAX_LENGTH else None
    bounds = _bounds(found) if found else set()
    if not found or len(bounds) > 1:
        raise ValueError(
            _(
                "“%(value)s” is not a number that can be read here. "
                "Write for example 45.5, 8,000, >8000, ~8000 or 1.2亿."
            )
            % {"value": text.strip()[:MAX_LENGTH]}
        )
    number = _number(found)
    if number is None:
        raise ValueError(
            _(
                "“%(value)s” has too many digits: "
                "at most %(whole)s before and %(fraction)s after the decimal point."
            )
            % {"value": text.strip(), "whole": MAX_WHOLE_DIGITS, "fraction": MAX_FRACTION_DIGITS}
        )
    bound = "".join(bounds)
    return Quantity(f"{bound}{number:f}", number, bound)


def _plain(text: str, unit: str) -> str:
    """Half-width, lower-case, single spaces, without the unit."""

    def fold(part: str) -> str:
        part = unicodedata.normalize("NFKC", part).lower()
        return " ".join(part.translate(str.maketrans("−–萬億", "--万亿")).split())

    return fold(text).removesuffix(fold(unit)).strip()


def _bounds(found: re.Match[str]) -> set[str]:
    """The bounds named before and after the number: none, one, or two that contradict each other."""
    before, after = found["before"], found["after"]
    bounds = {key for key, words in BOUNDS_BEFORE.items() if before and before in (key, *words)}
    bounds |= {key for key, words in BOUNDS_AFTER.items() if after and after in (key, *words)}
    return bounds | ({">"} if found["more"] else set())


def _number(found: re.Match[str]) -> Decimal | None:
    """The exact number without trailing zeros, or None if it has too many digits."""
    exponent = int(found["exponent"] or 0) + POWERS.get(found["power"], 0)
    digits = re.sub("[, ]", "", found["digits"])
    with localcontext(prec=2 * MAX_LENGTH):  # so that nothing is rounded
        number = Decimal(f"{found['sign']}{digits}").scaleb(exponent)
        if not number:
            return Decimal(0)
        number = number.normalize()
        if number.adjusted() >= MAX_WHOLE_DIGITS or -int(number.as_tuple().exponent) > MAX_FRACTION_DIGITS:
            return None
        return Decimal(f"{number:f}")


# A place in an order: 第 1 位, 前 3 位.
RANKS = ("位", "名")
RANK_WORDS = {"": ("第 {} {}", "no. {} {}"), "<=": ("前 {} {}", "top {} {}")}


def describe_quantity(value: str, unit: str, language: str) -> str:
    """A canonical quantity in words: Chinese if `language` begins with `zh`, else English.

    `>8000`, `家` → `超过 8,000 家`; `4500000000`, `元` → `45 亿元`. 万, 亿 and 万亿 are used only where two
    decimals say the number exactly. Text that is no quantity comes back as it is.
    """
    try:
        quantity = parse_quantity(value)
    except ValueError:
        return value
    chinese = language.startswith("zh")
    if unit in RANKS and quantity.bound in RANK_WORDS:
        return RANK_WORDS[quantity.bound][0 if chinese else 1].format(f"{quantity.number:f}", unit)
    sign = "−" if quantity.number < 0 else ""
    digits, myriads = f"{abs(quantity.number):,f}", ""
    if chinese and not unit.startswith(("%", "‰", "°", "百", "千", "万", "亿")):  # no 1.2 万%, no 12 万万元
        digits, myriads = _in_myriads(abs(quantity.number))
    gap = "" if unit.startswith(("%", "‰", "°")) or not unit or (myriads and not unit.isascii()) else " "
    words = WORDS[quantity.bound][0 if chinese else 1]
    return f"{words}{sign}{digits}{f' {myriads}' if myriads else ''}{gap}{unit}"


def _in_myriads(number: Decimal) -> tuple[str, str]:
    """(`45`, `亿`) for 4,500,000,000; the plain digits and no word if two decimals do not say it exactly."""
    for name in ("万亿", "亿", "万"):
        scaled = number.scaleb(-POWERS[name]).normalize()
        if scaled >= 1 and -int(scaled.as_tuple().exponent) <= 2:
            return f"{scaled:,f}", name
    return f"{number:,f}", ""
