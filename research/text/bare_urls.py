"""A markdown-it plugin: `https://…` in running text becomes a link, and nothing inside it is markup.

An address ends at the first character that RFC 3986 does not allow, so Chinese text may follow without a
space; punctuation that closes the sentence is left outside.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

_SCHEME = re.compile(r"(?<![A-Za-z0-9+.-])https?$")
# No square brackets: they close the label of [https://a.b/](https://a.b/).
_REST = re.compile(r"://[A-Za-z0-9][A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]{0,4000}")
_LONGEST_SCHEME = len("https") + 1  # one more, to see that no letter stands before it


def bare_url_plugin(md: MarkdownIt) -> None:
    """Link bare http and https addresses."""
    md.inline.ruler.before("newline", "bare_url", _bare_url)


def _bare_url(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if state.linkLevel or not state.src.startswith("://", start):
        return False
    scheme = _SCHEME.search(state.src[max(0, start - _LONGEST_SCHEME) : start])
    rest = _REST.match(state.src, start, state.posMax)
    if not scheme or not rest:
        return False
    tail = _without_closing_punctuation(rest[0])
    if not silent and state.pending.endswith(scheme[0]):
        state.pending = state.pending[: -len(scheme[0])]
        _push_link(state, scheme[0] + tail)
    state.pos += len(tail)
    return True


def _without_closing_punctuation(url: str) -> str:
    """`://a.b/c).` → `://a.b/c`, but `://a.b/c_(d)` stays."""
    while url:
        unopened = url[-1] == ")" and url.count(")") > url.count("(")
        if url[-1] not in ".,;:!?'*_~" and not unopened:
            break
        url = url[:-1]
    return url


def _push_link(state: StateInline, url: str) -> None:
    state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(url)}
    state.push("text", "", 0).content = url
    state.push("link_close", "a", -1)
