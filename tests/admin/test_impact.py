"""The page of what rests on a source, and deleting or withdrawing one that is cited."""

from typing import Any

import pytest
from django.urls import reverse

from research import actions
from research.models import Note, Source
from tests import factories as make
from tests.admin.pages import change_url, count_queries, url
from tests.public.changed import edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(db):
    make.make_source("另一本", key="other")
    make.make_source("草稿书", key="draft", status="draft")
    return make.make_source("甲书", key="a")


def page_of(client, source):
    page = client.get(url(Source, "impact", source.pk))
    assert page.status_code == 200
    return page


def text_of(page):
    return page.content.decode()


def figures(page):
    records, standing = page.context["records"], page.context["standing"]
    return [
        (share.count, share.bare, share.public_bare)
        for share in (records, standing.cells, standing.arguments)
    ]


class TestThePage:
    def test_what_cites_it_with_locator_and_sentence(self, editing, source):
        note = make.make_note("札记", body="先说。份额为 43% [@a, 第6页]。", status="draft")
        page = text_of(page_of(editing, source))
        assert f'<a href="{change_url(note)}">札记</a>' in page
        assert "份额为 43%。" in page
        assert "第6页" in page

    def test_what_would_be_left_without_any_source(self, editing, source):
        make.make_note(body="一[@a]。")
        make.make_note(body="二[@a]，另[@other]。")
        make.make_note(body="三[@a]，另见草稿[@draft]。")
        make.make_note(body="四[@a]，另见草稿[@draft]。", status="draft")
        make.make_note(body="五[@a]，另见[@nobody]。", status="draft")
        page = page_of(editing, source)
        assert figures(page)[0] == (5, 3, 2)
        assert text_of(page).count("唯一的来源") + text_of(page).count("its only source") == 3

    def test_cells_of_comparisons(self, editing, source):
        organization, mode = make.make_organization(), make.make_mode()
        criteria = [make.make_criterion() for _ in range(2)]
        both: dict[str, Any] = {"organization": organization}
        make.make_case(mode=mode, body="[@a]", **both)
        make.make_case(mode=mode, body="[@other]", **both)
        make.make_case(body="[@a]", **both)
        make.make_finding(criterion=criteria[0], body="[@a]", as_of="2018", **both)
        make.make_finding(criterion=criteria[0], body="[@a]", as_of="2017", **both)
        make.make_finding(criterion=criteria[1], body="[@a] [@other]", **both)
        make.make_finding(body="[@a]", criterion=make.make_criterion(), **both)
        comparison = make.make_comparison(organizations=[organization], criteria=criteria)
        make.make_comparison(organizations=[make.make_organization()], criteria=criteria)
        page = page_of(editing, source)
        assert figures(page)[1] == (4, 2, 2)
        [one] = page.context["standing"].comparisons
        assert (one.record, one.count, one.bare) == (comparison, 4, 2)
        assert change_url(comparison) in text_of(page)

    def test_arguments_of_theses_also_by_their_evidence(self, editing, source):
        thesis = make.make_thesis("论点", status="draft")
        case, sourced = make.make_case(body="[@a]"), make.make_case(body="[@other]")
        make.make_argument(thesis=thesis, body="[@a]")
        make.make_argument(thesis=thesis, cases=[case])
        make.make_argument(thesis=thesis, cases=[case, sourced])
        make.make_argument(thesis=thesis, findings=[make.make_finding(body="[@a]")], body="[@other]")
        make.make_argument(thesis=thesis, cases=[sourced])
        page = page_of(editing, source)
        assert figures(page)[2] == (4, 2, 0)
        [one] = page.context["standing"].theses
        assert (one.record, one.count, one.bare) == (thesis, 4, 2)

    def test_of_a_source_that_nothing_cites(self, editing, source):
        page = page_of(editing, source)
        assert figures(page) == [(0, 0, 0)] * 3

    def test_the_form_leads_there(self, editing, source):
        make.make_note("札记", body="一句话[@a, p. 6]。", status="draft")
        page = text_of(editing.get(change_url(source)))
        assert url(Source, "impact", source.pk) in page
        assert "一句话。" in page

    def test_of_tables_that_one_may_not_see_nothing_is_told(self, client, source):
        from tests.role_deeds_since import blind

        make.make_note("密札", body="密句[@a]。", status="draft")
        client.force_login(make.make_user("viewer"))
        blind(client, Note)
        for address in (url(Source, "impact", source.pk), change_url(source)):
            page = text_of(client.get(address))
            assert "密札" not in page
            assert "密句" not in page

    @pytest.mark.parametrize("pk", ["999999", "x", "9" * 30])
    def test_of_a_source_that_is_not_there(self, editing, pk):
        assert editing.get(f"/admin/research/source/{pk}/impact/").status_code == 302

    def test_queries_do_not_grow_and_lists_are_bounded(self, editing, source):
        organization, criterion = make.make_organization(), make.make_criterion()
        thesis, mode = make.make_thesis(), make.make_mode()
        make.make_comparison(organizations=[organization], criteria=[criterion])

        def fill(number):
            with make.together():
                for _ in range(number):
                    make.make_case(organization=organization, mode=mode, body="[@a]")
                    make.make_finding(organization=organization, criterion=criterion, body="[@a]")
                    make.make_argument(thesis=thesis, body="[@a]")

        addresses = [url(Source, view, source.pk) for view in ("impact", "change", "delete")]
        fill(3)
        few = [count_queries(editing, address) for address in addresses]
        fill(297)
        assert [count_queries(editing, address) for address in addresses] == few
        assert figures(page_of(editing, source))[0] == (900, 900, 900)
        assert len(text_of(page_of(editing, source))) < 600_000


