"""`import_note FILE…`: a dry run that says what becomes of each line; `--apply` writes all or nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from research import actions, batches, note_files
from research.models import ChangelogEntry, Citation, Note, Revision, Source, Todo
from research.plans import WRITTEN
from research.text_files import TextsPlan
from tests import factories as make
from tests.conftest import Outcome

pytestmark = pytest.mark.django_db

NAME = "阿里-产业互联网-190912"
SEED = Path(settings.BASE_DIR) / "tests" / "data" / f"{NAME}.md"


@pytest.fixture
def run(command: Callable[..., Outcome]) -> Callable[..., Outcome]:
    return lambda *arguments: command("import_note", *arguments, "--language", "en")


def put(text: str | bytes, name: str = "云-概览-190912.md") -> TextsPlan:
    planned = note_files.plan_files([(name, text.encode() if isinstance(text, str) else text)])
    assert not planned.plan.problems, list(map(str, planned.plan.problems))
    batches.apply(planned.plan, by=None, via="test")
    return planned


def states(planned: TextsPlan) -> list[str]:
    return [f"{row.table} {row.state}" for row in planned.plan.rows()]


def again(text: str, name: str = "云-概览-190912.md") -> list[str]:
    return states(note_files.plan_files([(name, text.encode())]))


class TestTheSeed:
    def test_into_an_empty_database(self, run: Callable[..., Outcome]) -> None:
        outcome = run(SEED, "--apply")
        assert (outcome.code, outcome.err) == (0, [])
        note = Note.objects.get()
        assert (note.slug, note.title, str(note.date), note.status) == (NAME, NAME, "2019-09-12", "draft")
        urls = list(Source.objects.values_list("url", flat=True))
        assert len(urls) == 9
        assert not [url for url in urls if set(url) & set("[]() ")]
        assert [todo.note for todo in Todo.objects.all()] == [note] * 3
        entry = ChangelogEntry.objects.get()
        assert (entry.stamp, entry.kind, str(entry.date)) == ("190912", "add", "2019-09-12")
        assert Citation.objects.filter(table="notes", source__isnull=False).count() == 9
        assert Revision.objects.count() == 14

    def test_a_second_time_adds_nothing(self, run: Callable[..., Outcome]) -> None:
        run(SEED, "--apply")
        outcome = run(SEED, "--apply")
        assert "sources: 0 new, 0 changed, 9 same, 0 invalid" in outcome.out
        assert outcome.out[-1] == "Written: 0 rows."
        assert Revision.objects.count() == 14

    def test_a_dry_run_says_what_would_become_of_what(self, run: Callable[..., Outcome]) -> None:
        out = run(SEED).out
        assert f"  line 1, note, new: {NAME}" in out
        assert "  line 148, to-do, new: 跳出以上资料的局限，还可能从哪些角度论证阿里赢过腾讯" in out
        assert "  line 161, source, new: 中国产业互联网发展联盟" in out
        assert "  line 165, changelog entry, new: 190912 add" in out
        assert not Note.objects.exists()

    def test_over_the_fixtures_its_to_dos_sources_and_entry_are_known(self, seed: None) -> None:
        planned = note_files.plan_files([(SEED.name, SEED.read_bytes())])
        changed = [*planned.plan.rows(*WRITTEN)]
        assert [(row.key, row.changed_columns) for row in changed] == [(NAME, ["body"])]  # its page, p. 6


class TestWhatIsKnown:
    @pytest.mark.parametrize(
        ("known", "item"),
        [
            ({"url": "https://a.cn/c/"}, "[别题](http://A.cn/c)"),
            ({"identifier": "10.1000/182"}, "题 https://doi.org/10.1000/182"),
            ({"identifier": "978-7-111-54742-6"}, "书. ISBN 9787111547426"),
            ({"title": "《书》"}, "《书》"),
        ],
        ids=["address", "DOI", "ISBN", "title"],
    )
    def test_a_source_is_reused(self, known: dict[str, str], item: str) -> None:
        source = make.make_source(**{"title": "原题", **known})
        planned = put(f"正文\n\n## 参考文献\n\n- {item}\n")
        assert source.title in str(planned.found["云-概览-190912.md"][1])
        assert list(Source.objects.all()) == [source]
        assert f"[@{source.key}]" in Note.objects.get().body
        assert Revision.objects.filter(table="sources").count() == 1

    def test_two_files_share_a_source(self) -> None:
        text = "正文\n\n## 参考\n\n- [题](http://a.cn/c)\n".encode()
        planned = note_files.plan_files([("甲-190912.md", text), ("乙-190912.md", text)])
        batches.apply(planned.plan, by=None, via="test")
        assert (Source.objects.count(), Note.objects.count()) == (1, 2)

    def test_what_a_file_cannot_say_is_kept(self) -> None:
        text = "正文\n\n## TODO\n- 查\n\n## changelog\n- 190912 add\n"
        put(text)
        todo = Todo.objects.get()
        todo.state, todo.results, todo.status = "done", "查到了", "published"
        actions.save(todo, by=None, via="test")
        assert set(again(text)) == {"notes same", "todos same", "changelog same"}

    def test_an_edited_note_is_shown_as_changed_and_a_later_edit_refuses(self) -> None:
        put("正文")
        planned = note_files.plan_files([("云-概览-190912.md", "新正文".encode())])
        assert states(planned) == ["notes changed"]
        assert "body" in str(planned.found["云-概览-190912.md"][0])
        note = Note.objects.get()
        note.body = "别人改了"
        actions.save(note, by=None, via="test")
        with pytest.raises(actions.Conflict):
            batches.apply(planned.plan, by=None, via="test")

    def test_a_reworded_to_do_is_the_same_to_do(self) -> None:
        put("正文\n\n## TODO\n- 查数据\n- 画图\n")
        assert again("正文\n\n## TODO\n- 查所有数据\n- 画图\n") == [
            "notes same",
            "todos changed",
            "todos same",
        ]
        assert again("正文\n\n## TODO\n- 画图\n- 查数据\n") == ["notes same", "todos same", "todos same"]
        assert again("正文\n\n## TODO\n- 新的\n- 查数据\n- 画图\n")[1:] == [
            "todos new",
            "todos same",
            "todos same",
        ]


class TestWhatBecomesOfIt:
    def test_a_ticked_to_do_is_done_with_the_note_as_its_result(self) -> None:
        put("正文\n\n## TODO\n- [x] 查\n")
        todo = Todo.objects.get()
        assert (todo.state, todo.results) == ("done", "[[云-概览-190912]]")

    def test_footnotes_become_citations(self) -> None:
        put("见此[^1]。\n\n[^1]: [题](http://a.cn/c)\n")
        key = Source.objects.get().key
        assert Note.objects.get().body == f"见此[@{key}]。\n\n<!-- nocite: [@{key}] -->"

    def test_groups_of_references_are_kept(self) -> None:
        put("正文\n\n## 参考\n\n- 甲\n- 乙\n\n- 丙\n")
        assert Note.objects.get().body.count("] [") == 1

    def test_tags_and_gb18030(self) -> None:
        put("---\ntags: [云, 数据]\n---\n正文".encode("gb18030"))
        assert sorted(tag.name for tag in Note.objects.get().tags.all()) == ["云", "数据"]

    def test_long_items_lose_nothing(self) -> None:
        put(f"正文\n\n## TODO\n- {'查' * 400}\n\n## 参考\n- {'题' * 700}\n")
        assert Todo.objects.get().body == "查" * 400
        assert Source.objects.get().body == "题" * 700

    def test_many_alike_are_kept_apart(self) -> None:
        text = "正文\n\n## TODO\n" + "- 查\n" * 3 + "\n## changelog\n" + "- 190912 add 甲\n- 190912 add 乙\n"
        put(text)
        assert (Todo.objects.count(), ChangelogEntry.objects.count()) == (3, 2)
        assert {state.split()[1] for state in again(text)} == {"same"}


class TestProblems:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"\x89PNG\x00\x01", "a.md: This is not a text in UTF-8 or GB18030."),
            (b"  \n", "a.md: The file holds no text."),
            ("正文\n\n## 参考\n- [题](http://a b)\n- [题](<http://a b>)".encode(), "a.md, line 5: url: "),
            (f"# {'题' * 301}\n".encode(), "a.md, line 1: title: "),
        ],
    )
    def test_they_are_named_by_file_and_line(
        self, run: Callable[..., Outcome], tmp_path: Path, data: bytes, said: str
    ) -> None:
        (tmp_path / "a.md").write_bytes(data)
        outcome = run(tmp_path / "a.md", SEED, "--apply")
        assert outcome.code == 2
        assert [line for line in outcome.err if line.startswith(said)]
        assert not Note.objects.exists()

    def test_a_file_that_is_not_there(self, run: Callable[..., Outcome], tmp_path: Path) -> None:
        outcome = run(tmp_path / "a.md")
        assert (outcome.code, outcome.err[-1]) == (2, "Nothing was written.")

    def test_the_same_note_twice(self, run: Callable[..., Outcome], tmp_path: Path) -> None:
        (tmp_path / SEED.name).write_bytes(SEED.read_bytes())
        outcome = run(SEED, tmp_path / SEED.name)
        assert (outcome.code, "same note" in outcome.err[0]) == (2, True)
