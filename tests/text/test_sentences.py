"""The sentences of a text, the one around a place, and names as a running text has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.text.markdown import NAMED, read
from research.text.names import short_authors
from research.text.sentences import Sentences, shortened


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("甲。乙！丙？丁", ["甲。", "乙！", "丙？", "丁"]),
        ("真的？！是。", ["真的？！", "是。"]),
        ("他说：“甲。乙。”丙。", ["他说：“甲。乙。”", "丙。"]),
        ("他说“甲”和「乙。丙」。丁", ["他说“甲”和「乙。丙」。", "丁"]),
        ("（见前。）甲。", ["（见前。）甲。"]),
        ("“未完。乙。", ["“未完。", "乙。"]),
        ("It grew 3.5 times. Then J. Smith left, e.g. home. End", None),
        ("See Fig. 3 of Li et al. Next.", ["See Fig. 3 of Li et al. Next."]),
        ("a.b.c v1.2 http://x.y.", ["a.b.c v1.2 http://x.y."]),
        ("", []),
    ],
)
def test_where_sentences_end(text, sentences):
    wanted = sentences or ["It grew 3.5 times.", " Then J. Smith left, e.g. home.", " End"]
    found, start = [], 0
    while start < len(text):
        _start, end = Sentences(text).around(start)
        found.append(text[start:end])
        start = end
    assert found == ([] if not text else wanted)


@given(st.text(alphabet="甲。！.?“”（） aB3", max_size=40), st.integers(0, 40), st.booleans())
def test_a_place_lies_in_its_sentence(text, place, before):
    place = min(place, len(text))
    start, end = Sentences(text).around(place, before=before)
    assert 0 <= start <= place <= end <= len(text)


@given(st.text(alphabet="甲。 aB", max_size=90), st.integers(0, 90))
def test_what_is_shortened_is_short_and_says_so(text, place):
    found = shortened(text, min(place, len(text)), 20)
    assert len(found) <= 20
    assert found.strip("…").strip() in text
    assert len(text.strip()) > 20 or found == text.strip()


def test_a_word_is_not_cut():
    words = " ".join(f"word{number}" for number in range(100))
    found = shortened(words, 300, 60)
    assert set(found.strip("…").split()) <= set(words.split())


@given(st.lists(st.sampled_from(["甲[@a]。", "@b 说", "\n\n", "- [@c]\n", "| x | [@d] |\n", "`[@e]`", "“"])))
def test_every_citation_has_its_sentence(parts):
    found = read("".join(parts))
    assert len(found.sentences) == len(found.cites)
    assert all(sentence.count(NAMED) <= 1 for sentence in found.sentences)
    assert not any(f"@{key}" in sentence for sentence in found.sentences for key in "abcd")


def test_many_citations_in_one_long_paragraph_take_no_long_time():
    """In time in proportion: of a quarter of a million characters with 5,000 marks each still has its own."""
    found = read(
        "".join(f"第{number}句很长很长的话（其中“有引文。”）[@k{number}]。" for number in range(5000))
    )
    assert found.sentences[4321].startswith("第4321句")


@pytest.mark.parametrize(
    ("authors", "short"),
    [
        ("刘松", "刘松"),
        ("刘, 松", "刘松"),
        ("刘松; 李四", "刘松和李四"),
        ("刘松; 李四; Miller, Ann", "刘松等"),
        ("Miller, Ann", "Miller"),
        ("van Gogh, V.; Li, Bo", "van Gogh and Li"),
        ("Miller, Ann; Li, Bo; Wu, C", "Miller et al."),
        ("{Alibaba Cloud, Inc.; China}", "Alibaba Cloud, Inc.; China"),
        ("中国造纸学会", "中国造纸学会"),
        ("刘松; others", "刘松等"),
        ("Humboldt, Alexander von; others", "Humboldt et al."),
        ("others", ""),
        ("；; ", ""),
        ("", ""),
    ],
)
def test_authors_in_running_text(authors, short):
    assert short_authors(authors) == short
