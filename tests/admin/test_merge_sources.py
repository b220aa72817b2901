"""/admin/research/source/<pk>/merge/?with=<pk>: one source takes in another, and texts follow."""

import pytest
from django.urls import reverse

from research import actions
from research.models import Batch, Case, Draft, Revision, Source
from tests import factories as make
from tests.admin.pages import change_url, count_queries, url
from tests.public.changed import edit, keep_aside

pytestmark = pytest.mark.django_db


def page(kept, other):
    return f"{url(Source, 'merge', kept.pk)}?with={other.pk}"


def posted(client, kept, other, **choices):
    """The page's form as the browser would send it, with other choices."""
    response = client.get(page(kept, other))
    proposal = response.context["proposal"]
    data = {side.field: side.chosen for side in proposal.sides}
    data |= {"seen_kept": proposal.kept.version, "seen_other": proposal.other.version}
    return data | {f"take.{name}": value for name, value in choices.items()}


def merge(client, kept, other, *, why="", **choices):
    data = posted(client, kept, other, **choices)
    return client.post(page(kept, other), {**data, "why": why}, follow=True)


@pytest.fixture
def kept():
    return make.make_source("产业互联网白皮书", key="neu", kind="report", issued="2018")


@pytest.fixture
def other():
    return make.make_source("产业互联网 白皮书", key="alt", issued="2018", publisher="甲社", extra="page: 3")


def test_it_shows_what_differs_what_is_taken_over_and_what_follows(editing, kept, other):
    case = make.make_case("某案例", body="[@alt]")
    note = make.make_note("某札记", body="甲")
    keep_aside(note, body="[@alt]", status="draft")
    response = editing.get(page(kept, other))
    proposal = response.context["proposal"]
    assert [(side.difference.name, side.chosen) for side in proposal.sides] == [
        ("kind", "ours"),
        ("title", "ours"),
    ]
    assert [side.ours for side in proposal.sides] == ["报告", "产业互联网白皮书"]
    assert [(table.records, table.drafts) for table in proposal.followers] == [([], [note]), ([case], [])]
    text = response.content.decode()
    assert all(shown in text for shown in ("某案例", "某札记", "neu", "alt", *proposal.filled))
    assert len(proposal.filled) == 2
    assert page(other, kept) in text


def test_it_is_written_as_one_step_that_can_be_undone(editing, kept, other):
    case = make.make_case(body="[@alt]")
    response = merge(editing, kept, other, why="同一份", title="others")
    batch = Batch.objects.get()
    assert response.redirect_chain[-1][0] == reverse("admin:research_batch_change", args=[batch.pk])
    text = response.content.decode()
    assert "alt → neu" in text
    found = Source.objects.get()
    assert (found.key, found.title, found.kind, found.publisher) == (
        *("neu", "产业互联网 白皮书"),
        *("report", "甲社"),
    )
    assert Case.objects.get(pk=case.pk).body == "[@neu]"
    assert {one.note[-3:] for one in batch.revisions.all()} == {"同一份"}
    undo = reverse("admin:research_batch_undo", args=[batch.pk])
    assert undo in text
    editing.post(undo)
    assert Case.objects.get(pk=case.pk).body == "[@alt]"
    assert sorted(Source.objects.values_list("key", flat=True)) == ["alt", "neu"]


def test_its_history_says_how_it_ended(editing, kept, other):
    merge(editing, kept, other)
    text = editing.get(url(Source, "history", other.pk)).content.decode()
    assert "neu" in text
    assert Revision.objects.at("sources", other.pk)[0].deleted


def test_the_form_of_a_source_leads_to_it_and_the_other_is_found_by_its_key(editing, kept, other):
    choose = url(Source, "merge", kept.pk)
    assert choose in editing.get(change_url(kept)).content.decode()
    assert editing.get(choose).status_code == 200
    assert editing.get(choose, {"key": " @alt "})["Location"] == page(kept, other)
    for key in ("nie-da", "neu", "Alt", "\x00", "a" * 5000):
        assert editing.get(choose, {"key": key}).status_code == 200


def test_it_says_if_the_one_that_stays_becomes_public_or_has_a_draft(editing, other):
    hidden = make.make_source(key="versteckt", status="draft")
    assert editing.get(page(hidden, other)).context["proposal"].becomes_public
    merge(editing, hidden, other)
    assert Source.objects.get(key="versteckt").status == "published"
    kept = make.make_source()
    assert not editing.get(page(kept, hidden)).context["proposal"].has_draft
    keep_aside(kept, title="新的", status="draft")
    assert editing.get(page(kept, hidden)).context["proposal"].has_draft


