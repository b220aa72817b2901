"""What changed between two cells, as HTML for people."""

from itertools import takewhile

from django.utils.html import format_html
from django.utils.safestring import SafeString

CONTEXT = 24  # characters kept on either side of a change
LONGEST = 300  # of one side of a change


def marked(old: str, new: str) -> SafeString:
    """`new` with what went struck out and what came marked; of a long text only what surrounds the change."""
    if old == new:
        return format_html("{}", clipped(new))
    start = shared(old, new)
    end = shared(old[start:][::-1], new[start:][::-1])
    gone, come = old[start : len(old) - end], new[start : len(new) - end]
    before, after = new[:start], new[len(new) - end :]
    return format_html(
        "{}{}{}{}",
        f"…{before[-CONTEXT:]}" if len(before) > CONTEXT else before,
        format_html("<del>{}</del>", clipped(gone)) if gone else "",
        format_html("<ins>{}</ins>", clipped(come)) if come else "",
        f"{after[:CONTEXT]}…" if len(after) > CONTEXT else after,
    )


def shared(one: str, other: str) -> int:
    """How many characters the two begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def clipped(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
