"""A public changelog entry lists the records that it names, each with its public difference."""

import re

import pytest
from django.urls import reverse

from research import actions
from tests import factories as make
from tests.public.changed import edit, keep_aside, publish_entry
from tests.public.urls import body, difference_url

pytestmark = pytest.mark.django_db

SECRET = "绝密记号"


@pytest.fixture
def case():
    """Published, and known by the first entry."""
    found = make.make_case("城市大脑", slug="城市大脑", body="阿里云在杭州。", tags=["云"])
    publish_entry(slug="first")
    return found


def difference(client, entry, record, language=""):
    response = client.get(language + difference_url(entry, record))
    assert response.status_code == 200
    return body(response)


def status(client, entry, record):
    return client.get(difference_url(entry, record)).status_code


def columns(text):
    return re.findall(r"<dt>(.*?)</dt>", text)


def test_words_are_marked_column_by_column(client, case):
    edit(case, title="城市大脑 2.0", body="阿里云在上海。", tags=["云", "城市"])
    text = difference(client, publish_entry(case), case)
    assert columns(text) == ["标题", "正文", "标签"]
    assert "阿里云在<del>杭州</del><ins>上海</ins>。" in text
    assert "城市大脑<ins> 2.0</ins>" in text


def test_lists_and_relations_are_marked_by_their_members(client, case):
    other = make.make_organization(slug="甲公司-二")
    edit(case, organization=other, tags=["城市", "云"], mode=make.make_mode(slug="深耕"))
    text = difference(client, publish_entry(case), case)
    assert "<ins>甲公司-二</ins>" in text
    assert "云; <ins>城市</ins>" in text
    assert "<ins>深耕</ins>" in text


def test_in_english(client, case):
    edit(case, title="城市大脑 2.0")
    assert columns(difference(client, publish_entry(case), case, "/en")) == ["Title"]


def test_the_entry_lists_each_record_with_its_page_and_its_difference(client, case):
    new, same = make.make_source("白皮书", key="k"), make.make_note("旧文", slug="旧")
    edit(case, title="城市大脑 2.0")
    publish_entry(slug="between")
    edit(case, title="城市大脑 3.0")
    latest = make.make_source("红皮书", key="k2")
    entry = publish_entry(case, new, same, latest)
    response = client.get(entry.get_absolute_url())
    assert [
        (record, change and change.kind.value, count)
        for (record, change), count in zip(response.context["named"], "1234", strict=True)
    ] == [(new, None, "1"), (latest, "new", "2"), (same, None, "3"), (case, "changed", "4")]
    assert [count for _label, count in response.context["counts"]] == [1, 1]
    text = body(response)
    for record in (case, new, same, latest):
        assert f'href="{record.get_absolute_url()}"' in text
    assert difference_url(entry, case) in text
    assert difference_url(entry, latest) in text
    assert difference_url(entry, new) not in text


def test_a_new_record_is_shown_whole(client, case):
    source = make.make_source("白皮书", key="k", kind="report", body="")
    text = difference(client, publish_entry(source), source)
    assert "<ins>白皮书</ins>" in text
    assert "<ins>报告</ins>" in text, "a choice by its name"
    assert "<del>" not in text


def test_each_entry_has_its_own_window(client, case):
    edit(case, body="二")
    second = publish_entry(case)
    edit(case, body="三")
    third = publish_entry(case)
    edit(case, body="四")
    assert "<ins>二</ins>" in difference(client, second, case)
    assert "<del>二</del><ins>三</ins>" in difference(client, third, case)


def test_the_window_ends_with_the_first_publication(client, case):
    edit(case, body="二")
    entry = publish_entry(case)
    edit(case, body="三")
    entry.refresh_from_db()
    actions.withdraw([entry], by=None, via="test")
    actions.publish([entry], by=None, via="test")
    assert "三" not in difference(client, entry, case)


def test_an_entry_that_is_not_public_bounds_no_window(client, case):
    edit(case, body="二")
    hidden = publish_entry(case)
    edit(case, body="三")
    entry = publish_entry(case)
    actions.withdraw([hidden], by=None, via="test")
    assert "<del>阿里云在杭州。</del><ins>三</ins>" in difference(client, entry, case)


def test_what_stayed_is_left_out_of_a_long_text(client, case):
    stays = "江" * 500
    edit(case, body=f"一{stays}")
    publish_entry()
    edit(case, body=f"二{stays}")
    text = difference(client, publish_entry(case), case)
    assert "<del>一</del><ins>二</ins>江" in text
    assert stays not in text


def test_text_is_escaped(client, case):
    edit(case, body="<script>alert(1)</script>")
    text = difference(client, publish_entry(case), case)
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


