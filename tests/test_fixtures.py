"""fixtures/ is the seed note transcribed: nothing invented, nothing lost, every reference resolves."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from research.models import Case, ChangelogEntry, Citation, Event, Finding, Link, Mode, Note, Source, Todo
from research.rows import MODELS, TABLES
from research.text import citations

pytestmark = pytest.mark.django_db

NOTE = "阿里-产业互联网-190912"
TWO = ["阿里巴巴", "腾讯"]
ORIGINAL = (Path(__file__).parent / "data" / f"{NOTE}.md").read_text(encoding="utf-8")


def rows(table: str) -> list[dict[str, str]]:
    with (Path(settings.BASE_DIR) / "fixtures" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def texts() -> list[tuple[str, str]]:
    """(where, Markdown) of every record."""
    return [
        (f"{table} {row[codec.key()]}", row[column])
        for table, codec in TABLES.items()
        for row in rows(table)
        for column in codec.model.text_fields
    ]


def without_space(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.usefixtures("class_seed")
class TestTheNote:
    def test_it_is_kept_up_to_its_to_dos(self) -> None:
        note = Note.objects.get()
        assert (note.slug, note.date, note.status) == (NOTE, date(2019, 9, 12), "published")
        headings = [line for line in note.body.splitlines() if line.startswith("## ")]
        assert headings[0] == "## 产业互联网的定义"
        assert not {"## TO DO", "## 参考文献", "## changelog"} & set(headings)

    def test_it_is_the_original_word_for_word(self) -> None:
        before_to_do = ORIGINAL.partition("## TO DO")[0]
        kept, _references = citations.split_nocite(Note.objects.get().body)
        assert without_space(kept) == without_space(before_to_do[before_to_do.index("## ") :])

    def test_the_missing_time_stays_visible(self) -> None:
        assert "根据阿里云公布的数据，「时间点」，阿里云的合作伙伴" in Note.objects.get().body

    def test_what_is_quoted_is_quoted_word_for_word(self) -> None:
        whole = without_space(ORIGINAL)
        quotes = [(where, quote) for where, text in texts() for quote in quoted(text)]
        assert len(quotes) > 300
        assert [(where, quote) for where, quote in quotes if without_space(quote) not in whole] == []


def quoted(text: str) -> list[str]:
    """The paragraphs of block quotes, without the line that says whence they come."""
    lines = [line.removeprefix(">").strip() for line in text.splitlines() if line.startswith(">")]
    return [line for line in lines if line and not line.startswith("——")]


@pytest.mark.usefixtures("class_seed")
class TestSources:
    def test_there_are_nine_and_their_addresses_are_whole(self) -> None:
        assert Source.objects.public().count() == 9
        urls = list(Source.objects.values_list("url", flat=True))
        assert [url for url in urls if not re.fullmatch(r"https?://[^\s\[\]()]+", url)] == []
        assert "http://www.aliresearch.com/Blog/Article/detail/id/21641.html" in urls

    def test_the_note_leads_to_all_of_them(self) -> None:
        of_note = Citation.objects.filter(table="notes", record_id=Note.objects.get().pk)
        assert of_note.values("source").distinct().count() == 9

    def test_every_key_that_is_cited_is_a_source(self) -> None:
        assert list(Citation.objects.filter(source=None)) == []
        assert Citation.objects.exclude(table="notes").exists()

    def test_every_link_leads_to_a_record(self) -> None:
        keys = {
            table: set(model.objects.values_list(model.key_field, flat=True))
            for table, model in MODELS.items()
        }
        links = list(Link.objects.values_list("table", "target_table", "target_key"))
        assert links
        lost = [
            link
            for link in links
            if not any(link[2] in keys[table] for table in ([link[1]] if link[1] else keys))
        ]
        assert lost == []

    def test_every_record_but_a_name_is_linked_to_the_note(self) -> None:
        plain = {"industries", "notes", "todos", "changelog", "comparisons"}
        linking = set(Link.objects.filter(target_key=NOTE).values_list("table", "record_id"))
        missing = [
            f"{table} {record}"
            for table, model in MODELS.items()
            if table not in plain
            for record in model.objects.all()
            if (table, record.pk) not in linking
        ]
        assert missing == []
        assert set(Todo.objects.values_list("note__slug", flat=True)) == {NOTE}


@pytest.mark.usefixtures("class_seed")
class TestCases:
    def test_the_two_modes_are_those_of_the_note(self) -> None:
        assert list(Mode.objects.values_list("name", flat=True)) == ["深耕产业", "赋能平台"]

    def test_the_two_companies_have_twenty_over_both_modes_and_four_industries(self) -> None:
        cases = Case.objects.public().filter(organization__slug__in=TWO)
        assert cases.count() >= 20
        assert set(cases.values_list("mode__name", flat=True)) >= {"深耕产业", "赋能平台"}
        assert cases.exclude(industries=None).values("industries").distinct().count() >= 4
        assert set(cases.values_list("organization__slug", flat=True)) == set(TWO)


@pytest.mark.usefixtures("class_seed")
class TestFindings:
    def test_the_two_companies_have_fourteen_figures(self) -> None:
        figures = Finding.objects.public().filter(organization__slug__in=TWO, criterion__value_kind="number")
        assert figures.count() >= 14
        assert not figures.filter(number=None).exists()

    @pytest.mark.parametrize(
        ("organization", "value", "unit", "as_of"),
        [
            ("阿里巴巴", "45.5", "%", "2017"),
            ("腾讯", "10.3", "%", "2017"),
            ("阿里巴巴", ">8000", "家", ""),
            ("阿里巴巴", ">100000", "家", ""),
            ("阿里巴巴", ">2000000", "单", ""),
            ("阿里巴巴", "450", "%", ""),
            ("腾讯", "192", "个", ""),
            ("阿里巴巴", "4500000000", "元", ""),
            ("汇通达", "80000", "家", ""),
            ("汇通达", "200000", "家", ""),
            ("汇通达", "67000000", "人", ""),
            ("找钢网", "-120000000", "元", ""),
            ("阿里巴巴", "100", "倍", ""),
        ],
    )
    def test_a_figure_has_its_unit_and_its_time(
        self, organization: str, value: str, unit: str, as_of: str
    ) -> None:
        found = Finding.objects.public().filter(
            organization__slug=organization, value=value, criterion__unit=unit
        )
        assert [finding.as_of for finding in found] == [as_of]

    def test_figures_sort_as_numbers(self) -> None:
        figures = Finding.objects.filter(criterion__slug="中国公有云份额").order_by("-number")
        assert [finding.organization.slug for finding in figures] == TWO

    def test_every_figure_rests_on_a_quotation(self) -> None:
        assert [row["slug"] for row in rows("findings") if not quoted(row["body"])] == []


@pytest.mark.usefixtures("class_seed")
class TestTime:
    def test_fourteen_events_stand_in_order_with_their_own_precision(self) -> None:
        dates = list(Event.objects.public().values_list("date", flat=True))
        assert len(dates) >= 14
        assert dates[:3] == ["197X", "2000~", "2009-09"]
        assert dates[-1] == "2018-11-26"
        assert {"2014", "2015-04", "2015-07", "2016", "2017"} <= set(dates)

    def test_the_first_three_to_dos_are_in_the_words_of_the_note(self) -> None:
        todos = list(Todo.objects.public().order_by("slug"))
        in_the_note = [todo.slug for todo in todos if f"- {todo.body}\n" in ORIGINAL]
        assert in_the_note == [todo.slug for todo in todos[:3]]

    def test_the_changelog_has_its_entry(self) -> None:
        entry = ChangelogEntry.objects.public().get()
        assert (entry.stamp, entry.date, entry.kind) == ("190912", date(2019, 9, 12), "add")


@pytest.mark.usefixtures("seed")
def test_everything_is_published() -> None:
    for model in MODELS.values():
        assert model.objects.public().count() == model.objects.count() > 0
