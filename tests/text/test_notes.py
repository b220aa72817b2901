"""A team's note as Markdown: what its lists become, what stays in the text, and that nothing is dropped."""

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research.text.notes import ParsedNote, cite_labels, parse_note, write_note
from tests.text import hostile

SEED = Path(__file__).parents[1] / "data" / "阿里-产业互联网-190912.md"


def note(text: str, name: str = "云-概览-190912.md") -> ParsedNote:
    return parse_note(text, name)


def references(text: str) -> list[tuple[str, str]]:
    return [(found.title, found.url) for group in note(text).references for found in group]


class TestTheSeed:
    def test_everything_is_found(self) -> None:
        seed = parse_note(SEED.read_text(encoding="utf-8"), SEED.name)
        assert (seed.title, seed.slug, seed.date) == (SEED.stem, SEED.stem, dt.date(2019, 9, 12))
        assert [len(group) for group in seed.references] == [3, 6]
        assert [len(seed.todos), len(seed.changelog), seed.kept] == [3, 1, []]
        assert seed.body.startswith("## 产业互联网的定义\n\n产业互联网是相对于")
        assert seed.body.endswith("智能互联网的投入和建设。")

    def test_it_comes_back_but_for_three_links(self) -> None:
        before = SEED.read_text(encoding="utf-8").split("\n")
        after = write_note(parse_note("\n".join(before), SEED.name)).split("\n")
        repaired = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
        assert len(repaired) == 3
        assert all(old == re.sub(r"\((.*)\)$", r"([\1](\1))", new) for old, new in repaired)


class TestTitle:
    @pytest.mark.parametrize(
        ("text", "title"),
        [
            ("云-概览-190912\n\n正文", "云-概览-190912"),
            ("# 云的概览\n正文", "云的概览"),
            ("#云的概览 #\n\n正文", "云的概览"),
            ("云的概览\n====\n\n正文", "云的概览"),
            ("---\ntitle: 云的概览\n---\n正文", "云的概览"),
            ("---\ntitle: 云的概览\n---\n# 云的概览\n正文", "云的概览"),
            ("正文", "云-概览-190912"),
        ],
    )
    def test_it_stands_first_in_front_matter_or_in_the_name(self, text: str, title: str) -> None:
        found = note(text)
        assert (found.title, found.body, found.slug) == (title, "正文", "云-概览-190912")
        assert found.date == dt.date(2019, 9, 12)

    def test_a_first_sentence_is_not_a_title(self) -> None:
        assert note("云计算兴起。\n\n正文").body == "云计算兴起。\n\n正文"

    def test_a_name_becomes_a_slug(self) -> None:
        assert note("正文", "folder/云 概览 (2).md").slug == "云-概览-2"


class TestFrontMatter:
    def test_title_date_and_tags(self) -> None:
        found = note('---\ntitle: "云：概览"\ndate: 2019-10-01\ntags: [云, "a, b"]\n---\n\n正文')
        assert (found.title, found.date, found.tags) == ("云：概览", dt.date(2019, 10, 1), ["云", "a, b"])

    def test_a_list_may_stand_on_lines(self) -> None:
        assert note("---\ntags:\n  - 云\n  - 数据\n---\n正文").tags == ["云", "数据"]

    def test_other_keys_stay_in_the_text(self) -> None:
        assert note("---\nauthor: 张三\ntitle: 题\n---\n正文").body == "author: 张三\n\n正文"

    @pytest.mark.parametrize(
        "text", ["---\na:\n    b:\n      c: d\n---\n正文", "---\n正文", "---\n---\n正文"]
    )
    def test_what_is_not_simple_stays_as_it_is(self, text: str) -> None:
        assert note(text).body == text


class TestToDos:
    @pytest.mark.parametrize(
        "heading",
        [
            "## TO DO",
            "# TODO",
            "###待办",
            "## 待办事项：",
            "**TODO**",
            "待办：",
            "## 五、待办",
            "## To-Do ##",
            "TODO",
        ],
    )
    def test_under_any_of_its_headings(self, heading: str) -> None:
        found = note(f"正文\n\n{heading}\n\n- 查数据\n* 画图\n1. 写完\n")
        assert [todo.text for todo in found.todos] == ["查数据", "画图", "写完"]
        assert found.body == "正文"

    def test_boxes_say_what_is_done_also_in_the_text(self) -> None:
        found = note("前文\n\n- [ ] 查数据\n- [x] 画图\n\n后文\n\n## TODO\n- [X] 写完\n")
        assert [(todo.text, todo.done) for todo in found.todos] == [
            ("查数据", False),
            ("画图", True),
            ("写完", True),
        ]
        assert found.body.split() == ["前文", "后文"]

    def test_an_item_spans_lines_and_holds_a_list(self) -> None:
        text = "- 查数据\n  来源：年报\n  - 2017\n  - 2018\n- 画图"
        found = note(f"正文\n\n## TODO\n\n{text}")
        assert [todo.text for todo in found.todos] == ["查数据\n来源：年报\n- 2017\n- 2018", "画图"]
        assert text in write_note(found)

    def test_prose_among_them_stays_in_the_text(self) -> None:
        found = note("正文\n\n## TODO\n\n以下待查：\n\n- 查数据\n")
        assert (found.body, [todo.text for todo in found.todos]) == ("正文\n\n以下待查：", ["查数据"])
        assert found.kept == [(5, "以下待查：")]

    def test_a_section_without_items_stays_whole(self) -> None:
        assert note("## TODO\n\n暂无\n\n### 一\n\n- 查").body == "## TODO\n\n暂无\n\n### 一\n\n- 查"

    def test_code_is_no_heading_and_no_box(self) -> None:
        text = "```\n## TODO\n- [ ] x\n```\n正文"
        assert (note(text).body, note(text).todos) == (text, [])


