"""`check_sources` on a web of this machine: which links it visits, and what becomes of the results."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from research import actions, checking
from research.linkwatch.states import Outcome, Reason, State
from research.models import LinkCheck, LinkField, LinkState, Revision, Source, Todo
from research.models.link_checks import REASONS
from tests.factories import make_source
from tests.link_checks import days_pass, found
from tests.linkwatch.stub import REPLIES, page, replying, web
from tests.public.changed import edit

pytestmark = pytest.mark.django_db
SITE = "http://good.test"


@pytest.fixture
def net(monkeypatch):
    with web() as stub:
        monkeypatch.setattr(checking, "fetcher", stub.fetcher)
        yield stub
        assert stub.silent.heard == 0


@pytest.fixture
def check(command, net):
    return lambda *arguments: command("check_sources", "--language", "en", "--delay", "0", *arguments)


def states():
    found = LinkCheck.objects.current().values_list("source__key", "field", "state")
    return {(key, field): state for key, field, state in found}


def dead(source):
    return LinkCheck.objects.dead().filter(source=source).exists()


class TestARun:
    @pytest.mark.parametrize("charset", ["utf-16x", "no-such-charset", "\xff", "idna"])
    def test_no_answer_ends_the_round_of_all(self, check, monkeypatch, charset):
        reply = replying(200, page("x"), f"text/html; charset={charset}")
        monkeypatch.setitem(REPLIES, "/odd", reply)
        make_source(key="a", url=f"{SITE}/odd")
        make_source(key="b", url=f"{SITE}/ok")
        assert check().code == 0
        assert states()["b", "url"] == "ok"
        assert len(states()) == 2

    def test_it_visits_every_address_and_says_what_came(self, check):
        make_source(key="a", url=f"{SITE}/ok", archived_url="https://good.test/ok")
        make_source(key="b", url=f"{SITE}/404", status="draft")
        make_source(key="c", url=f"{SITE}/from-301")
        make_source(key="d", url="http://127.0.0.1/")
        make_source(key="e")
        ran = check()
        assert ran.code == 0, "a dead link is a finding, not an error"
        assert states() == {
            ("a", "url"): "ok",
            ("a", "archived_url"): "ok",
            ("b", "url"): "missing",
            ("c", "url"): "moved",
            ("d", "url"): "refused",
        }
        assert ran.out[0] == "Dead: b http://good.test/404 (not found, HTTP 404)"
        assert ran.out[-1] == "Checked: 5 of 5 links."
        moved = LinkCheck.objects.get(source__key="c")
        assert (moved.final_url, moved.title, moved.status) == (f"{SITE}/ok", "产业互联网 & 消费互联网", 200)

    def test_a_check_is_no_change_of_the_source(self, check):
        source = make_source(url=f"{SITE}/404")
        check()
        assert Revision.objects.of(source).count() == 1
        source.refresh_from_db()
        assert source.version == 1

    def test_a_second_run_visits_what_is_due(self, check, net):
        make_source(key="new", url=f"{SITE}/ok")
        check()
        assert check().out[-1] == "Checked: 0 of 0 links."
        days_pass(8)
        make_source(key="newer", url="http://other.test/ok")
        assert check().out[-1] == "Checked: 2 of 2 links."
        assert check("--all").out[-1] == "Checked: 2 of 2 links."
        assert check("--older-than", "0").out[-1] == "Checked: 2 of 2 links."
        assert check("newer").out[-1] == "Checked: 1 of 1 links."

    def test_what_fails_is_looked_at_again_after_a_day(self, check):
        make_source(url=f"{SITE}/500")
        make_source(url=f"{SITE}/404")
        check()
        days_pass(1.1)
        assert check().out[-1] == "Checked: 1 of 1 links."

    def test_it_goes_on_where_it_was_stopped(self, check, net, monkeypatch):
        for number in range(4):
            make_source(key=f"s{number}", url=f"{SITE}/ok?{number}")
        record, written = actions.record_check, list[Any]()

        def stopped_after_two(*arguments):
            if len(written) == 2:
                raise KeyboardInterrupt
            written.append(record(*arguments))
            return written[-1]

        with monkeypatch.context() as patch:
            patch.setattr(actions, "record_check", stopped_after_two)
            ran = check()
        assert ran.code == 130
        assert ran.out[-1] == "Checked: 2 of 4 links."
        assert ran.err == ["Stopped. What was found is kept; run it again to go on."]
        assert len(states()) == 2
        assert check().out[-1] == "Checked: 2 of 2 links."
        assert len(states()) == 4

    def test_with_a_limit_the_oldest_come_first(self, check):
        for key in ("old", "older", "never"):
            make_source(key=key, url=f"{SITE}/ok?{key}")
        check("older")
        days_pass(9)
        check("old")
        days_pass(9)
        check("--limit", "2")
        recent = LinkCheck.objects.filter(checked_at__gte=timezone.now() - timedelta(days=1))
        assert set(recent.values_list("source__key", flat=True)) == {"never", "older"}

    def test_a_host_that_asks_for_it_is_left_alone(self, check):
        for number in range(3):
            make_source(url=f"{SITE}/maintained?{number}")
        ran = check()
        assert ran.out[-2:] == ["Checked: 1 of 3 links.", "Left for another time, as their hosts asked: 2."]

    def test_a_page_that_did_not_change_is_not_sent_again(self, check, net):
        make_source(url=f"{SITE}/tagged")
        check()
        check("--all")
        kept = LinkCheck.objects.get()
        assert (kept.state, kept.status, kept.title) == ("ok", 304, "带标签")

    @pytest.mark.parametrize("arguments", [["--delay", "-1"], ["--limit", "-1"], ["--older-than", "-1"]])
    def test_numbers_that_make_no_sense(self, check, arguments):
        ran = check(*arguments)
        assert (ran.code, ran.err) == (2, ["Days, limit and delay must not be negative."])

    def test_a_key_that_no_source_has(self, check):
        make_source(key="a", url=f"{SITE}/ok")
        ran = check("a", "b")
        assert (ran.code, ran.err) == (2, ["There is no source of this key: b"])
        assert not LinkCheck.objects.exists()


class TestWhenALinkIsDead:
    """What a server calls missing is; anything else must fail again, on another day."""

    @pytest.mark.parametrize("state", ["missing", "gone"])
    def test_at_once(self, state):
        source = make_source(url=f"{SITE}/x")
        assert found(source, state).dead

    @pytest.mark.parametrize(
        ("state", "times"), [("dead_host", 2), ("server_error", 3), ("too_slow", 3), ("unreachable", 3)]
    )
    def test_after_failures_on_as_many_days(self, state, times):
        source = make_source(url=f"{SITE}/x")
        for _press in range(5):
            assert not found(source, state).dead, "however often on one day"
        for _day in range(times - 2):
            days_pass(1)
            assert not found(source, state).dead
        days_pass(1)
        assert found(source, state).dead
        assert dead(source)

    @pytest.mark.parametrize("state", ["ok", "moved", "changed"])
    def test_a_good_day_ends_it(self, state):
        source = make_source(url=f"{SITE}/x")
        found(source, "missing")
        check = found(source, state)
        assert (check.dead, check.failures, check.failing_since) == (False, 0, None)

    @pytest.mark.parametrize("state", ["blocked", "refused"])
    def test_what_cannot_be_judged_is_never_dead(self, state):
        source = make_source(url=f"{SITE}/x")
        for _day in range(9):
            assert not found(source, state).dead
            days_pass(1)

    def test_since_the_first_of_the_failures(self):
        source = make_source(url=f"{SITE}/x")
        first = found(source, "server_error").failing_since
        days_pass(5)
        again = found(source, "missing")
        assert first
        assert (again.failures, again.failing_since) == (2, first - timedelta(days=5))


class TestAnAddressThatChanged:
    def test_an_old_check_counts_no_more(self, check):
        source = make_source(key="a", url=f"{SITE}/404")
        check()
        edit(source, url=f"{SITE}/ok")
        assert not dead(source)
        assert states() == {}
        check()
        assert states() == {("a", "url"): "ok"}
        assert LinkCheck.objects.get().failures == 0

    def test_what_comes_of_an_address_that_the_source_has_no_more_is_not_kept(self):
        source = make_source(url=f"{SITE}/new")
        assert actions.record_check(source.pk, LinkField.URL, f"{SITE}/old", Outcome(State.OK)) is None
        assert actions.record_check(source.pk + 1, LinkField.URL, f"{SITE}/new", Outcome(State.OK)) is None
        assert not LinkCheck.objects.exists()

    def test_a_source_takes_its_checks_with_it(self):
        source = make_source(url=f"{SITE}/x")
        found(source)
        actions.delete([Source.objects.get()], by=None, via="test")
        assert not LinkCheck.objects.exists()


class TestAPageThatChanged:
    def test_stays_in_doubt_until_somebody_has_looked(self):
        source = make_source(url=f"{SITE}/x")
        found(source, title="白皮书")
        doubted = found(source, "changed", reason=Reason.TITLE, title="彩票", final_url=f"{SITE}/y")
        assert actions.known_of(doubted).title == "白皮书"
        actions.approve_link(doubted)
        assert (doubted.state, doubted.reason) == ("ok", "")
        known = actions.known_of(doubted)
        assert (known.title, known.page_url) == ("彩票", f"{SITE}/y")

    def test_the_document_in_whose_place_a_page_stands(self):
        source = make_source(url=f"{SITE}/x")
        found(source, content_type="application/pdf")
        doubted = found(source, "changed", reason=Reason.TYPE, content_type="text/html")
        assert actions.known_of(doubted).content_type == "application/pdf"
        actions.approve_link(doubted)
        assert actions.known_of(doubted).content_type == ""


class TestTodos:
    def test_one_for_each_dead_link_and_not_twice(self, check):
        make_source("白皮书", key="刘伟.2018", url=f"{SITE}/404", archived_url=f"{SITE}/410")
        make_source(url=f"{SITE}/ok")
        make_source(url=f"{SITE}/403")
        assert check("--todo").out[-1] == "To-dos made: 2."
        assert check("--todo", "--all").out[-1] == "To-dos made: 0."
        first, second = Todo.objects.all()
        assert (first.slug, second.slug) == ("link-刘伟2018", "link-刘伟2018-2")
        assert first.title == "Dead link: 白皮书"
        assert (first.status, first.state) == ("draft", "open")
        assert "[[sources/刘伟.2018]]" in first.body
        assert f"<{SITE}/404>" in first.body
        assert [one.via for one in Revision.objects.of(first)] == ["command"]

    def test_again_for_another_address(self, check):
        source = make_source(key="a", url=f"{SITE}/404")
        check("--todo")
        edit(source, url=f"{SITE}/410")
        check("--todo")
        assert Todo.objects.count() == 2

    def test_none_without_being_asked(self, check):
        make_source(url=f"{SITE}/404")
        check()
        assert not Todo.objects.exists()

    def test_a_deleted_one_is_forgotten(self, check):
        make_source(url=f"{SITE}/404")
        check("--todo")
        actions.delete(list(Todo.objects.all()), by=None, via="test")
        assert LinkCheck.objects.get().todo is None


class TestOurOwnNetwork:
    def test_if_no_host_can_be_reached_nothing_is_kept(self, check, net):
        for name in ("a", "b", "c"):
            net.names[f"{name}.test"] = net.names["lame.test"]
            make_source(url=f"http://{name}.test/")
        ran = check()
        assert ran.err == ["No host could be reached: is this machine's network down? Not kept: 3."]
        assert not LinkCheck.objects.exists()

    def test_if_one_can_all_is_kept(self, check, net):
        for name in ("a", "b", "c"):
            net.names[f"{name}.test"] = net.names["lame.test"]
            make_source(url=f"http://{name}.test/")
        make_source(url=f"{SITE}/404")
        assert check().err == []
        assert sorted(state for state in states().values()) == ["missing", *["unreachable"] * 3]


def test_every_outcome_has_a_name():
    assert {state.value for state in State} == set(LinkState.values)
    assert {reason.value for reason in Reason} == set(REASONS)


def test_the_number_of_queries_for_finding_what_is_due(django_assert_num_queries):
    for _number in range(5):
        found(make_source(url=f"{SITE}/x"))
    with django_assert_num_queries(2):
        assert len(checking.links()) == 5


def test_who_asks(settings):
    settings.LINK_WATCH_CONTACT = "https://comparanda.example/about/"
    agent = checking.user_agent()
    assert agent == "Mozilla/5.0 (compatible; Comparanda link watch; +https://comparanda.example/about/)"
    settings.LINK_WATCH_CONTACT = ""
    assert checking.user_agent().endswith("link watch)")
