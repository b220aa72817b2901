"""The note's to-dos, answered in fixtures/ as far as the note itself carries them."""

import re

import pytest

from research.models import Argument, Link, Thesis, Todo
from research.queries import arguments
from research.queries.arguments import ThesisState
from tests.test_fixtures import NOTE, ORIGINAL, quoted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("class_seed")]

CHARTS, THESIS, ANGLES = (
    "190912-1-阿里布局案例图表",
    "190912-2-阿里赢过腾讯的论点",
    "190912-3-资料之外的论证角度",
)


def bare(text: str) -> str:
    """Without space and Markdown's marks, of which the note has some in the middle of words."""
    return re.sub(r"[\s*_`]", "", text)


def links(record) -> set[tuple[str, str]]:
    found = Link.objects.filter(table=record.table, record_id=record.pk)
    return set(found.values_list("target_table", "target_key"))


class TestTheClaims:
    def test_each_has_its_sentence_in_the_note(self):
        note = bare(ORIGINAL)
        claims = list(Argument.objects.public())
        assert len(claims) >= 74
        assert [claim.slug for claim in claims if not quoted(claim.body)] == []
        lost = [
            (claim.slug, quote) for claim in claims for quote in quoted(claim.body) if bare(quote) not in note
        ]
        assert lost == []

    def test_each_leads_to_the_note(self):
        assert [claim.slug for claim in Argument.objects.all() if ("", NOTE) not in links(claim)] == []

    def test_the_thesis_has_both_sides_and_rests_on_cases_and_findings(self):
        board = arguments.board(arguments.with_state(Thesis.objects.public()).get(slug="阿里赢过腾讯"))
        assert (len(board.supports.claims), len(board.opposes.claims)) == (15, 9)
        assert [claim.argument.slug for claim in board.claims if not claim.rests_on] == []

    def test_a_source_is_cited_only_where_the_note_names_it(self):
        """The note names two of its references in its text: the white papers of 2019 and of BCG."""
        cited = {
            claim.slug: re.findall(r"\[@([\w-]+)", claim.body)
            for claim in Argument.objects.all()
            if "[@" in claim.body
        }
        assert cited == {"两种方式-BCG的分析": ["bcg-internet2"], "产业互联网定义-偏向上游": ["baipishu2019"]}
        assert (
            "BCG 对新兴互联网企业进行分析" in quoted(Argument.objects.get(slug="两种方式-BCG的分析").body)[0]
        )
        paragraph = next(line for line in ORIGINAL.split("\n") if "2019 年产业互联网白皮书，p6" in line)
        assert quoted(Argument.objects.get(slug="产业互联网定义-偏向上游").body)[0] in paragraph

    def test_what_no_source_carries_is_said_to_be_unsourced(self):
        states = dict(arguments.with_state(Thesis.objects.public()).values_list("slug", "state"))
        assert states["阿里赢过腾讯"] == ThesisState.UNSOURCED
        assert states["两种方式"] == states["产业互联网定义"] == ThesisState.SUPPORTED


class TestTheToDos:
    def test_the_first_two_are_done_and_the_third_is_open(self):
        states = dict(Todo.objects.values_list("slug", "state"))
        assert [states[slug] for slug in (CHARTS, THESIS, ANGLES)] == ["done", "done", "open"]

    def test_a_result_leads_to_the_charts_and_to_the_thesis(self):
        assert ("comparisons", "阿里巴巴-腾讯-产业互联网") in links(Todo.objects.get(slug=CHARTS))
        assert ("theses", "阿里赢过腾讯") in links(Todo.objects.get(slug=THESIS))

    def test_the_thesis_is_answered_with_arguments_that_are_its_own(self):
        named = {key for table, key in links(Todo.objects.get(slug=THESIS)) if table == "arguments"}
        found = Argument.objects.public().filter(slug__in=named, thesis__slug="阿里赢过腾讯")
        assert len(named) == found.count() == 7

    def test_what_the_note_does_not_carry_is_an_open_question(self):
        others = Todo.objects.public().exclude(slug__in=(CHARTS, THESIS, ANGLES))
        assert others.count() == 4
        assert set(others.values_list("state", "note__slug")) == {("open", NOTE)}
        assert [todo.slug for todo in others if "？" not in todo.body or quoted(todo.body)] == []
        asked = {("todos", ANGLES), ("todos", THESIS)}
        assert [todo.slug for todo in others if not links(todo) & asked] == []


def test_the_links_of_the_answers_are_links_on_the_page(client):
    page = client.get(Todo.objects.get(slug=THESIS).get_absolute_url()).content.decode()
    shown = page.partition('id="results"')[2].partition("</section>")[0]
    assert shown.count('href="/theses/') == 8
    assert "[[" not in shown