class TestReferences:
    @pytest.mark.parametrize("heading", ["## 参考文献", "# 参考资料", "### References", "参考：", "**参考**"])
    def test_under_any_of_its_headings(self, heading: str) -> None:
        assert references(f"正文\n\n{heading}\n- [题](http://a.b/c)") == [("题", "http://a.b/c")]

    @pytest.mark.parametrize(
        ("item", "title", "url"),
        [
            ("- [题]([http://a.b/c](http://a.b/c))", "题", "http://a.b/c"),
            ("- ［题］（http://a.b/c）", "题", "http://a.b/c"),
            ("- 【题】(http://a.b/c)", "题", "http://a.b/c"),
            ("- [题] (http://a.b/c)", "题", "http://a.b/c"),
            ("- [[M] 题](http://a.b/c_(d))", "[M] 题", "http://a.b/c_(d)"),
            ('- [题](<http://a.b/c d> "t")', "题", "http://a.b/c d"),
            ("- [《题》](http://a.b/)——BCG", "《题》——BCG", "http://a.b/"),
            ("- http://a.b/c", "http://a.b/c", "http://a.b/c"),
            ("http://a.b/c。", "http://a.b/c", "http://a.b/c"),
            ("- <http://a.b/c>", "http://a.b/c", "http://a.b/c"),
            ("- 题：http://a.b/c", "题", "http://a.b/c"),
            ("- 题 (http://a.b/c)", "题", "http://a.b/c"),
            ("- 题\n  http://a.b/c", "题", "http://a.b/c"),
            ("题\nhttp://a.b/c", "题", "http://a.b/c"),
            ("1. 张三. 题[M]. 北京, 2018.", "张三. 题[M]. 北京, 2018.", ""),
            ("[1] 张三. 题", "张三. 题", ""),
            ("[^1]: [题](http://a.b/c)", "题", "http://a.b/c"),
            ("- [题](./c.pdf)", "[题](./c.pdf)", ""),
        ],
    )
    def test_forms_of_an_item(self, item: str, title: str, url: str) -> None:
        assert references(f"## 参考文献\n\n{item}\n") == [(title, url)]

    def test_blank_lines_make_groups(self) -> None:
        found = note("## 参考\n\n- 甲\n- 乙\n\n- 丙\n")
        assert [[one.title for one in group] for group in found.references] == [["甲", "乙"], ["丙"]]
        assert "- 甲\n- 乙\n\n- 丙" in write_note(found)

    def test_plain_lines_are_items(self) -> None:
        text = "## 参考资料\n\n以下来自网络：\n\nhttp://a.b/1\nhttp://a.b/2\n《白皮书》\n第二行"
        assert [title for title, _url in references(text)] == [
            "http://a.b/1",
            "http://a.b/2",
            "《白皮书》 第二行",
        ]
        assert note(text).body == "以下来自网络："

    def test_a_place_is_kept(self) -> None:
        found = note("## 参考\n\n- [题](http://a.b/), p. 6\n")
        assert (found.references[0][0].title, found.references[0][0].locator) == ("题", "p. 6")
        assert "- [题](http://a.b/), p. 6" in write_note(found)

    def test_footnotes_with_an_address_stand_anywhere(self) -> None:
        found = note("见此[^1]，另见[^2]。\n\n[^1]: 题 http://a.b/c\n[^2]: 一句解释\n")
        assert [one.label for one in found.references[0]] == ["^1"]
        assert found.body == "见此[^1]，另见[^2]。\n\n[^2]: 一句解释"
        assert cite_labels(found.body, {"^1": "ab"}) == "见此[@ab]，另见[^2]。\n\n[^2]: 一句解释"

    def test_labels_are_cited_only_where_they_are_labels(self) -> None:
        text = "见[1]；a[1]、[1](http://a.b/)\n```\n[1]\n```"
        assert cite_labels(text, {"1": "ab"}) == "见[@ab]；a[1]、[1](http://a.b/)\n```\n[1]\n```".replace(
            "；", "；"
        )


