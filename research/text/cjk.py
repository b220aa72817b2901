"""A markdown-it plugin for text without spaces between words: emphasis and line breaks beside CJK characters.

CommonMark decides by the neighbours of `**` whether it opens or closes, and takes `。**在` for an opening run
(https://github.com/commonmark/commonmark-spec/issues/650). The amended rules used here are those of
https://github.com/tats-u/markdown-cjk-friendly (specification.md): CJK punctuation counts as a letter, and
other punctuation beside a CJK character as if a space stood there. Text without CJK reads as before.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_SHARED_PUNCTUATION = frozenset("“”‘’—…·")  # wide in Chinese text, narrow elsewhere: their neighbours decide


@lru_cache(maxsize=4096)
def is_cjk(character: str) -> bool:
    """Whether this is a Han character, kana, Hangul, or punctuation made for them.

    Source: UAX #11, East_Asian_Width W, F or H, without the emoji among them.
    """
    code = ord(character)
    emoji = not (0x1100 <= code < 0x1200 or 0x2E80 <= code < 0x1F000 or code >= 0x20000)
    return not emoji and unicodedata.east_asian_width(character) in "WFH"


def is_hangul(character: str) -> bool:
    """Korean is written with spaces between words."""
    return is_cjk(character) and unicodedata.name(character, "").startswith(("HANGUL", "HALFWIDTH HANGUL"))


def cjk_plugin(md: MarkdownIt) -> None:
    """Amend the rules for emphasis and strikethrough, and drop soft line breaks between CJK characters."""

    def parse(src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _CjkState(src, md, env, tokens)
        md.inline.tokenize(state)
        for rule in md.inline.ruler2.getRules(""):
            rule(state)
        return state.tokens

    # The parser names its state class in this one method; there is no other place to give it another.
    md.inline.parse = parse  # type: ignore[method-assign]
    md.core.ruler.after("inline", "cjk_line_breaks", _drop_line_breaks)


class _CjkState(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """Whether the run of `*` or `~` at `start` can open, can close; its length. `_` stays as it is."""
        plain = super().scanDelims(start, canSplitWord)
        end = start + plain.length
        before = self.src[start - 1] if start > 0 else " "
        after = self.src[end] if end < self.posMax else " "
        if not canSplitWord or not (is_cjk(before) or is_cjk(after)):
            return plain
        return Scanned(_faces(after, before), _faces(before, after), plain.length)


def _faces(inner: str, outer: str) -> bool:
    """Whether a run between two characters can enclose the inner one (left-flanking, or its mirror image)."""
    if isWhiteSpace(ord(inner)):
        return False
    if is_cjk(inner) or not _is_punctuation(inner):
        return True
    return isWhiteSpace(ord(outer)) or _is_punctuation(outer) or is_cjk(outer)


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _drop_line_breaks(state: StateCore) -> None:
    for token in state.tokens:
        if token.children:
            token.children = _without_line_breaks(token.children)


def _without_line_breaks(tokens: Sequence[Token]) -> list[Token]:
    """A soft break between two wide characters is nothing (CSS Text 3, "Segment Break Transformation")."""
    visible = [_visible(token) for token in tokens]
    befores = list(accumulate((text[-1:] for text in visible), _newest, initial=""))
    afters = list(accumulate((text[:1] for text in reversed(visible)), _newest, initial=""))[::-1]
    return [
        token
        for i, token in enumerate(tokens)
        if token.type != "softbreak" or not joined(befores[i], afters[i + 1])
    ]


def _newest(seen: str, new: str) -> str:
    return new or seen


def _visible(token: Token) -> str:
    """What a token shows; a citation mark shows nothing of its own, it hangs on the word before it."""
    return "\n" if token.type == "hardbreak" else token.content


def joined(before: str, after: str) -> bool:
    """Whether a soft line break between the two characters is nothing."""
    if not before or not after or is_hangul(before) or is_hangul(after):
        return False
    wide = is_cjk(before), is_cjk(after)
    return all(wide) or (any(wide) and not _SHARED_PUNCTUATION.isdisjoint((before, after)))
