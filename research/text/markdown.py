"""Markdown → safe HTML, visible text and excerpts.

The parser escapes raw HTML, images become links (the content security policy loads none from elsewhere), and
what comes out passes an allow-list once more.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote, urljoin

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from research.text.citations import Cite, Link, base_parser, cites_in, links_in
from research.text.cjk import cjk_plugin, joined
from research.text.sentences import Sentences, shortened

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "section", "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_MARK = {"class", "id", "title", "aria-label", "data-key"}
ATTRIBUTES = {
    "a": _MARK | {"href", "rel"}, "sup": _MARK, "span": _MARK | {"lang"}, "section": _MARK,
    "ol": {"start"}, "code": {"class"}, "td": {"class"}, "th": {"class"},
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}
EXCERPT_SOURCE = 20  # how many times its length of source an excerpt is taken from

_sanitizer = cache(lambda: nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None))


def render(text: str, *, cite: Callable[[list[Cite]], str], link: Callable[[Link], str]) -> str:
    """Markdown as safe HTML below a page's h1: `#` and `##` both become h2.

    `cite` and `link` return the HTML of a group of citations and of a record link. It may consist of `a`,
    `sup` and `span` with class, id, href, rel, title, data-key and aria-label; anything else is removed.
    """
    html: str = _parser().render(text, {"cite": cite, "link": link})
    return _sanitizer().clean(html)


def away(html: str, page: str) -> str:
    """Rendered HTML as it may stand elsewhere, in a feed: links lead to the site, whose address `page` is.

    Classes, ids and what else only means something on the page itself go.
    """
    kept = {"a": {"href", "rel", "title"}, "ol": {"start"}}

    def whole(tag: str, attribute: str, value: str) -> str | None:
        try:
            return urljoin(page, value) if attribute == "href" else value
        except ValueError:  # no address at all, such as http://[
            return None

    cleaner = nh3.Cleaner(
        tags=TAGS, attributes=kept, url_schemes=SCHEMES, link_rel=None, attribute_filter=whole
    )
    return cleaner.clean(html)


@cache
def _parser() -> MarkdownIt:
    md = base_parser().use(cjk_plugin)
    md.normalizeLink = _normalize_link  # type: ignore[method-assign]
    md.core.ruler.after("cjk_line_breaks", "page_rules", _page_rules)
    md.add_render_rule("cite_group", _render_cite_group)
    md.add_render_rule("record_link", _render_record_link)
    return md


def _render_cite_group(self: RendererHTML, tokens: list[Token], idx: int, options: Any, env: Any) -> str:
    return str(env["cite"](tokens[idx].meta))


def _render_record_link(self: RendererHTML, tokens: list[Token], idx: int, options: Any, env: Any) -> str:
    return str(env["link"](tokens[idx].meta))


# Some editors paste an address as a link within a link: [title]([https://a.b/](https://a.b/)).
_LINK_AS_ADDRESS = re.compile(r"\[(https?://[^\s\[\]]+)\]\(\1\)")


def _normalize_link(url: str) -> str:
    found = _LINK_AS_ADDRESS.fullmatch(url)
    return normalizeLink(found[1] if found else url)


# --- rules between parsing and rendering ---------------------------------------------------------------


def _page_rules(state: StateCore) -> None:
    for token in state.tokens:
        if token.tag == "h1":
            token.tag = "h2"
        if style := token.attrs.pop("style", ""):  # a table's columns; the page allows classes only
            token.attrs["class"] = str(style).replace("text-align:", "align-")
        if token.children:
            token.children = list(_page_inline(token.children))


def _page_inline(tokens: list[Token]) -> Iterator[Token]:
    """Images as links to them, and `rel` on links that leave the site."""
    in_link = False
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            in_link = token.type == "link_open"
            yield _with_rel(token)
        elif token.type == "image":
            yield from _image_as_link(token, in_link)
        else:
            yield token


def _image_as_link(image: Token, in_link: bool) -> Iterator[Token]:
    source = str(image.attrs.get("src", ""))
    name = _visible(image.children or []).strip() or unquote(source.rpartition("/")[2])
    label = Token("text", "", 0, content=name)
    if in_link or not source:
        yield label
        return
    title = {"title": image.attrs["title"]} if "title" in image.attrs else {}
    yield _with_rel(Token("link_open", "a", 1, attrs={"href": source, "class": "image-link", **title}))
    yield label
    yield Token("link_close", "a", -1)


def _with_rel(token: Token) -> Token:
    if re.match(r"(?:https?:)?//", str(token.attrs.get("href", ""))):
        token.attrs["rel"] = "noopener noreferrer nofollow"
    return token


# --- visible text --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """What one parse of a text finds.

    `paragraphs` is the visible text, a string for each heading, paragraph, list item, table row and block of
    code: no markup, no citations, record links as their label or slug. Empty blocks are left out.
    `sentences` has one for each of `cites`: the visible sentence that it stands in, a table's row for a cell
    that holds nothing else, empty for what is listed only. NAMED stands where the author is to be named.
    """

    paragraphs: list[str]
    cites: list[Cite]
    links: list[Link]
    sentences: list[str] = field(default_factory=list)


def read(text: str) -> Reading:
    if not _MARKUP.search(text):  # most texts of a large table have none, and parsing takes long
        return Reading(_unmarked(text), [], [])
    tokens = _parser().parse(text)
    paragraphs, cites = [paragraph for _, paragraph in _blocks(tokens)], cites_in(tokens)
    return Reading(paragraphs, cites, links_in(tokens), list(_sentences(tokens)) if cites else [])


def plain(text: str) -> list[str]:
    return read(text).paragraphs


def excerpt(text: str, limit: int = 120) -> str:
    """The beginning of the visible text without headings, at most `limit` characters, `…` where it is cut."""
    blocks = list(_blocks(_parser().parse(text[: limit * EXCERPT_SOURCE + 1000])))
    body = " ".join(paragraph for kind, paragraph in blocks if kind != "heading_open")
    body = body or " ".join(paragraph for _, paragraph in blocks)
    if len(body) <= limit:
        return body
    cut = body[: max(limit - 1, 0)]
    if body[len(cut)].isascii() and body[len(cut)].isalnum():
        cut = re.sub(r"[A-Za-z0-9]{1,20}$", "", cut) or cut  # not in the middle of a Latin word
    return cut.rstrip(" ，、；：,;:") + "…"


NEAR = 2000  # characters; more of a sentence is never shown
NAMED = "\ufffc"  # the sign for an object within a text


def _sentences(tokens: list[Token]) -> Iterator[str]:
    """The sentence of each citation, in order."""
    row = ""
    for place, token in enumerate(tokens):
        if token.type == "tr_open":
            end = next(at for at in range(place, len(tokens)) if tokens[at].type == "tr_close")
            row = next((text for _kind, text in _blocks(tokens[place : end + 1])), "")
        elif token.type == "nocite":
            yield from ("" for _cite in token.meta)
        for sentence in _sentences_of(token.children or []):
            yield sentence or shortened(row, 0)
        if token.type == "tr_close":
            row = ""


def _sentences_of(tokens: list[Token]) -> Iterator[str]:
    """Of the citations in one block."""
    places: list[tuple[int, Cite]] = []
    text = ""
    for token in tokens:
        if token.type == "cite_group":
            text = text + NAMED if token.meta[0].names_author else text.rstrip()
            places += [(len(text), cite) for cite in token.meta]
        else:
            text += _visible([token])
    sentences = Sentences(text)
    for end, cite in places:
        place = end - 1 if cite.names_author else end
        start, after = sentences.around(place, before=not cite.names_author)
        start, after = max(start, place - NEAR), min(after, end + NEAR)
        left, right = text[start:place].replace(NAMED, ""), text[end:after].replace(NAMED, "")
        named = NAMED if cite.names_author else ""
        sentence = shortened(f"{left}{named}{right}", len(left))
        yield "" if sentence == NAMED else " ".join(sentence.split())


# All that the parser might take for more than paragraphs of text, wherever it stands or at a line's start.
_MARKUP = re.compile(r"[\\`*_~\[\]<&@|\t\r\v\f\0]|://|^ {4}|^ {0,3}(?:[-+=#>]|[0-9]{1,9}[.)])", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n *\n")


def _unmarked(text: str) -> list[str]:
    """The paragraphs of a text without markup, as the parser would find them."""
    paragraphs = (_in_one_line(block.strip(" \n")) for block in _BLANK_LINES.split(text))
    return [paragraph for paragraph in paragraphs if paragraph]


def _in_one_line(block: str) -> str:
    whole, *lines = block.split("\n")
    for line in lines:
        hard, whole, line = whole.endswith("  "), whole.rstrip(" "), line.lstrip(" ")
        whole += line if not hard and joined(whole[-1:], line[:1]) else f" {line}"
    return " ".join(whole.split())


def _blocks(tokens: Iterable[Token]) -> Iterator[tuple[str, str]]:
    """(type of the opening token, visible text) of every block that shows text; a table's row is one."""
    opened = ""
    row: list[str] | None = None
    for token in tokens:
        opened = token.type if token.type in ("heading_open", "paragraph_open") else opened
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield "tr_open", " ".join(row)
            row = None
        content = _block_content(token)
        if content and row is not None:
            row.append(content)
        elif content:
            yield opened, content


def _block_content(token: Token) -> str:
    if token.type in ("fence", "code_block"):
        return token.content.strip()
    return " ".join(_visible(token.children).split()) if token.type == "inline" and token.children else ""


def _visible(tokens: list[Token]) -> str:
    """The text of inline tokens; the space before a citation goes with it."""
    parts: list[str] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "cite_group" and parts:
            parts[-1] = parts[-1].rstrip()
        elif token.type == "image":
            parts.append(_visible(token.children or []))
        elif token.content:
            parts.append(token.content)
    return "".join(parts)