class TestWhoMay:
    def test_an_editor_merges_drafts(self, drafting):
        kept, other = make.make_source(key="neu", status="draft"), make.make_source(key="alt", status="draft")
        case = make.make_case(body="[@alt]", status="draft")
        keep_aside(make.make_note(slug="云", body="甲"), body="[@alt]", status="draft")
        merge(drafting, kept, other)
        assert Case.objects.get(pk=case.pk).body == "[@neu]"
        assert Draft.objects.get().row["body"] == "[@neu]"

    @pytest.mark.parametrize(
        ("status", "maker", "values"),
        [
            ("published", make.make_case, {"body": "甲"}),
            ("draft", make.make_case, {"body": "[@alt]"}),
            ("draft", make.make_mode, {"definition": "[@alt]"}),
        ],
    )
    def test_what_readers_see_needs_a_reviewer_and_the_page_says_so(self, drafting, status, maker, values):
        maker(**values)
        kept, other = (make.make_source(key=key, status=status) for key in ("neu", "alt"))
        response = drafting.get(page(kept, other))
        assert response.context["proposal"].lacking
        assert 'type="submit" class="default"' not in " ".join(response.content.decode().split())
        assert drafting.post(page(kept, other), posted(drafting, kept, other)).status_code == 403
        assert Source.objects.filter(key="alt").exists()

    def test_a_viewer_has_no_such_page(self, client, kept, other):
        client.force_login(make.make_user("viewer"))
        assert client.get(page(kept, other)).status_code == 403
        assert client.get(url(Source, "merge", kept.pk)).status_code == 403


class TestMeanwhile:
    def test_the_other_was_changed_and_has_to_be_looked_at_again(self, editing, kept, other):
        data = posted(editing, kept, other, title="others")
        edit(other, title="改了的")
        response = editing.post(page(kept, other), data)
        assert response.status_code == 409
        proposal = response.context["proposal"]
        assert proposal.problem
        assert {side.difference.name: side.chosen for side in proposal.sides}["title"] == "others"
        assert not Batch.objects.exists()
        editing.post(page(kept, other), {**data, "seen_other": proposal.other.version})
        assert Source.objects.get().title == "改了的"

    def test_what_others_changed_in_the_one_that_stays_stands_too(self, editing, kept, other):
        data = posted(editing, kept, other, title="others")
        edit(kept, container="别人填的")
        editing.post(page(kept, other), data)
        found = Source.objects.get()
        assert (found.container, found.title) == ("别人填的", "产业互联网 白皮书")

    def test_what_clashes_is_told_and_nothing_is_written(self, editing, kept, other):
        data = posted(editing, kept, other, title="others")
        edit(kept, title="别人改的")
        response = editing.post(page(kept, other), data, follow=True)
        assert [message.level_tag for message in response.context["messages"]] == ["error"]
        assert (Source.objects.count(), Source.objects.get(pk=kept.pk).title) == (2, "别人改的")
        assert not Batch.objects.exists()

    def test_one_of_the_two_is_gone(self, editing, kept, other):
        data = posted(editing, kept, other)
        actions.delete([Source.objects.get(pk=other.pk)], by=None, via="test")
        assert editing.post(page(kept, other), data).status_code == 404


class TestWhatCannotBe:
    def test_the_other_has_a_newer_draft(self, editing, kept, other):
        keep_aside(other, title="新的", status="draft")
        response = editing.get(page(kept, other))
        assert response.context["proposal"].problem
        other.refresh_from_db()
        data = {"seen_kept": kept.version, "seen_other": other.version}
        assert editing.post(page(kept, other), data).status_code == 409
        assert Source.objects.count() == 2

    def test_a_text_that_cannot_follow_is_named(self, editing, other):
        clumsy = make.make_source(key="刘松")
        note = make.make_note("难办的札记", body="@alt@b")
        response = merge(editing, clumsy, other)
        [message] = response.context["messages"]
        assert (message.level_tag, note.title in str(message)) == ("error", True)
        assert Source.objects.count() == 2

    @pytest.mark.parametrize("number", ["x", "", "0", "99999999999999999999", "1\x00", "{kept}"])
    def test_no_such_other(self, editing, kept, number):
        address = url(Source, "merge", kept.pk)
        assert editing.get(address, {"with": number.format(kept=kept.pk)}).status_code == 404

    def test_no_such_source(self, editing, other):
        assert editing.get(f"{url(Source, 'merge', 4711)}?with={other.pk}").status_code == 404

    def test_a_form_without_what_was_seen_is_asked_again(self, editing, kept, other):
        for data in ({}, {"seen_kept": "x", "seen_other": "y"}, {"seen_kept": 99, "seen_other": 1}):
            assert editing.post(page(kept, other), data).status_code == 409
        assert Source.objects.count() == 2

    def test_a_choice_that_is_none_takes_what_stands(self, editing, kept, other):
        merge(editing, kept, other, title="both", kind="<script>")
        assert (Source.objects.get().title, Source.objects.get().kind) == ("产业互联网白皮书", "report")


def test_as_many_queries_for_many(editing, kept, other):
    def follow(number):
        organization = make.make_organization()
        with make.together():
            for _ in range(number):
                make.make_case(organization=organization, body="[@alt]", tags=["云"])
                make.make_finding(organization=organization, criterion=criterion, body="[@alt]")

    criterion = make.make_criterion()
    follow(2)
    few = count_queries(editing, page(kept, other))
    follow(60)
    assert count_queries(editing, page(kept, other)) == few
