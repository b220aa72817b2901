"""Citations in Pandoc's syntax, references that are listed only, and links to records.

`[@key]`, `[见 @a pp. 3-5; @b, 第12页]`, `[-@key]`, `@key`, `@{any key}`: https://pandoc.org/MANUAL.html#citation-syntax.
`<!-- nocite: [@a; @b, p. 6] -->` on lines of its own lists references that the text does not cite in place.
`[[slug]]`, `[[slug|label]]` and `[[table/slug]]` link records.

All of it is markdown-it rules, so code, links and e-mail addresses are never taken for citations. A key in
running text that begins in Latin ends before Han; a Chinese one goes on: `@{刘松2018}认为`, or a space.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from research.text.bare_urls import bare_url_plugin

MAX_NESTING = 40  # a list item is two levels deep; what is deeper than this is not read


@dataclass(frozen=True)
class Cite:
    """One cited source. `locator` is all that follows the key: `p. 6`, `第12页`."""

    key: str
    locator: str
    prefix: str = ""
    suppress_author: bool = False
    listed_only: bool = False


@dataclass(frozen=True)
class Link:
    """A link to a record by its slug; without a table, the slug alone must tell."""

    slug: str
    table: str = ""
    label: str = ""


def find_cites(text: str) -> list[Cite]:
    """All citations in a Markdown text, in order of appearance."""
    return cites_in(_parser().parse(text)) if "@" in text else []


def cites_in(tokens: Iterable[Token]) -> list[Cite]:
    found = (token for token in _leaves(tokens) if token.type in ("cite_group", "nocite"))
    return [cite for token in found for cite in token.meta]


def links_in(tokens: Iterable[Token]) -> list[Link]:
    return [token.meta for token in _leaves(tokens) if token.type == "record_link"]  # type: ignore[misc]


def find_links(text: str) -> list[Link]:
    """All links to records in a Markdown text, in order of appearance."""
    return links_in(_parser().parse(text)) if "[[" in text else []


def split_nocite(text: str) -> tuple[str, list[list[Cite]]]:
    """The text before the nocite comment that ends it, and the comment's citations, a list for each `[…]`.

    A text that ends otherwise comes back whole, without a list.
    """
    tokens = _parser().parse(text) if "nocite" in text else []
    if not tokens or tokens[-1].type != "nocite":
        return text, []
    comment, lines = tokens[-1], re.sub("\r\n?", "\n", text).split("\n")
    first, after = comment.map or (0, 0)
    if any(line.strip() for line in lines[after:]):  # a link's definition, which leaves no token
        return text, []
    cites = [
        _cites_in(group, listed_only=True) for group in _LISTED.findall(comment.content) or [comment.content]
    ]
    return "\n".join(lines[:first]), [group for group in cites if group]


def keys_at(text: str, at: int) -> list[tuple[str, int]]:
    """What the @ at this place would cite, (key, place of its first character): in brackets, in running text.

    Which of the two it is, and whether it is a citation at all, only the parser knows.
    """
    found = (pattern.match(text, at) for pattern in (_CITED, _IN_TEXT))
    return [(key := _key(cited), text.index(key, at)) for cited in found if cited]


def link_at(text: str, at: int) -> tuple[Link, int] | None:
    """The link that the `[[` at this place would be, and the place of its slug's first character."""
    found = _RECORD.match(text, at)
    if not found or not found[2].strip():
        return None
    return _linked(found), text.index(found[2].strip(), found.start(2))


def base_parser() -> MarkdownIt:
    """CommonMark without raw HTML; tables, ~~strikethrough~~, bare addresses, citations and record links."""
    md = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING, "xhtmlOut": False})
    return md.enable(["table", "strikethrough"]).use(bare_url_plugin).use(citation_plugin)


def citation_plugin(md: MarkdownIt) -> None:
    """Add the rules. Their tokens: `cite_group`, `nocite` (meta: list[Cite]); `record_link` (meta: Link)."""
    md.inline.ruler.before("link", "record_link", _record_link)
    md.inline.ruler.before("link", "cite_group", _cite_group)
    md.inline.ruler.before("link", "cite_in_text", _cite_in_text)
    terminates: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    md.block.ruler.before("heading", "nocite", _nocite, terminates)


_parser = cache(base_parser)