class TestChangelog:
    @pytest.mark.parametrize(
        ("item", "stamp", "day", "kind", "summary"),
        [
            ("- 190912 add", "190912", "2019-09-12", "add", ""),
            ("- 190912", "190912", "2019-09-12", "—", ""),
            ("- 190912: add 第一稿", "190912", "2019-09-12", "add", "第一稿"),
            ("- 2019-09-12 修订：补数据", "2019-09-12", "2019-09-12", "修订", "补数据"),
            ("- 2019年9月12日，改错字", "2019年9月12日", "2019-09-12", "改错字", ""),
            ("- **2019/9/12** fix", "2019/9/12", "2019-09-12", "fix", ""),
            ("- 190912-190915 add", "190912-190915", "2019-09-12", "add", ""),
            ("- 190912~15 add", "190912~15", "2019-09-12", "add", ""),
            ("- 2019-09-12 至 2019-09-15 add", "2019-09-12 至 2019-09-15", "2019-09-12", "add", ""),
            ("190912 add", "190912", "2019-09-12", "add", ""),
            ("- 190912 add\n  - 甲\n  - 乙", "190912", "2019-09-12", "add", "- 甲\n- 乙"),
        ],
    )
    def test_forms_of_an_entry(self, item: str, stamp: str, day: str, kind: str, summary: str) -> None:
        (entry,) = note(f"正文\n\n## changelog\n\n{item}\n").changelog
        assert (entry.stamp, str(entry.date), entry.kind, entry.summary) == (stamp, day, kind, summary)

    def test_several_entries_under_a_chinese_heading(self) -> None:
        text = "## 更新日志\n- 190912 add\n- 190913 fix\n\n## 修订记录\n- 191001 revise"
        assert [entry.kind for entry in note(text).changelog] == ["add", "fix", "revise"]

    def test_what_has_no_date_stays_in_the_text(self) -> None:
        found = note("## changelog\n- 190912 add\n- 改错字\n- 191332 fix")
        assert (len(found.changelog), found.body) == (1, "- 改错字\n\n- 191332 fix")


class TestWriting:
    def test_sections_in_any_order_are_written_in_the_team_s(self) -> None:
        text = (
            "## changelog\n- 190912 add\n\n## 参考\n- 甲\n\n## 正题\n\n正文\n\n## TODO\n- 查\n\n## 尾声\n\n完"
        )
        written = write_note(note(text))
        headings = [line for line in written.split("\n") if line.startswith("#")]
        assert headings == ["## 正题", "## 尾声", "## TO DO", "## 参考文献", "## changelog"]

    @pytest.mark.parametrize(
        "text",
        [
            "---\nslug: 云\ndate: 2019-10-01\ntags: [云, 数据]\n---\n\n# 云的概览\n\n正文",
            "云-概览-190912\n\n正文\n\n## TO DO\n\n- [x] 查\n- 画\n\n## changelog\n\n- 190912\n- 190913 fix",
            "云-概览-190912\n\n## 参考文献\n\n- http://a.b/\n- 《书》\n\n- [题](<http://a.b/c d>)",
        ],
    )
    def test_what_is_written_is_read_the_same(self, text: str) -> None:
        assert write_note(note(text)) == text
        assert write_note(note(write_note(note(text)))) == text


# --- nothing is dropped ------------------------------------------------------------------------------------

WORDS = st.text("云数据ab12 .,，。:：()[]（）《》-*#>`~^@!|", min_size=1, max_size=12)
LINES = st.one_of(
    st.sampled_from(
        ["", "", "## TO DO", "参考文献", "## changelog", "**待办**", "```", "---", "# 题", "tags: a"]
    ),
    st.builds("- {}".format, WORDS),
    st.builds("- [ ] {}".format, WORDS),
    st.builds("  {}".format, WORDS),
    st.builds("190912 {}".format, WORDS),
    st.builds("- 2019-09-12 {}".format, WORDS),
    st.builds("- [{}](http://a.b/{})".format, WORDS, st.sampled_from(["", "c", "c_(d)"])),
    st.builds("[^1]: 《{}》 http://a.b".format, WORDS),
    WORDS,
)


HEADINGS = {"TODO", "参考文献", "changelog", "待办", "tags"}


def words(text: str) -> str:
    """Letters and digits; the rest is how they are set."""
    return "".join(re.findall(r"[^\W_]", text))


@given(st.lists(LINES, max_size=25))
@settings(max_examples=400)
def test_every_line_stands_in_the_text_or_in_a_part(lines: list[str]) -> None:
    found = note("\n".join(lines))
    parts = [found.title, found.body, *found.tags, *(todo.text for todo in found.todos)]
    for group in found.references:
        parts += [f"{one.label} {one.title} {one.url} {one.locator}" for one in group]
    parts += [f"{entry.stamp} {entry.kind} {entry.summary}" for entry in found.changelog]
    everything = words("".join(parts))
    for line in lines:
        if words(line) not in HEADINGS:
            lost = [word for word in re.findall(r"[^\W_]+", line) if word not in everything]
            assert lost == [], line


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_any_text_is_read_and_written(text: str) -> None:
    assert isinstance(write_note(note(text)), str)


@pytest.mark.parametrize("piece", hostile.LINES_OF_A_NOTE)
def test_a_huge_line_is_kept_whole(piece: str) -> None:
    line = piece * 20_000
    found = note(hostile.note_of(line))
    assert [one.title for group in found.references for one in group] == [line.strip()]
    assert [todo.text for todo in found.todos] == [line.strip()]
