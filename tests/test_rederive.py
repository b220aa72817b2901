"""What follows from the texts, derived again after an upgrade: the records themselves stay as they are."""

import pytest

from research import actions, search
from research.models import Citation, Link, Note, Passage, Revision
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def note():
    make.make_source(key="a")
    make.make_case("城市大脑", slug="城市大脑")
    with make.together():
        for _ in range(600):
            make.make_note("别的", body="[@nobody]")
    return make.make_note("札记", body="一句话[@a, p. 6]。见 [[城市大脑]]。")


def derived():
    citations = Citation.objects.order_by("table", "record_id", "position")
    return (
        list(citations.values_list("table", "record_id", "source__key", "locator", "sentence")),
        sorted(Link.objects.values_list("table", "record_id", "target_table", "target_key")),
        sorted(Passage.objects.values_list("table", "record_id", "position", "text")),
    )


def test_sentences_links_and_passages_come_back(command, note):
    before = derived()
    versions = list(Note.objects.order_by("pk").values_list("pk", "version", "updated_at"))
    revisions = Revision.objects.count()
    Citation.objects.update(sentence="")
    Link.objects.all().delete()
    search.remove("notes", list(Note.objects.values_list("pk", flat=True)))
    outcome = command("rederive")
    assert outcome.code == 0
    assert "604" in " ".join(outcome.out)
    assert derived() == before
    assert list(Note.objects.order_by("pk").values_list("pk", "version", "updated_at")) == versions
    assert Revision.objects.count() == revisions
    assert [hit.record for group in search.find("一句话") for hit in group.hits] == [note]


def test_it_may_run_twice(command, note):
    before = derived()
    command("rederive")
    command("rederive")
    assert derived() == before


def test_where_there_is_nothing(command):
    assert "0" in " ".join(command("rederive").out)


def test_it_is_known_where_it_is_needed(note):
    assert not actions.lacks_sentences()
    Citation.objects.update(sentence="")
    assert actions.lacks_sentences()
    Citation.objects.all().delete()
    assert not actions.lacks_sentences()
