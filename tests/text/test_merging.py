"""Three-way merge of texts: nothing that either wrote is lost, and nobody is asked without need."""

from hypothesis import given
from hypothesis import strategies as some

from research.text.comparing import differences, words
from research.text.merging import Hunk, merge_sets, merge_text

TEXTS = some.lists(some.sampled_from(["甲", "乙", "丙", "", "- 丁"]), max_size=8).map("\n".join)
NOTE = "# 产业互联网\n\n阿里的第一段。\n\n腾讯的第二段。\n\n结论。"


def text_of(parts, choice="theirs"):
    return "".join(part if isinstance(part, str) else getattr(part, choice) for part in parts)


class TestItWorks:
    def test_changes_of_different_paragraphs_stand_together(self):
        theirs, mine = NOTE.replace("第一段", "首段"), NOTE.replace("结论。", "结论改了。")
        assert merge_text(NOTE, theirs, mine) == [theirs.replace("结论。", "结论改了。")]

    def test_the_same_paragraph_is_to_be_chosen_and_the_rest_is_not(self):
        theirs, mine = NOTE.replace("第一段", "首段"), NOTE.replace("第一段", "开头") + "\n\n附言。"
        before, hunk, after = merge_text(NOTE, theirs, mine)
        assert hunk == Hunk("阿里的第一段。", "阿里的首段。", "阿里的开头。")
        assert (before, after) == ("# 产业互联网\n\n", "\n\n腾讯的第二段。\n\n结论。\n\n附言。")

    def test_a_paragraph_added_below_does_not_touch_the_last_one(self):
        assert merge_text("一\n\n二", "一\n\n贰", "一\n\n二\n\n三") == ["一\n\n贰\n\n三"]

    def test_empty_texts(self):
        assert merge_text("", "", "") == [""]
        assert merge_text("", "甲", "乙") == [Hunk("", "甲", "乙")]

    def test_both_adding_at_the_same_place_is_to_be_chosen(self):
        assert merge_text("一", "一\n\n二", "一\n\n三") == ["一\n", Hunk("", "\n二", "\n三")]

    def test_deleting_what_the_other_changed_is_to_be_chosen(self):
        assert merge_text("一\n二\n三", "一\n三", "一\n贰\n三") == ["一\n", Hunk("二\n", "", "贰\n"), "三"]

    def test_sets_need_no_choice(self):
        assert merge_sets(["云", "端"], ["云", "端", "网"], ["云", "芯"]) == ["云", "网", "芯"]


class TestAlways:
    @given(TEXTS, TEXTS)
    def test_what_only_one_changed_is_taken(self, base, changed):
        assert text_of(merge_text(base, changed, base)) == changed
        assert text_of(merge_text(base, base, changed)) == changed
        assert text_of(merge_text(base, changed, changed)) == changed

    @given(TEXTS, TEXTS, TEXTS)
    def test_choosing_one_side_everywhere_keeps_each_of_its_new_lines(self, base, theirs, mine):
        parts = merge_text(base, theirs, mine)
        for side, text in (("theirs", theirs), ("mine", mine)):
            chosen = text_of(parts, side).split("\n")
            new = [line for line in text.split("\n") if line and line not in base.split("\n")]
            assert all(line in chosen for line in new)

    @given(TEXTS, TEXTS, TEXTS)
    def test_the_two_sides_are_treated_alike(self, base, theirs, mine):
        one, other = merge_text(base, theirs, mine), merge_text(base, mine, theirs)
        assert text_of(one, "theirs") == text_of(other, "mine")

    @given(some.text(max_size=60), some.text(max_size=60))
    def test_differences_give_back_both_texts(self, old, new):
        found = list(differences(old, new))
        assert "".join(text for kind, text in found if kind <= 0) == old
        assert "".join(text for kind, text in found if kind >= 0) == new


def test_words_are_marked_whole_and_chinese_by_character():
    assert words("阿里云 ET大脑 45.5%") == ["阿", "里", "云", " ", "ET", "大", "脑", " ", "45", ".", "5", "%"]
    assert list(differences("第 12 页 page", "第 13 页 pages")) == [
        *((0, "第 "), (-1, "12"), (1, "13"), (0, " 页 "), (-1, "page"), (1, "pages"))
    ]
