"""The links of a source in the admin: beside its form with their buttons, in the list, on the first page."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from research import actions, checking
from research.linkwatch.states import Reason
from research.models import Draft, LinkCheck, Revision, Source, Todo
from tests.admin.pages import change_url, count_queries, url
from tests.factories import make_source, make_user, together
from tests.link_checks import days_pass, found
from tests.linkwatch.stub import web
from tests.public.changed import edit, keep_aside

SITE = "http://good.test"


@pytest.fixture
def net(monkeypatch):
    with web() as stub:
        monkeypatch.setattr(checking, "fetcher", stub.fetcher)
        yield stub
        assert stub.silent.heard == 0


def press(client, source, step, *, column="url", **data):
    """A button of the panel, as the page sends it."""
    data = {"step": step, "field": column, "url": getattr(source, column), **data}
    return client.post(url(Source, "link", source.pk), data)


def told(client, source):
    """The levels of what the form says after a button."""
    return [message.level_tag for message in client.get(change_url(source)).context["messages"]]


def buttons(client, source):
    panels = client.get(change_url(source)).context["link_panels"]
    return {panel.column.value: [button.step for button in panel.buttons] for panel in panels}


class TestThePanel:
    def test_how_each_address_stands(self, editing):
        source = make_source(url=f"{SITE}/x", archived_url="https://archive.test/x")
        found(source, "missing", status=404)
        page = editing.get(change_url(source))
        first, second = page.context["link_panels"]
        assert (first.check.state, first.check.dead, second.check) == ("missing", True, None)
        assert "HTTP 404" in page.content.decode()
        assert page.content.decode().index('id="links"') < page.content.decode().index('id="source_form"')

    def test_which_buttons_there_are(self, editing):
        source = make_source(url=f"{SITE}/x")
        assert buttons(editing, source) == {"url": ["check"]}
        found(source, "ok")
        assert buttons(editing, source) == {"url": ["check"]}
        found(source, "moved", final_url=f"{SITE}/y")
        assert buttons(editing, source) == {"url": ["check", "take"]}
        found(source, "changed", final_url=f"{SITE}/", reason=Reason.HOME_PAGE)
        assert buttons(editing, source) == {"url": ["check", "take", "approve", "todo"]}
        found(source, "missing")
        assert buttons(editing, source) == {"url": ["check", "todo"]}

    def test_where_something_refused_led_is_no_link(self, editing):
        source = make_source(url=f"{SITE}/x")
        found(source, "refused", final_url="javascript:alert(1)")
        page = editing.get(change_url(source)).content.decode()
        assert "<code>javascript:alert(1)</code>" in page
        assert 'href="javascript' not in page

    def test_there_is_none_without_an_address(self, editing):
        assert 'id="links"' not in editing.get(change_url(make_source())).content.decode()
        assert 'id="links"' not in editing.get(url(Source, "add")).content.decode()

    def test_beside_a_newer_draft_it_is_of_what_is_published(self, editing):
        source = make_source(url=f"{SITE}/x")
        keep_aside(source, url=f"{SITE}/newer", status="draft")
        [panel] = editing.get(change_url(source)).context["link_panels"]
        assert panel.url == f"{SITE}/x"


class TestCheckNow:
    def test_it_looks(self, editing, net):
        source = make_source(url=f"{SITE}/ok")
        assert press(editing, source, "check").url == change_url(source) + "#links"
        assert told(editing, source) == ["success"]
        assert LinkCheck.objects.get().title == "产业互联网 & 消费互联网"
        assert Revision.objects.of(source).count() == 1

    @pytest.mark.parametrize("address", [f"{SITE}/404", "http://127.0.0.1/", f"{SITE}/to?http://10.0.0.1/"])
    def test_it_says_what_is_wrong(self, editing, net, address):
        source = make_source(url=address)
        press(editing, source, "check")
        assert told(editing, source) == ["warning"]

    def test_it_looks_at_what_stands_there_now(self, editing, net):
        source = make_source(url=f"{SITE}/ok")
        press(editing, source, "check", url="http://127.0.0.1/")
        assert told(editing, source) == ["error"]
        assert net.plain.asked == []

    def test_a_source_that_changes_meanwhile_keeps_nothing(self, editing, net, monkeypatch):
        source, fetcher = make_source(url=f"{SITE}/ok"), net.fetcher()

        def fetch(address, known):
            edit(Source.objects.get(), url=f"{SITE}/other")
            return net.fetcher().fetch(address, known)

        monkeypatch.setattr(fetcher, "fetch", fetch)
        monkeypatch.setattr(checking, "fetcher", lambda: fetcher)
        press(editing, source, "check")
        assert told(editing, source) == ["error"]
        assert not LinkCheck.objects.exists()


class TestUseThisAddress:
    def test_it_takes_the_place_of_the_old_one(self, editing, editor):
        source = make_source(url=f"{SITE}/x", tags=["云"])
        found(source, "moved", final_url=f"{SITE}/y")
        press(editing, source, "take", to=f"{SITE}/y")
        source.refresh_from_db()
        assert source.url == f"{SITE}/y"
        assert [tag.name for tag in source.tags.all()] == ["云"]
        last = Revision.objects.of(source)[0]
        assert (last.via, last.by, last.row["url"]) == ("links", editor, f"{SITE}/y")
        [check] = LinkCheck.objects.current()
        assert (check.state, check.url) == ("ok", f"{SITE}/y")

    def test_who_may_not_publish_makes_a_newer_draft(self, drafting):
        source = make_source(url=f"{SITE}/x")
        found(source, "moved", final_url=f"{SITE}/y")
        press(drafting, source, "take", to=f"{SITE}/y")
        source.refresh_from_db()
        assert (source.url, source.status) == (f"{SITE}/x", "published")
        draft = Draft.objects.get()
        assert (draft.row["url"], draft.row["status"]) == (f"{SITE}/y", "draft")

    def test_a_newer_draft_that_is_there_takes_it(self, editing):
        source = make_source("旧", url=f"{SITE}/x")
        keep_aside(source, title="新稿", status="draft")
        found(source, "moved", final_url=f"{SITE}/y")
        press(editing, source, "take", to=f"{SITE}/y")
        source.refresh_from_db()
        assert (source.url, source.title) == (f"{SITE}/x", "旧")
        row = Draft.objects.get().row
        assert (row["url"], row["title"]) == (f"{SITE}/y", "新稿")

    def test_of_a_draft_it_is_the_draft(self, drafting):
        source = make_source(url=f"{SITE}/x", status="draft")
        found(source, "moved", final_url=f"{SITE}/y")
        press(drafting, source, "take", to=f"{SITE}/y")
        source.refresh_from_db()
        assert (source.url, source.status) == (f"{SITE}/y", "draft")

    def test_not_another_than_the_one_that_was_seen(self, editing):
        source = make_source(url=f"{SITE}/x")
        found(source, "moved", final_url=f"{SITE}/z")
        press(editing, source, "take", to=f"{SITE}/y")
        assert told(editing, source) == ["error"]
        source.refresh_from_db()
        assert source.url == f"{SITE}/x"

    def test_not_what_no_source_may_have(self, editing):
        source = make_source(url=f"{SITE}/x")
        found(source, "moved", final_url="http://no host/")
        press(editing, source, "take", to="http://no host/")
        assert told(editing, source) == ["error"]
        source.refresh_from_db()
        assert source.url == f"{SITE}/x"


class TestItIsTheRightPage:
    def test_it_is_taken_for_that_from_now_on(self, editing):
        source = make_source(url=f"{SITE}/x")
        found(source, "changed", final_url=f"{SITE}/", reason=Reason.HOME_PAGE, title="首页")
        press(editing, source, "approve")
        check = LinkCheck.objects.get()
        assert (check.state, check.known_url, check.known_title) == ("ok", f"{SITE}/", "首页")


class TestMakeATodo:
    def test_once(self, editing, editor):
        source = make_source("白皮书", url=f"{SITE}/x")
        found(source, "missing", status=404)
        press(editing, source, "todo")
        todo = Todo.objects.get()
        assert "白皮书" in todo.title
        assert (todo.status, todo.created_by) == ("draft", editor)
        page = editing.get(change_url(source))
        assert change_url(todo) in page.content.decode()
        assert buttons(editing, source) == {"url": ["check"]}
        assert press(editing, source, "todo").status_code == 403
        assert Todo.objects.count() == 1


class TestWhoMay:
    @pytest.fixture
    def viewing(self, client, db):
        client.force_login(make_user("viewer"))
        return client

    def test_a_viewer_sees_and_does_nothing(self, viewing, net):
        source = make_source(url=f"{SITE}/404")
        found(source, "changed", final_url=f"{SITE}/y")
        assert buttons(viewing, source) == {"url": []}
        for step in ("check", "take", "approve", "todo"):
            assert press(viewing, source, step, to=f"{SITE}/y").status_code == 403
        assert net.plain.asked == []

    def test_only_who_may_add_to_dos_makes_one(self, client, db):
        user = make_user("staff")
        user.user_permissions.add(Permission.objects.get(codename="change_source"))
        client.force_login(user)
        source = make_source(url=f"{SITE}/x")
        found(source, "missing")
        assert press(client, source, "todo").status_code == 403

    def test_not_by_a_link_and_not_of_nothing(self, editing):
        source = make_source(url=f"{SITE}/x")
        assert editing.get(url(Source, "link", source.pk)).status_code == 403
        assert editing.post(url(Source, "link", source.pk + 1), {"step": "check"}).status_code == 404
        assert press(editing, source, "erase").status_code == 403
        assert press(editing, source, "check", field="body").status_code == 403
        assert press(editing, source, "take", to="").status_code == 403

    def test_nobody_who_is_not_in(self, client, db):
        source = make_source(url=f"{SITE}/x")
        assert "login-form" in press(client, source, "check").content.decode()


class TestTheList:
    def rows(self, client, standing):
        response = client.get(url(Source, "changelist"), {"link": standing})
        return {source.key for source in response.context["cl"].result_list}

    def test_by_how_links_stand(self, editing):
        standings = {
            "dead": "missing",
            "failing": "server_error",
            "changed": "changed",
            "moved": "moved",
            "unclear": "blocked",
            "fine": "ok",
        }
        for key, state in standings.items():
            found(make_source(key=key, url=f"{SITE}/x"), state)
        make_source(key="unchecked", url=f"{SITE}/x")
        make_source(key="nothing-to-check")
        edited = make_source(key="edited", url=f"{SITE}/x")
        found(edited, "missing")
        edit(edited, url=f"{SITE}/y")
        for key in standings:
            assert self.rows(editing, key) == {key}
        assert self.rows(editing, "unchecked") == {"unchecked", "edited"}
        assert len(self.rows(editing, "no-such")) == 9

    def test_a_source_that_has_two_dead_links_is_one(self, editing):
        source = make_source(key="two", url=f"{SITE}/x", archived_url=f"{SITE}/y")
        found(source, "missing")
        found(source, "gone", column="archived_url")
        assert self.rows(editing, "dead") == {"two"}

    def test_what_needs_somebody_is_marked(self, editing):
        found(make_source(url=f"{SITE}/x"), "missing")
        assert '<span class="attention">' in editing.get(url(Source, "changelist")).content.decode()


class TestTheFirstPage:
    def test_its_figures_lead_to_lists_of_as_many(self, editing):
        for state in ("missing", "missing", "changed", "server_error", "moved", "ok", "blocked"):
            found(make_source(url=f"{SITE}/x"), state)
        make_source(url=f"{SITE}/x")
        figures = editing.get(reverse("admin:index")).context["links"]
        assert [(figure.count, figure.attention) for figure in figures] == [
            (2, True),
            (1, True),
            (1, False),
            (1, False),
            (1, False),
        ]
        for figure in figures:
            assert editing.get(figure.url).context["cl"].result_count == figure.count

    def test_not_for_whoever_sees_no_sources(self, client, db):
        client.force_login(make_user("staff"))
        assert client.get(reverse("admin:index")).context["links"] == []


def test_the_number_of_queries_is_fixed(editing):
    def sources(number):
        with together():
            for _number in range(number):
                make_source(url=f"{SITE}/x", archived_url=f"{SITE}/y")
        made = Source.objects.filter(link_checks=None)
        for source in made:
            found(source, "missing")
        return source

    def ask(source):
        addresses = [url(Source, "changelist"), reverse("admin:index"), change_url(source)]
        return [count_queries(editing, address) for address in addresses]

    few = ask(sources(3))
    assert ask(sources(20)) == few


def test_a_dead_link_and_its_to_do_go_with_the_source(editing):
    source = make_source(url=f"{SITE}/x")
    check = found(source, "missing")
    [todo] = actions.make_link_todos([check], by=None, via="test")
    days_pass(1)
    response = editing.post(url(Source, "delete", source.pk), {"post": "yes"})
    assert response.status_code == 302
    assert not Source.objects.exists()
    assert not LinkCheck.objects.exists()
    assert Todo.objects.get() == todo
