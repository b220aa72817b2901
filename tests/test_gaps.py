"""What the system finds missing: each kind of gap opens and closes with its record, and counts once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone

from research import actions
from research.models import Argument, Case, Finding, LinkCheck, Placeholder, Source
from research.queries import gaps
from research.queries.gaps import KINDS, Name, Scope, is_stale, months_before
from tests import factories as make
from tests.link_checks import days_pass, found

pytestmark = pytest.mark.django_db


def names(kind="", **scope):
    wanted = [kind] if kind else list(KINDS)
    return [str(gap.name).partition(" ")[2] for gap in gaps.each(Scope(**scope), wanted)]


@pytest.fixture
def source(db):
    return make.make_source(key="s")


class TestEvidence:
    def test_a_case_and_a_finding_without_a_source(self, source):
        make.make_case(slug="a")
        make.make_case(slug="b", body="有据 [@s]")
        make.make_finding(slug="c", body="[@nobody]")
        make.make_finding(slug="d", body="[@s, p. 6]")
        assert names("uncited_case") == ["cases/a"]
        assert names("uncited_finding") == ["findings/c"], "a key that no source has is no source"

    def test_a_public_record_is_judged_by_what_readers_see_and_a_draft_by_what_the_team_sees(self):
        make.make_source(key="draft", status="draft")
        make.make_case(slug="shown", body="[@draft]")
        make.make_case(slug="unseen", body="[@draft]", status="draft")
        assert names("uncited_case") == names("uncited_case", public=True) == ["cases/shown"]
        actions.publish([Source.objects.get()], by=None, via="test")
        assert names("uncited_case") == []

    def test_a_claim_may_rest_on_what_cites(self, source):
        case, finding = make.make_case(body="[@s]"), make.make_finding(body="[@s]")
        thesis = make.make_thesis()
        make.make_argument(slug="a", thesis=thesis, cases=[make.make_case()])
        make.make_argument(slug="b", thesis=thesis, cases=[case])
        make.make_argument(slug="c", thesis=thesis, findings=[finding])
        make.make_argument(slug="d", thesis=thesis, body="[@s]")
        assert names("uncited_claim") == ["arguments/a"]
        actions.withdraw([case, finding], by=None, via="test")
        assert names("uncited_claim") == ["arguments/a", "arguments/b", "arguments/c"]

    def test_a_source_that_nothing_cites_but_itself(self, source):
        source.body = "[@s]"
        actions.save(source, by=None, via="test")
        case = make.make_case(body="[@s]", status="draft")
        assert names("uncited_source") == ["sources/s"], "readers do not see the draft"
        actions.publish([case], by=None, via="test")
        assert names("uncited_source") == []

    def test_published_records_that_cite_or_link_drafts(self):
        make.make_source(key="draft", status="draft")
        make.make_note(slug="hidden", status="draft")
        make.make_case(slug="a", body="[@draft] [@draft] [[hidden]] [[notes/hidden|札记]] [[nothing]]")
        make.make_case(slug="b", body="[@draft] [[hidden]]", status="draft")
        make.make_todo(body="[[hidden]]")
        expected = ["cases/a [@draft]", "cases/a [[hidden]]", "cases/a [[notes/hidden]]"]
        assert names("cites_draft") == expected
        assert names("cites_draft", public=True) == [], "its name would tell what is hidden"


class TestCells:
    def test_empty_cells(self):
        first, second = make.make_organization(slug="x"), make.make_organization(slug="y")
        criteria = [make.make_criterion(slug=slug) for slug in "pq"]
        make.make_comparison(slug="c", organizations=[first, second], criteria=criteria)
        make.make_comparison(slug="empty")
        make.make_finding(organization=first, criterion=criteria[0])
        draft = make.make_finding(organization=second, criterion=criteria[0], status="draft")
        place = "comparisons/c organizations/{} criteria/{}"
        expected = [place.format(*cell) for cell in ("yp", "xq", "yq")]
        assert names("empty_cell") == names("empty_cell", public=True) == expected
        actions.publish([draft], by=None, via="test")
        assert names("empty_cell") == expected[1:]

    def test_a_draft_fills_the_cell_of_a_draft(self):
        organization, criterion = make.make_organization(), make.make_criterion()
        make.make_comparison(organizations=[organization], criteria=[criterion], status="draft")
        make.make_finding(organization=organization, criterion=criterion, status="draft")
        assert names("empty_cell") == []

    def test_findings_without_a_date(self):
        make.make_finding(slug="a")
        make.make_finding(slug="b", as_of="2017")
        assert names("undated_finding") == ["findings/a"]

    def test_the_newest_figure_of_a_cell_out_of_date(self):
        today = timezone.localdate()
        kept = make.make_criterion(shelf_life=12)
        cell: dict[str, Any] = {"organization": make.make_organization(), "criterion": kept}
        make.make_finding(slug="old", as_of="2010", **cell)
        newer = make.make_finding(slug="newer", as_of="2015-04", **cell)
        make.make_finding(slug="for-ever", as_of="2010")
        make.make_finding(slug="no-date", **{**cell, "organization": make.make_organization()})
        assert names("stale_figure") == ["findings/newer"]
        assert is_stale(newer, today)
        fresh = make.make_finding(slug="fresh", as_of=today.isoformat(), status="draft", **cell)
        assert not is_stale(fresh, today)
        assert names("stale_figure") == ["findings/newer"], "readers do not see the new one"
        actions.publish([fresh], by=None, via="test")
        assert names("stale_figure") == []

    def test_of_two_of_the_same_day_one_is_the_newest(self):
        criterion = make.make_criterion(shelf_life=1)
        cell: dict[str, Any] = {"organization": make.make_organization(), "criterion": criterion}
        for slug in "ba":
            make.make_finding(slug=slug, as_of="2015", **cell)
        assert names("stale_figure") == ["findings/a"]

    @pytest.mark.parametrize(
        ("day", "months", "before"),
        [
            (date(2026, 11, 30), 12, date(2025, 11, 30)),
            (date(2026, 3, 31), 1, date(2026, 2, 28)),
            (date(2026, 1, 1), 1, date(2025, 12, 1)),
            (date(2024, 2, 29), 12, date(2023, 2, 28)),
        ],
    )
    def test_months_before(self, day, months, before):
        assert months_before(day, months) == before


def test_a_shelf_life_ends_on_the_day_after_its_months():
    today = date(2026, 11, 30)
    criterion = make.make_criterion(shelf_life=12)
    assert not is_stale(make.make_finding(criterion=criterion, as_of="2025-11-30"), today)
    assert is_stale(make.make_finding(criterion=criterion, as_of="2025-11-29"), today)


class TestPlaceholders:
    def test_in_titles_values_and_texts_of_any_record(self):
        make.make_note(slug="n", body="据报道，「时间点」，又「时间点」，TODO 补来源")
        make.make_finding("待定", slug="f")
        make.make_source("书", key="s", authors="待补充")
        make.make_comparison(slug="c", intro="引言待补充")
        expected = ["comparisons/c 待补充", "findings/f 待定", "notes/n TODO", "notes/n 「时间点」"]
        assert sorted(names("placeholder")) == [*expected, "sources/s 待补充"]

    def test_to_dos_and_the_changelog_speak_of_them(self):
        make.make_todo("补上「时间点」", body="待补充")
        make.make_changelog_entry(summary="待补充")
        assert names("placeholder") == []

    def test_it_goes_with_the_word_and_with_the_record(self):
        case = make.make_case(body="待补充，TODO")
        case.body = "TODO"
        actions.save(case, by=None, via="test")
        assert [name.rpartition(" ")[2] for name in names("placeholder")] == ["TODO"]
        actions.delete([Case.objects.get()], by=None, via="test")
        assert names("placeholder") == []

    def test_rederiving_finds_them_again(self):
        make.make_case(slug="a", body="待补充")
        Placeholder.objects.all().delete()
        assert list(actions.rederive())
        assert names("placeholder") == ["cases/a 待补充"]


class TestSorting:
    def test_cases_without_a_mode_or_an_industry(self):
        make.make_case(slug="a", mode=make.make_mode())
        make.make_case(slug="b", industries=[make.make_industry(), make.make_industry()])
        assert names("case_without_mode") == ["cases/b"]
        assert names("case_without_industry") == ["cases/a"]

    def test_theses_with_one_side_only(self):
        said = {}
        for slug, stances in (("both", "+-"), ("for", "++"), ("against", "-"), ("none", "")):
            thesis = make.make_thesis(slug=slug)
            for sign in stances:
                make.make_argument(thesis=thesis, stance="supports" if sign == "+" else "opposes")
        for gap in gaps.each(Scope(), ["one_sided_thesis"]):
            said[gap.record.slug] = gap.sentence
        assert sorted(said) == ["against", "for", "none"]
        assert len(set(said.values())) == 3
        actions.withdraw(Argument.objects.filter(thesis__slug="both", stance="opposes"), by=None, via="test")
        assert "theses/both" in names("one_sided_thesis")


class TestLinks:
    def test_a_dead_link_is_of_the_day_that_it_was_here(self):
        source = make.make_source(key="s", url="https://a.example/x")
        found(source, "missing")
        LinkCheck.objects.update(checked_at=datetime(2026, 1, 1, 20, 0, tzinfo=UTC), dead=True)
        [gap] = gaps.each(Scope(), ["dead_link"])
        assert "2026-01-02" in gap.sentence

    def test_never_checked_then_dead_then_alive(self):
        source = make.make_source(key="s", url="https://a.example/x", archived_url="https://b.example/x")
        assert names("unchecked_link") == ["sources/s"]
        found(source, "ok", column="archived_url")
        assert names("unchecked_link") == ["sources/s"]
        for _ in range(3):
            found(source, "missing", status=404)
            days_pass(30)
        found(source, "missing", status=404)
        assert (names("unchecked_link"), names("dead_link")) == ([], ["sources/s url"])
        found(source, "ok", status=200)
        assert names("dead_link") == []


class TestScope:
    @pytest.fixture
    def world(self, source):
        inside, outside = make.make_organization(slug="in"), make.make_organization(slug="out")
        criterion = make.make_criterion(slug="q")
        make.make_comparison(slug="c", organizations=[inside], criteria=[criterion])
        make.make_comparison(slug="hidden", organizations=[inside, outside], status="draft")
        for organization in (inside, outside):
            case = make.make_case(slug=f"case-{organization.slug}", organization=organization)
            thesis = make.make_thesis(slug=f"thesis-{organization.slug}")
            make.make_argument(slug=f"claim-{organization.slug}", thesis=thesis, cases=[case])
            make.make_finding(slug=f"beside-{organization.slug}", organization=organization)
        make.make_finding(slug="asked", organization=inside, criterion=criterion)
        make.make_event("待定", slug="event", organizations=[inside])

    def test_a_comparison_has_those_on_its_page(self, world):
        assert names("uncited_case", comparison="c") == ["cases/case-in"]
        assert names("uncited_finding", comparison="c") == ["findings/asked"]
        assert names("uncited_claim", comparison="c") == ["arguments/claim-in"]
        assert names("one_sided_thesis", comparison="c") == ["theses/thesis-in"]
        assert names("placeholder", comparison="c") == ["events/event 待定"]

    def test_an_organization_has_its_own(self, world):
        assert names("uncited_case", organization="out") == ["cases/case-out"]
        assert names("uncited_finding", organization="out") == ["findings/beside-out"]
        assert names("uncited_case", organization="out", comparison="c") == []

    @pytest.mark.parametrize("key", ["nothing", "a\x00b", "x" * 5000])
    def test_an_unknown_key_finds_none(self, world, key):
        assert names(comparison=key) == names(organization=key) == []

    def test_a_hidden_comparison_is_unknown_to_the_public(self, world):
        assert names(comparison="hidden", public=True) == []
        assert names(comparison="hidden")

    def test_only_tables_that_one_may_see(self, world):
        seen = {name.partition("/")[0] for name in names(tables=frozenset({"cases"}))}
        assert seen == {"cases"}


class TestNames:
    def test_every_gap_is_found_by_its_name(self, seed):
        every = list(gaps.each(Scope()))
        assert [gap.name for gap in gaps.named(gap.name for gap in every)] == [gap.name for gap in every]
        assert all(Name.read(str(gap.name)) == gap.name for gap in every)
        assert gaps.closed(gap.name for gap in every) == set()

    def test_names_are_unique(self, seed):
        every = [gap.name for gap in gaps.each(Scope())]
        assert len(set(every)) == len(every) == sum(one.count for one in gaps.counts(Scope()))

    @pytest.mark.parametrize(
        "text", ["", "x", "uncited_case", "uncited_case cases", "a b/", "a  b/c", "a b/c\x00"]
    )
    def test_what_is_no_name(self, text):
        assert Name.read(text) is None

    def test_of_an_unknown_kind_nothing_is_said(self):
        name = Name("no_such_kind", "cases", "a")
        assert gaps.named([name]) == []
        assert gaps.closed([name]) == set()


def test_pages_are_parts_of_the_whole(seed):
    scope = Scope()
    counted = gaps.counts(scope)
    whole = [str(gap.name) for gap in gaps.each(scope)]
    listed = gaps.Gaps(scope, counted)
    assert len(listed) == len(whole)
    for start in range(0, len(whole), 50):
        assert [str(gap.name) for gap in listed[start : start + 50]] == whole[start : start + 50]
    assert str(listed[3].name) == whole[3]


def test_what_readers_may_know_of_is_known_to_the_team(seed):
    actions.withdraw(Finding.objects.all()[::3], by=None, via="test")
    assert set(names(public=True)) <= set(names())


def test_a_record_s_own_gaps(source):
    case = make.make_case(slug="a", body="待补充")
    make.make_case(slug="b")
    assert {gap.kind.name for gap in gaps.of_record(case, Scope())} == {
        "placeholder",
        "uncited_case",
        "case_without_mode",
        "case_without_industry",
    }


@pytest.mark.parametrize("public", [True, False])
def test_the_number_of_queries_does_not_grow(public, django_assert_max_num_queries):
    organization, criterion = make.make_organization(), make.make_criterion(shelf_life=3)

    def fill(number):
        with make.together():
            for _ in range(number):
                make.make_case(organization=organization, body="TODO")
                make.make_finding(organization=organization, criterion=criterion, as_of="2010")
                make.make_source(url="https://a.example/")
                make.make_argument(thesis=make.make_thesis())

    def asked():
        scope = Scope(public=public)
        counted = gaps.counts(scope)
        return list(gaps.each(scope)), gaps.Gaps(scope, counted)[0:50]

    fill(5)
    with django_assert_max_num_queries(75) as few:
        asked()
    fill(100)
    with django_assert_max_num_queries(len(few)):
        asked()