def _leaves(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or [token]


# --- what stands between the brackets ------------------------------------------------------------------

# "starts with a letter, digit, or _, and contains only alphanumerics and single internal punctuation"
_KEY = r"@(?:\{(?P<braced>[^{}\n]+)\}|(?P<bare>\w+(?:[:.#$%&\-+?<>~/]\w+)*))"
# No letter, digit or part of an address before the @, but Chinese text needs no space there.
_START = r"(?<![A-Za-z0-9_À-ɏ/\\@.=&%+])"
_CITED = re.compile(rf"{_START}(?P<minus>-)?{_KEY}")
# In running text a key that begins in Latin ends before Han: nobody sets a space in `如 @bcg2017认为`.
_KEY_IN_TEXT = _KEY.replace("(?P<bare>", r"(?P<bare>(?a:\w+(?:[:.#$%&\-+?<>~/]\w+)*)(?![A-Za-z0-9_À-ɏ])|")


def _cites_in(body: str, *, listed_only: bool = False) -> list[Cite]:
    """The citations in `见 @a pp. 3-5; @b, 第12页`; empty if no key is there."""
    found = list(_CITED.finditer(body))
    if not found:
        return []
    between = [_split_gap(body[a.end() : b.start()]) for a, b in pairwise(found)]
    prefixes = [body[: found[0].start()], *(prefix for _, prefix in between)]
    locators = [*(locator for locator, _ in between), body[found[-1].end() :]]
    return [
        Cite(_key(cited), _tidy(locator), _tidy(prefix), bool(cited["minus"]), listed_only)
        for cited, locator, prefix in zip(found, locators, prefixes, strict=True)
    ]


def _key(cited: re.Match[str]) -> str:
    return (cited["braced"] or cited["bare"]).strip()


def _split_gap(gap: str) -> tuple[str, str]:
    """The text between two keys: the locator of the first, then the prefix of the second."""
    cut = max(gap.rfind(";"), gap.rfind("；"))
    if cut < 0:
        cut = max(gap.rfind(","), gap.rfind("，"), gap.rfind("、"))
    return gap[: cut + 1], gap[cut + 1 :]


def _tidy(part: str) -> str:
    return " ".join(part.split()).strip(" ,，、;；")


# --- inline rules --------------------------------------------------------------------------------------

# Braces may hold brackets: [@{https://a.b/[1]}]. `*+` never goes back, so a stray bracket costs no time.
_GROUP = re.compile(r"\[((?:@\{[^{}\n]*\}|[^\[\]`])*+)\](?!\()")
_IN_TEXT = re.compile(
    rf"{_START}(?P<minus>-)?{_KEY_IN_TEXT}" + r"(?:[ ]?\[(?P<locator>[^\[\]@`\n]{1,80})\](?![(\[:]))?"
)
_RECORD = re.compile(r"\[\[(?:([a-z]{1,40})/)?([^\[\]|\n@]{1,200})(?:\|([^\[\]\n]{1,200}))?\]\]")


def _cite_group(state: StateInline, silent: bool) -> bool:
    """`[见 @a pp. 3-5; @b, 第12页]`, unless `(` follows: that is a link."""
    if state.linkLevel or state.src[state.pos] != "[":
        return False
    found = _GROUP.match(state.src, state.pos, state.posMax)
    cites = _cites_in(found[1]) if found and "@" in found[1] else []
    if not found or not cites:
        return False
    if not silent:
        _push(state, "cite_group", cites)
    state.pos = found.end()
    return True


def _cite_in_text(state: StateInline, silent: bool) -> bool:
    """`@key` or `-@key`, and `@key [p. 6]` with its locator."""
    if state.linkLevel or state.src[state.pos] not in "@-":
        return False
    found = _IN_TEXT.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        cite = Cite(_key(found), _tidy(found["locator"] or ""), suppress_author=bool(found["minus"]))
        _push(state, "cite_group", [cite])
    state.pos = found.end()
    return True


def _record_link(state: StateInline, silent: bool) -> bool:
    if state.linkLevel or not state.src.startswith("[[", state.pos):
        return False
    found = _RECORD.match(state.src, state.pos, state.posMax)
    if not found or not found[2].strip():
        return False
    if not silent:
        _push(state, "record_link", _linked(found))
    state.pos = found.end()
    return True


def _linked(found: re.Match[str]) -> Link:
    return Link(slug=found[2].strip(), table=found[1] or "", label=(found[3] or "").strip())


def _push(state: StateInline, kind: str, meta: list[Cite] | Link) -> None:
    token = state.push(kind, "", 0)
    token.content = (meta.label or meta.slug) if isinstance(meta, Link) else ""
    token.meta = meta  # type: ignore[assignment]


# --- the block rule ------------------------------------------------------------------------------------

_NOCITE = re.compile(r"<!--\s*nocite:(.*)-->", re.DOTALL)
_LISTED = re.compile(r"\[((?:@\{[^{}\n]*\}|[^\[\]])*)\]")


def _nocite(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A comment `<!-- nocite: … -->` that fills its lines. It has no renderer: it is never shown."""
    if state.is_code_block(start_line):
        return False
    after = _end_of_comment(state, start_line, end_line)
    if not after:
        return False
    found = _NOCITE.fullmatch(state.getLines(start_line, after, state.blkIndent, False).strip())
    if not found:
        return False
    if not silent:
        token = state.push("nocite", "", 0)
        token.map = [start_line, after]
        token.hidden, token.content = True, found[1]
        token.meta = _cites_in(re.sub(r"[\[\]]", ";", found[1]), listed_only=True)  # type: ignore[assignment]
        state.line = after
    return True


def _end_of_comment(state: StateBlock, start_line: int, end_line: int) -> int:
    """The line after the one that closes the comment opening here; 0 if none opens or none closes."""
    indent = min(state.blkIndent, state.sCount[start_line])  # less is outside of the list item it stands in
    for line in range(start_line, end_line):
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
        outside = text and state.sCount[line] < indent
        if outside or text.startswith("<!--") != (line == start_line):
            return 0
        if "-->" in text:
            return line + 1
    return 0