class TestDeleting:
    @pytest.fixture
    def note(self, source):
        return make.make_note("引它的札记", body="这一句[@a, p. 6]靠它。", status="draft")

    def refused(self, page, source, note):
        text = text_of(page)
        assert Source.objects.filter(pk=source.pk).exists()
        assert change_url(note) in text
        assert "这一句靠它。" in text
        assert url(Source, "impact", source.pk) in text

    def test_in_its_form_it_is_refused_with_what_cites_it(self, editing, source, note):
        self.refused(editing.get(url(Source, "delete", source.pk)), source, note)
        self.refused(editing.post(url(Source, "delete", source.pk), {"post": "yes"}), source, note)

    def test_by_the_bulk_action_too(self, editing, source, note):
        data = {"action": "delete_selected", "_selected_action": [source.pk], "post": "yes"}
        self.refused(editing.post(url(Source, "changelist"), data, follow=True), source, note)

    def test_one_that_was_cited_while_the_page_was_open(self, editing, source, monkeypatch):
        """The page saw nothing that cites it; the writer, under its lock, does."""
        from research.admin.sources.impact import ImpactAdmin

        monkeypatch.setattr(ImpactAdmin, "resting_on", lambda *_args: [])
        note = make.make_note("引它的札记", body="这一句[@a, p. 6]靠它。")
        data = {"post": "yes", "seen_version": source.version}
        self.refused(editing.post(url(Source, "delete", source.pk), data, follow=True), source, note)

    def test_by_the_writer(self, source, note):
        with pytest.raises(actions.InUse, match="引它的札记"):
            actions.delete([source], by=None, via="test")

    def test_once_nothing_cites_it_it_goes(self, editing, source, note):
        edit(note, body="不再引用。")
        editing.post(url(Source, "delete", source.pk), {"post": "yes", "seen_version": source.version})
        assert not Source.objects.filter(pk=source.pk).exists()


class TestWithdrawing:
    def test_it_is_done_and_said_what_readers_lose(self, editing, source):
        make.make_note(body="[@a]")
        make.make_note(body="[@a] [@other]")
        make.make_note(body="[@a]", status="draft")
        data = {"step": "withdraw", "version": source.version, "note": ""}
        page = text_of(editing.post(url(Source, "step", source.pk), data, follow=True))
        source.refresh_from_db()
        assert source.status == "draft"
        message = page[page.index('class="warning"') :][:800]
        assert url(Source, "impact", source.pk) in message
        assert "2" in message
        assert "1" in message

    def test_by_the_bulk_action_too(self, editing, source):
        make.make_note(body="[@a]")
        data = {"action": "withdraw", "_selected_action": [source.pk]}
        page = text_of(editing.post(url(Source, "changelist"), data, follow=True))
        assert url(Source, "impact", source.pk) in page[page.index('class="warning"') :]

    def test_of_one_that_nothing_cites_nothing_is_said(self, editing, source):
        data = {"step": "withdraw", "version": source.version, "note": ""}
        assert 'class="warning"' not in text_of(
            editing.post(url(Source, "step", source.pk), data, follow=True)
        )


def test_the_confirmation_page_of_many_sources_is_bounded(editing, source):
    sources = [make.make_source(f"书{number}", key=f"s{number}") for number in range(30)]
    make.make_note(body=" ".join(f"[@s{number}]" for number in range(30)))
    data = {"action": "delete_selected", "_selected_action": [one.pk for one in sources]}
    page = editing.post(reverse("admin:research_source_changelist"), data)
    assert page.status_code == 200
    assert text_of(page).count("/impact/") <= 10