class TestNothingHiddenLeaks:
    def test_a_draft_between_two_publications(self, client, case):
        keep_aside(case, body=f"阿里云在{SECRET}。")
        edit(case, body="阿里云在上海。")
        text = difference(client, publish_entry(case), case)
        assert "上海" in text
        assert SECRET not in text

    def test_what_was_withdrawn_and_written_before_it_was_published_again(self, client, case):
        edit(case, status="draft", body=SECRET)
        edit(case, status="published", body="阿里云在上海。")
        text = difference(client, publish_entry(case), case)
        assert "<del>杭州</del><ins>上海</ins>" in text
        assert SECRET not in text

    def test_a_draft_at_the_entry_before(self, client, case):
        edit(case, status="draft", body=SECRET)
        publish_entry()
        edit(case, status="published", body="阿里云在上海。")
        assert SECRET not in difference(client, publish_entry(case), case)

    def test_a_draft_at_the_entry_itself(self, client, case):
        edit(case, status="draft", body=SECRET)
        entry = publish_entry(case)
        edit(case, status="published", body="阿里云在上海。")
        assert status(client, entry, case) == 404
        assert SECRET not in body(client.get(entry.get_absolute_url()))

    def test_a_row_that_was_published_under_a_hidden_parent(self, client):
        organization = make.make_organization(status="draft")
        case = make.make_case(organization=organization, body=SECRET)
        publish_entry()
        edit(case, body="可见")
        edit(organization, status="published")
        text = difference(client, publish_entry(case), case)
        assert "<ins>可见</ins>" in text
        assert SECRET not in text

    def test_the_key_of_a_hidden_related_record(self, client):
        shown, hidden = make.make_organization(slug="甲"), make.make_organization(slug=f"{SECRET}-org")
        event = make.make_event(organizations=[shown, hidden])
        publish_entry()
        edit(event, title="云公司扩大", organizations=[shown, hidden, make.make_organization(slug="乙")])
        edit(hidden, status="draft")
        text = difference(client, publish_entry(event), event)
        assert SECRET not in text
        assert "甲; <ins>乙</ins>" in text

    def test_that_only_a_hidden_related_record_changed(self, client):
        event = make.make_event()
        publish_entry()
        edit(event, organizations=[make.make_organization(slug=SECRET, status="draft")])
        entry = publish_entry(event)
        assert status(client, entry, event) == 404
        assert client.get(entry.get_absolute_url()).context["named"] == [(event, None)]

    def test_notes_and_authors(self, client, case):
        case.body = "阿里云在上海。"
        actions.save(case, by=make.make_user(username=SECRET), via="form", note=SECRET)
        assert SECRET not in difference(client, publish_entry(case), case)


class TestNotFound:
    def test_a_record_that_is_withdrawn_now(self, client, case):
        edit(case, title="城市大脑 2.0")
        entry = publish_entry(case)
        assert status(client, entry, case) == 200
        edit(case, status="draft")
        assert status(client, entry, case) == 404
        assert client.get(entry.get_absolute_url()).context["named"] == []

    def test_a_record_whose_parent_is_withdrawn_now(self, client, case):
        edit(case, title="城市大脑 2.0")
        entry = publish_entry(case)
        edit(case.organization, status="draft")
        assert status(client, entry, case) == 404

    def test_a_record_that_is_deleted(self, client, case):
        edit(case, title="城市大脑 2.0")
        address = difference_url(publish_entry(case), case)
        actions.delete([case], by=None, via="test")
        assert client.get(address).status_code == 404

    def test_an_entry_that_is_not_public(self, client, case):
        edit(case, title="城市大脑 2.0")
        assert status(client, publish_entry(case, status="draft"), case) == 404

    def test_a_record_that_the_entry_does_not_name(self, client, case):
        edit(case, title="城市大脑 2.0")
        assert status(client, publish_entry(), case) == 404

    def test_a_record_that_did_not_change_then(self, client, case):
        assert status(client, publish_entry(case), case) == 404

    @pytest.mark.parametrize(
        ("table", "key"), [("cases", "none"), ("nothing", "城市大脑"), ("users", "1"), ("notes", "城市大脑")]
    )
    def test_what_is_not_there(self, client, case, table, key):
        edit(case, title="城市大脑 2.0")
        entry = publish_entry(case)
        assert client.get(reverse("changelog_difference", args=[entry.slug, table, key])).status_code == 404


class TestTheList:
    def test_it_says_how_many_of_which_table(self, client, case):
        entry = publish_entry(case, make.make_source(), make.make_source())
        text = body(client.get(reverse("changelog")))
        assert "来源 2 · 案例 1" in " ".join(text.split())
        assert entry.get_absolute_url() in text

    def test_hidden_ones_do_not_count(self, client, case):
        publish_entry(case, make.make_source(status="draft"))
        assert "来源 1" not in body(client.get(reverse("changelog")))
