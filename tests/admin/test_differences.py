"""What changed between two cells, as a person reads it."""

import pytest
from django.utils.translation import override

from research.admin.differences import LONGEST, MOST, difference, marked, names_in
from research.rows import TABLES
from tests.factories import make_organization

HAN = "".join(chr(0x4E00 + number) for number in range(2000))


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


class TestTexts:
    @pytest.mark.parametrize(
        ("old", "new", "shown"),
        [
            ("城市大脑", "城市云脑", "城市<del>大</del><ins>云</ins>脑"),
            ("a cloud city", "a cloudy city", "a <del>cloud</del><ins>cloudy</ins> city"),
            ("占 12%", "占 13%", "占 <del>12</del><ins>13</ins>%"),
            ("一", "一\n二", "一<ins>¶\n二</ins>"),
            ("", "新", "<ins>新</ins>"),
            ("旧", "", "<del>旧</del>"),
            ("同", "同", "同"),
        ],
    )
    def test_words_are_marked_whole_and_chinese_by_character(self, old, new, shown):
        assert marked(old, new) == shown

    def test_several_places_are_marked_and_what_stayed_between_is_folded(self):
        long = HAN[:200]
        text = marked(f"甲{long}乙{long}丙", f"甲{long}二{long}三")
        assert text == (
            f"…{long[-32:]}<del>乙</del><ins>二</ins>{long[:32]}…{long[-32:]}<del>丙</del><ins>三</ins>"
        )

    def test_nothing_in_a_text_is_code(self):
        text = marked("<b>&</b>", "<script>&</script>")
        assert "<b>" not in text
        assert "<script" not in text

    def test_a_long_change_says_how_much_of_it_is_not_shown(self):
        text = marked("", HAN[: LONGEST + 34])
        assert text == f"<ins>{HAN[:LONGEST]}… (34 more characters)</ins>"
        assert "(34 more characters)" in marked(HAN[: LONGEST + 34], HAN[: LONGEST + 34])

    @pytest.mark.parametrize("size", [10, 1000])
    def test_changes_that_are_not_shown_are_counted(self, size):
        """Short texts and long ones, which are compared by line first."""
        old = [f"{HAN[number : number + size]}甲" for number in range(MOST + 5)]
        text = marked("\n".join(old), "\n".join(line[:-1] + "乙" for line in old))
        assert text.count("<del>甲</del><ins>乙</ins>") == MOST
        assert "… and 5 more changes" in text

    def test_a_word_in_a_text_of_a_million_characters_is_found(self):
        lines = [f"{number}{HAN[number % 1500 :][:300]}" for number in range(3500)]
        old, changed = "\n\n".join(lines), list(lines)
        for number in (3, 1700, 3400):
            changed[number] = f"{lines[number][:150]}云{lines[number][150:]}"
        text = marked(old, "\n\n".join(changed))
        assert text.count("<ins>云</ins>") == 3
        assert "<del>" not in text
        assert len(text) < 500


class TestCells:
    def test_tags_and_sets_are_shown_by_member(self):
        assert difference(TABLES["cases"], "tags", "云; 数据", "云; 网") == (
            "云; <del>数据</del>; <ins>网</ins>"
        )
        many = "; ".join(f"t{number}" for number in range(100, 130))
        assert difference(TABLES["cases"], "tags", many, f"{many}; z") == "t100; … (28); t129; <ins>z</ins>"

    def test_an_order_that_changed_is_a_change(self):
        text = difference(TABLES["comparisons"], "criteria", "a; b; c", "b; a; c")
        assert ("<del>" in text, "<ins>" in text, text.endswith("; c")) == (True, True, True)

    def test_members_that_are_not_shown_are_counted(self):
        new = "; ".join(f"t{number}" for number in range(100, 150))
        text = difference(TABLES["cases"], "tags", "", new)
        assert (text.count("<ins>"), "and 10 more changes" in text) == (2 * MOST, True)

    def test_choices_go_by_their_labels(self):
        text = difference(TABLES["cases"], "status", "draft", "review")
        assert text == "<del>draft</del><ins>in review</ins>"

    def test_dates_and_numbers_are_marked_whole(self):
        text = difference(TABLES["notes"], "date", "2019-09-12", "2019-09-13")
        assert text == "<del>2019-09-12</del><ins>2019-09-13</ins>"

    def test_relations_go_by_name_and_what_is_gone_by_its_key(self, db, django_assert_num_queries):
        make_organization("阿里巴巴", slug="ali")
        codec, old, new = TABLES["cases"], {"organization": "ali"}, {"organization": "gone"}
        with django_assert_num_queries(1):
            names = names_in(codec, [(old, new)])
        text = difference(codec, "organization", "ali", "gone", names)
        assert text == "<del>阿里巴巴</del><ins>gone</ins>"

    def test_two_of_one_name_are_told_apart(self, db):
        make_organization("甲", slug="a")
        make_organization("甲", slug="b")
        codec, old, new = TABLES["events"], {"organizations": "a"}, {"organizations": "b"}
        names = names_in(codec, [(old, new)])
        text = difference(codec, "organizations", "a", "b", names)
        assert text == "<del>甲 (a)</del>; <ins>甲 (b)</ins>"
