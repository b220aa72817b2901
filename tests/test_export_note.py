"""`export_note SLUG`: the note with all its lists as Markdown, which `import_note` reads back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from research import actions, note_files, written_notes
from research.models import ChangelogEntry, Note, Source, Todo
from tests import factories as make
from tests.conftest import Outcome
from tests.test_import_note import NAME, SEED, put, states

pytestmark = pytest.mark.django_db

ORIGINAL = SEED.read_text(encoding="utf-8").split("\n")


class TestTheSeed:
    def test_it_comes_back_but_for_three_repaired_links(
        self, command: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        put(SEED.read_bytes(), SEED.name)
        assert command("export_note", NAME, "-o", tmp_path / "out.md").code == 0
        lines = (tmp_path / "out.md").read_text(encoding="utf-8").split("\n")
        repaired = [(old, new) for old, new in zip(ORIGINAL, lines, strict=True) if old != new]
        assert [new for _old, new in repaired] == [
            "- [阿里巴巴刘松：产业互联网时代，创业者的机遇在哪？](http://www.aliresearch.com/Blog/Article/detail/id/21641.html)",
            "- [产业互联网兴起的三大因素及主要应用模式](http://www.woshipm.com/it/2411299.html)",
            "- [中国产业互联网发展联盟](http://chinaidac.org/)",
        ]

    def test_it_is_printed_too(self, command: Callable[..., Outcome]) -> None:
        put(SEED.read_bytes(), SEED.name)
        assert command("export_note", NAME).out[0] == NAME

    def test_the_fixtures_note_has_its_lists(self, seed: None) -> None:
        lines = written_notes.written(Note.objects.get()).split("\n")
        assert lines[:5] == ["---", "tags: [产业互联网, 腾讯, 阿里巴巴]", "---", "", NAME]
        assert [line for line in lines if line.startswith("## ")][-3:] == [
            "## TO DO",
            "## 参考文献",
            "## changelog",
        ]
        todos = ORIGINAL[ORIGINAL.index("## TO DO") : ORIGINAL.index("## 参考文献") - 1]
        place = lines.index("## TO DO")
        exported = lines[place : place + len(todos)]
        assert [line.replace("- [x] ", "- ") for line in exported] == todos
        assert [line.startswith("- [x] ") for line in exported[2:]] == [True, True, False]
        assert "- [2019产业互联网白皮书](https://www.innovation4.cn/library/r42531), p. 6" in lines
        assert lines[-1] == "- 190912 add"

    def test_the_fixtures_note_is_read_back_the_same(self, seed: None) -> None:
        text = written_notes.written(Note.objects.get())
        planned = note_files.plan_files([(f"{NAME}.md", text.encode())])
        assert {state.split()[1] for state in states(planned)} == {"same"}


class TestAnyNote:
    def test_a_title_of_its_own_and_everything_else_comes_back(self) -> None:
        source = make.make_source("题", key="甲", url="http://a.cn/")
        lost = "<!-- nocite: [@无此] -->"
        note = make.make_note("云的概览", slug="云", date="2019-10-01", body=f"见[@甲, p. 3]。\n\n{lost}")
        make.make_todo("查", slug="1", note=note, state="done", results="查到")
        make.make_todo("不查", slug="2", note=note, state="dropped")
        make.make_changelog_entry(slug="3", note=note, date="2019-10-02", stamp="", kind="—", summary="")
        note.refresh_from_db()
        text = written_notes.written(note)
        assert text.startswith(
            "---\nslug: 云\ndate: 2019-10-01\n---\n\n# 云的概览\n\n见[@甲, p. 3]。\n\n" + lost
        )
        assert "- [x] 查\n- ~~不查~~" in text
        assert "- [@甲]: [题](http://a.cn/)" in text
        assert text.endswith("- 2019-10-02")
        planned = note_files.plan_files([("别名.md", text.encode())])
        assert {state.split()[1] for state in states(planned)} == {"same"}

        for model in (ChangelogEntry, Todo, Note, Source):
            actions.delete(model.objects.all(), by=None, via="test")
        put(text, "别名.md")
        assert Source.objects.get().key == source.key
        assert written_notes.written(Note.objects.get()) == text

    def test_an_unknown_note_is_said(self, command: Callable[..., Outcome]) -> None:
        outcome = command("export_note", "无此", "--language", "en")
        assert (outcome.code, outcome.err) == (2, ["There is no note “无此”."])

    def test_a_folder_that_is_not_there_is_said(
        self, command: Callable[..., Outcome], tmp_path: Path
    ) -> None:
        make.make_note(slug="云")
        assert command("export_note", "云", "-o", tmp_path / "no" / "a.md").code == 2
