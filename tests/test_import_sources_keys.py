"""Which source an entry is: by its key, or where its format has none by its work; and what is doubtful."""

from collections.abc import Callable
from typing import Any

import pytest

from research import importing
from research.bibliographies import read_bibliography
from research.models import Source
from research.plans import State
from research.rows import SourceRows
from tests.bibliography_files import ENTRY
from tests.conftest import Outcome
from tests.factories import make_source

pytestmark = pytest.mark.django_db

Run = Callable[..., Outcome]


def row(key: str) -> dict[str, str]:
    return SourceRows().row(Source.objects.get(key=key))


class TestEntriesWithoutAKey:
    ITEM = {
        "type": "article-journal",
        "title": "甲文",
        "author": [{"literal": "刘松"}],
        "issued": {"date-parts": [[2018]]},
    }

    def test_get_one_that_no_source_has(self, import_sources: Run, write: Any) -> None:
        make_source("旁的", key="刘松2018")
        import_sources(write(self.ITEM, {**self.ITEM, "title": "乙文"}), "--apply")
        assert dict(Source.objects.values_list("title", "key")) == {
            "旁的": "刘松2018",
            "甲文": "刘松2018b",
            "乙文": "刘松2018c",
        }

    def test_are_found_again(self, import_sources: Run, write: Any) -> None:
        make_source("旁的", key="刘松2018")
        import_sources(write(self.ITEM, {**self.ITEM, "title": "乙文"}), "--apply")
        swapped = write({**self.ITEM, "title": "乙文"}, self.ITEM, {**self.ITEM, "title": "丙文"})
        outcome = import_sources(swapped, "--apply")
        assert outcome.out[0] == "refs.json: 1 new, 0 changed, 2 same, 0 with problems"
        assert Source.objects.get(title="丙文").key == "刘松2018d"

    def test_two_of_all_the_same_stay_two(self, import_sources: Run, write: Any) -> None:
        file = write(self.ITEM, {**self.ITEM, "volume": "2"}, {**self.ITEM, "volume": "3"})
        import_sources(file, "--apply")
        assert Source.objects.count() == 3
        assert "0 new, 0 changed, 3 same" in import_sources(file).out[0]
        other = write({**self.ITEM, "volume": "4"})
        assert "1 same" not in import_sources(other).out[0]

    def test_what_has_changed_in_the_file_is_changed(self, import_sources: Run, write: Any) -> None:
        import_sources(write(self.ITEM), "--apply")
        outcome = import_sources(write({**self.ITEM, "abstract": "摘要"}), "--apply")
        assert "0 new, 1 changed" in outcome.out[0]
        assert row("刘松2018")["extra"] == "abstract: 摘要"

    def test_a_doi_is_enough_beside_the_title(self, import_sources: Run, write: Any) -> None:
        make_source("甲文", key="own", identifier="10.1000/A", authors="刘, 松", issued="2017")
        outcome = import_sources(write({**self.ITEM, "DOI": "10.1000/a"}))
        assert "0 new, 1 changed" in outcome.out[0]

    def test_chapters_of_one_book_are_not_each_other(self, import_sources: Run, write: Any) -> None:
        chapter = {**self.ITEM, "type": "chapter", "ISBN": "9787301000007"}
        import_sources(write(chapter), "--apply")
        outcome = import_sources(write({**chapter, "title": "乙章"}), "--apply")
        assert "1 new, 0 changed, 0 same" in outcome.out[0]
        assert Source.objects.get(title="甲文").key == "刘松2018"

    def test_what_is_only_like_a_source_is_doubtful(self, import_sources: Run, write: Any) -> None:
        make_source("论产业互联网平台的演进", key="own", issued="2018", authors="刘, 松")
        outcome = import_sources(write({**self.ITEM, "title": "论产业互联网平台的演进"}), "--apply")
        assert "1 doubtful" in outcome.out[0]
        assert "@own (same title and year)" in outcome.out[1]

    def test_do_not_take_a_key_that_the_file_gives(self, import_sources: Run, write: Any) -> None:
        import_sources(write(self.ITEM, {**self.ITEM, "id": "刘松2018", "title": "乙文"}), "--apply")
        assert Source.objects.get(title="乙文").key == "刘松2018"
        assert Source.objects.get(title="甲文").key == "刘松2018b"


class TestDoubts:
    def test_another_work_under_the_key(self, import_sources: Run, write: Any) -> None:
        make_source("平台经济", key="liu2018", identifier="10.1000/1", kind="book")
        file = write({**ENTRY, "DOI": "10.1000/2"})
        outcome = import_sources(file, "--apply")
        assert outcome.code == 0
        assert outcome.out[:2] == [
            "refs.json: 0 new, 0 changed, 0 same, 0 with problems, 1 doubtful",
            "refs.json, line 2, entry liu2018: Its key is that of another work here: “平台经济”. "
            "Not written; add --doubtful to write it all the same.",
        ]
        assert row("liu2018")["title"] == "平台经济"
        import_sources(file, "--apply", "--doubtful")
        assert row("liu2018")["title"] == ENTRY["title"]

    def test_a_known_work_under_a_new_key(self, import_sources: Run, write: Any) -> None:
        make_source("平台经济", key="old", identifier="10.1000/1", kind="book")
        file = write({**ENTRY, "DOI": "10.1000/1"}, {**ENTRY, "id": "other", "title": "旁的"})
        outcome = import_sources(file, "--apply")
        assert outcome.out[:2] == [
            "refs.json: 1 new, 0 changed, 0 same, 0 with problems, 1 doubtful",
            "refs.json, line 2, entry liu2018: It seems to be a source that is there: @old (same DOI). "
            "Not written; add --doubtful to write it all the same.",
        ]
        assert set(Source.objects.values_list("key", flat=True)) == {"old", "other"}
        import_sources(file, "--apply", "--doubtful")
        assert Source.objects.filter(key="liu2018").exists()
        assert "0 new, 0 changed, 2 same, 0 with problems" in import_sources(file).out[0]

    def test_two_entries_of_one_work_in_one_file_come_in_both(self, import_sources: Run, write: Any) -> None:
        file = write({**ENTRY, "DOI": "10.1000/1"}, {**ENTRY, "id": "b", "DOI": "10.1000/1"})
        assert "2 new" in import_sources(file, "--apply").out[0]
        assert "2 same" in import_sources(file).out[0]

    def test_a_longer_title_or_a_new_doi_alone_is_no_other_work(
        self, import_sources: Run, write: Any
    ) -> None:
        make_source("产业互联网的演进：综述", key="liu2018", identifier="10.1000/1", kind="article-journal")
        assert "1 changed" in import_sources(write({**ENTRY, "DOI": "10.1000/2"})).out[0]


def test_the_number_of_queries_does_not_grow_with_the_entries(
    write: Any, django_assert_max_num_queries: Any
) -> None:
    items = [{**TestEntriesWithoutAKey.ITEM, "title": f"题{number}"} for number in range(300)]
    for item in (items[:3], items):
        with django_assert_max_num_queries(6):
            plan = importing.plan([read_bibliography(write(*item))], partial=True)
        assert plan.count(State.NEW) == len(item)
