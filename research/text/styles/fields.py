"""The fields of a CSL-JSON item, read whatever it holds: a wrong type is an empty field, never an error.

Variables: https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables.
Further ones may stand in `note`, one a line, as in `page: 288`:
https://www.zotero.org/support/kb/item_types_and_fields#citing_fields_from_extra.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from research.text.bibliography.variables import DATES, NAMES
from research.text.cjk import is_cjk
from research.text.styles.dates import Date, read_date
from research.text.styles.names import Name, read_names

Item = Mapping[str, Any]

_NOTED = re.compile(r"([a-z_-]+|[A-Z]+): *(\S.*)")
_TAG = re.compile(r"</?(?:i|b|sc|sub|sup|em|strong|span)(?:\s[^<>]*)?>", re.IGNORECASE)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LATIN = r"[^\W\d_\u2e80-\U0010ffff]"
_DOUBLE, _SINGLE = (
    re.compile(rf"(^|[\s(\[/—–-]){mark}(?=\S)([^{mark}]*[^\s{mark}]){mark}(?=$|[\s)\],.:;!?/—–-])")
    for mark in "\"'"
)
_APOSTROPHE = re.compile(rf"(?<={_LATIN})'|'(?={_LATIN}*\d)")
_ZH = ("zh", "chi", "zho", "cmn", "中", "汉", "漢", "ja", "jpn", "日", "ko", "kor", "韩", "朝")
_CODE = re.compile(r"[a-z]{2,3}(?:[-_].*)?")


class Fields:
    """An item's fields as text, names and dates. Missing or malformed: `""`, `[]`, `None`."""

    def __init__(self, item: Item) -> None:
        self._values: dict[str, Any] = {key: value for key, value in item.items() if isinstance(key, str)}
        noted = list(_noted(self._values.get("note")))
        for name, value in noted:  # a type or a date in the note is more exact; all else only fills a gap
            if name == "type" or name in DATES or (name not in NAMES and not self._values.get(name)):
                self._values[name] = value
        for name in {name for name, _value in noted}.intersection(NAMES):
            found = [_noted_name(value) for noted_as, value in noted if noted_as == name]
            self._values[name] = self._values.get(name) or found

    def text(self, name: str) -> str:
        """A hyphen that a source escapes (`18\\-2424`) is no range, only a hyphen."""
        return clean(self._values.get(name)).replace("\\-", "-")

    def names(self, name: str) -> list[Name]:
        return read_names(self._values.get(name), clean)

    def date(self, name: str) -> Date | None:
        return read_date(self._values.get(name), clean)

    def has(self, *names: str) -> bool:
        """Whether any of the fields holds something; for text fields."""
        return any(self.text(name) for name in names)

    @property
    def type(self) -> str:
        return self.text("type").lower()

    @property
    def is_chinese(self) -> bool:
        """Whether added words are Chinese: for East Asian works, by `language`, else by the script."""
        language = self.text("language").lower()
        if language.startswith(_ZH):
            return True
        if _CODE.fullmatch(language):
            return False
        texts = (
            self.text("title"),
            self.text("container-title"),
            *(name.whole for name in self.names("author")),
        )
        return any(is_cjk(letter) for letter in next(filter(None, texts), ""))


def clean(value: object) -> str:
    """One line of plain text: no mark-up, quotation marks and apostrophes set as in print.

    Two spaces in a row stay two: the first becomes one that does not break, or pages would show one.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    try:
        text = str(value)
    except ValueError:  # a number of more digits than Python writes
        return ""
    text = _UNPRINTABLE.sub("", " ".join(_TAG.sub("", text).splitlines())).strip()
    if '"' in text:
        text = _DOUBLE.sub(r"\1“\2”", text)
    if "'" in text:
        text = _APOSTROPHE.sub("’", _SINGLE.sub(r"\1‘\2’", text))
    return re.sub(r"\s{2,}", "\u00a0 ", text)


def _noted(note: object) -> Iterator[tuple[str, str]]:
    """The variables in a note, up to the first line that is none; the first line may be a title."""
    for i, line in enumerate(note.splitlines() if isinstance(note, str) else []):
        found = _NOTED.fullmatch(line.strip())
        if found:
            yield found[1], found[2]
        elif i and line.strip():
            return


def _noted_name(noted: str) -> dict[str, str]:
    """`Family || Given`, or the whole name."""
    family, bars, given = (part.strip() for part in noted.partition("||"))
    return {"family": family, "given": given} if bars else {"literal": family}
