"""The sentences of a text, Chinese or Latin, and the one around a place."""

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

LONGEST = 300
# A quotation or bracket is passed whole, so that a full stop within it ends no sentence.
CLOSING = {"“": "”", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")", "【": "】"}
QUOTES = {"“", "「", "『"}
FARTHEST = 400  # characters between the two signs of a pair; what closes later opens nothing
SIGN = re.compile(r"[“「『《（(【]|[。！？!?]+[”」』’）)]*|\.+(?=[”’)]?(?:\s|$))[”’)]*")
ABBREVIATED = re.compile(
    r"(?:^|[^A-Za-z])(?:[A-Z]|[ap]\.m|cf|e\.g|i\.e|vs|al|eds?|figs?|nos?|vols?|pp?|mr|mrs|ms|dr|prof|st|ca)\.$",
    re.IGNORECASE,
)


class Sentences:
    """Where the sentences of a block of visible text end; found in time in proportion to its length."""

    def __init__(self, text: str) -> None:
        self.text = text

    def around(self, place: int, *, before: bool = False) -> tuple[int, int]:
        """Start and end of the sentence that holds the character at `place`.

        With `before`, the one that ends just there, if any: a mark in brackets stands behind the sentence
        that it proves.
        """
        after = (bisect_left if before and place else bisect_right)(self.ends, place)
        start = self.ends[after - 1] if after else 0
        return start, self.ends[after] if after < len(self.ends) else len(self.text)

    @cached_property
    def ends(self) -> list[int]:
        text, ends, place = self.text, list[int](), 0
        while found := SIGN.search(text, place):
            place = found.end()
            if found[0] not in CLOSING:
                is_short = found[0] == "." and ABBREVIATED.search(text, max(0, place - 12), place)
                ends += [] if is_short else [place]
                continue
            close = text.find(CLOSING[found[0]], place, place + FARTHEST)
            if close > 0:
                place = close + 1
                ends += [place] if found[0] in QUOTES and text[close - 1] in "。！？!?." else []
        return ends


def shortened(sentence: str, place: int, longest: int = LONGEST) -> str:
    """The sentence without blank ends, at most `longest` characters around `place`; `…` for what is cut."""
    place -= len(sentence) - len(sentence.lstrip())
    sentence = sentence.strip()
    if len(sentence) <= longest:
        return sentence
    first = min(max(0, place - longest * 2 // 3), len(sentence) - longest + 2)
    last = first + longest - 2
    cut = sentence[first:last]
    if first and _inside_a_word(sentence, first):
        cut = re.sub(r"^[A-Za-z0-9]{1,20}(?![A-Za-z0-9])", "", cut)
    if _inside_a_word(sentence, last):
        cut = re.sub(r"(?<![A-Za-z0-9])[A-Za-z0-9]{1,20}$", "", cut)
    return f"{'…' if first else ''}{cut.strip()}{'…' if last < len(sentence) else ''}"


def _inside_a_word(text: str, place: int) -> bool:
    return bool(re.fullmatch("[A-Za-z0-9]{2}", text[place - 1 : place + 1]))
