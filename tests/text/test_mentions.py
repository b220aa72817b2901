"""Whom a text calls by `@name`."""

import pytest

from research.text import mentions

NAMES = ["liu", "li", "刘伟", "刘伟民", "anna.k", "x@y"]


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@liu 请看", ["liu"]),
        ("请@刘伟看一下", ["刘伟"]),
        ("请@刘伟民看一下", ["刘伟民"]),
        ("＠Liu，@li。", ["liu", "li"]),
        ("(@anna.k)", ["anna.k"]),
        ("@anna.k.", ["anna.k"]),
        ("@x@y 与 @liu@li", ["x@y", "liu"]),
        ("写信到 me@liu", []),
        ("@liuu @lix @nobody", []),
        ("没有谁", []),
        ("@", []),
    ],
)
def test_names(text, called):
    assert [name for _start, _end, name in mentions.find(text, NAMES)] == called


def test_where_they_stand():
    text = "请@刘伟民看"
    ((start, end, _name),) = mentions.find(text, NAMES)
    assert text[start:end] == "@刘伟民"
