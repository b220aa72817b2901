"""One fetch: what each behaviour of a server comes to, in time and in size; nothing forbidden is reached."""

import socket
import threading
from urllib.parse import quote

import pytest

from research.linkwatch.fetching import Fetcher, Limits
from research.linkwatch.network import system_resolver
from research.linkwatch.states import Known, Reason, State
from tests.linkwatch.stub import PUBLIC, SilentListener, web

SITE = "http://good.test"


@pytest.fixture
def net():
    with web() as found:
        yield found
        assert found.silent.heard == 0, "a forbidden address was reached"
        assert set(found.connected) <= {PUBLIC, "151.101.1.69"}


# What each address comes to: state, reason, status, title.
BEHAVIOURS = {
    # it works
    "/ok": (State.OK, None, 200, "产业互联网 & 消费互联网"),
    "/from-302": (State.OK, None, 200, "产业互联网 & 消费互联网"),
    "/from-303": (State.OK, None, 200, "产业互联网 & 消费互联网"),
    "/from-307": (State.OK, None, 200, "产业互联网 & 消费互联网"),
    "/mixed": (State.OK, None, 200, "到了"),
    "/utf-8-location": (State.OK, None, 200, "目标"),
    "/needs-cookie": (State.OK, None, 200, "有饼干"),
    "/cookie-for-others": (State.OK, None, 200, "没有饼干"),
    "/newspaper": (State.OK, None, 200, "404 Media"),
    "/no-title": (State.OK, None, 200, ""),
    "/empty-title": (State.OK, None, 200, ""),
    "/report.pdf": (State.OK, None, 200, ""),
    "/wrong-type": (State.OK, None, 200, ""),
    "/untyped": (State.OK, None, 200, "无类型"),
    "/gbk": (State.OK, None, 200, "消费互联网"),
    "/gbk-meta": (State.OK, None, 200, "消费互联网"),
    "/gbk-unsaid": (State.OK, None, 200, "消费互联网"),
    "/gbk-denied": (State.OK, None, 200, "消费互联网"),
    "/utf-16": (State.OK, None, 200, "消费互联网"),
    "/charset-unknown": (State.OK, None, 200, "消费互联网"),
    "/zipped": (State.OK, None, 200, "压缩"),
    "/zipped-badly": (State.OK, None, 200, ""),
    "/brotli": (State.OK, None, 200, ""),
    "/tagged": (State.OK, None, 200, "带标签"),
    "/huge": (State.OK, None, 200, ""),
    "/bomb": (State.OK, None, 200, ""),
    "/drip-with-title": (State.OK, None, 200, "先到的标题"),
    "/broken-chunk": (State.OK, None, 200, ""),
    # for good somewhere else
    "/from-301": (State.MOVED, None, 200, "产业互联网 & 消费互联网"),
    "/from-308": (State.MOVED, None, 200, "产业互联网 & 消费互联网"),
    "/chain-9": (State.MOVED, None, 200, "到了"),
    # something is there, but what?
    "/old": (State.CHANGED, Reason.HOME_PAGE, 200, "首页"),
    "/not-there": (State.CHANGED, Reason.ERROR_PAGE, 200, "页面不存在 - 某某网"),
    "/empty": (State.CHANGED, Reason.EMPTY, 200, ""),
    "/blank": (State.CHANGED, Reason.EMPTY, 200, ""),
    "/204": (State.CHANGED, Reason.EMPTY, 204, ""),
    # it is gone
    "/404": (State.MISSING, None, 404, ""),
    "/410": (State.GONE, None, 410, ""),
    # the site lets no program in
    "/202": (State.BLOCKED, None, 202, ""),
    "/400": (State.BLOCKED, None, 400, ""),
    "/401": (State.BLOCKED, None, 401, ""),
    "/403": (State.BLOCKED, None, 403, ""),
    "/405": (State.BLOCKED, None, 405, ""),
    "/429": (State.BLOCKED, None, 429, ""),
    "/451": (State.BLOCKED, None, 451, ""),
    "/999": (State.BLOCKED, None, 999, ""),
    "/captcha": (State.BLOCKED, Reason.CAPTCHA, 200, "百度安全验证"),
    "/moment": (State.BLOCKED, Reason.CAPTCHA, 200, "Just a moment..."),
    "/challenged": (State.BLOCKED, Reason.CAPTCHA, 503, ""),
    "/wall": (State.BLOCKED, Reason.COOKIES, 200, "我们的网站"),
    "/cookies-please": (State.BLOCKED, Reason.COOKIES, 200, "Please enable cookies"),
    "/never-enough": (State.BLOCKED, Reason.COOKIES, None, ""),
    "/members": (State.BLOCKED, Reason.LOG_IN, 200, "用户登录"),
    # the server fails
    "/500": (State.SERVER_ERROR, None, 500, ""),
    "/502": (State.SERVER_ERROR, None, 502, ""),
    "/maintained": (State.SERVER_ERROR, None, 503, ""),
    "/loop-a": (State.SERVER_ERROR, Reason.LOOP, None, ""),
    "/chain-11": (State.SERVER_ERROR, Reason.REDIRECTS, 301, ""),
    "/nowhere": (State.SERVER_ERROR, Reason.PROTOCOL, 302, ""),
    "/garbage": (State.SERVER_ERROR, Reason.PROTOCOL, None, ""),
    "/half-a-head": (State.SERVER_ERROR, Reason.PROTOCOL, None, ""),
    "/flood": (State.SERVER_ERROR, Reason.PROTOCOL, None, ""),
    "/informed": (State.SERVER_ERROR, Reason.PROTOCOL, None, ""),
    "/broken-at-once": (State.SERVER_ERROR, Reason.PROTOCOL, None, ""),
    "/silent": (State.UNREACHABLE, Reason.CLOSED, None, ""),
    "/reset": (State.UNREACHABLE, Reason.CLOSED, None, ""),
}
SLOW = ["/slow-head", "/never", "/slow-body"]


@pytest.mark.parametrize("path", BEHAVIOURS)
def test_what_a_behaviour_comes_to(path, net):
    outcome = net.fetcher().fetch(SITE + path)
    assert (outcome.state, outcome.reason, outcome.status, outcome.title) == BEHAVIOURS[path]
    assert outcome.octets <= 2_000_000


@pytest.mark.parametrize("path", SLOW)
def test_what_drips_ends_with_the_time(path, net):
    """The time is for the whole exchange, so a server that sends an octet now and then gains none."""
    outcome = net.fetcher(seconds=0.5).fetch(SITE + path)
    assert (outcome.state, outcome.reason) == (State.TOO_SLOW, None)


def test_a_page_may_take_twenty_seconds_and_two_megabytes():
    assert (Limits().seconds, Limits().octets, Limits().redirects) == (20, 2_000_000, 10)


def test_there_are_more_than_forty_behaviours():
    assert len(BEHAVIOURS) + len(SLOW) + len(HOSTS) >= 40


# Hosts, as far as their names go.
HOSTS = {
    "http://unknown.test/": (State.DEAD_HOST, Reason.NO_SUCH_HOST),
    "http://nothing.test/": (State.DEAD_HOST, Reason.NO_SUCH_HOST),
    "http://closed.test/": (State.DEAD_HOST, Reason.NOBODY_LISTENS),
    "https://other.test/": (State.DEAD_HOST, Reason.TLS),
    "http://lame.test/": (State.UNREACHABLE, Reason.NAME_SERVER),
    "http://private.test/": (State.REFUSED, Reason.ADDRESS),
    "http://half.test/": (State.REFUSED, Reason.ADDRESS),
    "http://mapped.test/": (State.REFUSED, Reason.ADDRESS),
}


@pytest.mark.parametrize("url", HOSTS)
def test_what_a_host_comes_to(url, net):
    outcome = net.fetcher().fetch(url)
    assert (outcome.state, outcome.reason) == HOSTS[url]


# Good ones must not be refused.
GOOD = [
    "http://good.test/ok",
    "https://good.test/ok",
    "HTTP://GOOD.test:80/ok?a=1#part",
    "https://good.test:443/ok",
    "http://good.test./ok",
    "http://例子.test/ok",
    f"http://{PUBLIC}/ok",
    "http://both.test/ok",
]


@pytest.mark.parametrize("url", GOOD)
def test_a_good_one_is_not_refused(url, net):
    outcome = net.fetcher().fetch(url)
    assert (outcome.state, outcome.title) == (State.OK, "产业互联网 & 消费互联网")


class TestForbiddenAddresses:
    """Asked for directly, by redirect, by a name's second answer: the listener stays silent."""

    REDIRECTS = [
        "http://127.0.0.1/",
        "http://127.0.0.1:8000/admin/",
        "http://127.1/",
        "http://localhost/",
        "http://localhost:5432/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f.0.0.1/",
        "http://0/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://172.16.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/",
        "http://metadata.google.internal/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1]/",
        "//127.0.0.1/",
        "///127.0.0.1/",
        "//10.0.0.1:80/",
        "https://good.test:22/",
        "http://good.test@127.0.0.1/",
        "http://private.test/",
        "http://half.test/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_INFO",
        "javascript:alert(1)",
        "http:\\\\127.0.0.1/",
    ]

    @pytest.mark.parametrize("url", REDIRECTS)
    def test_no_redirect_leads_there(self, url, net):
        outcome = net.fetcher().fetch(f"{SITE}/to?{quote(url)}")
        if url == "///127.0.0.1/":  # a path of the same host
            assert outcome.state == State.MISSING
        else:
            assert (outcome.state, outcome.status) == (State.REFUSED, None)
        assert net.connected == [PUBLIC] * len(net.plain.asked)

    def test_what_was_refused_is_told(self, net):
        outcome = net.fetcher().fetch(f"{SITE}/to?http://169.254.169.254/")
        assert (outcome.reason, outcome.final_url) == (Reason.ADDRESS, "http://169.254.169.254/")

    def test_a_name_is_asked_for_its_address_once(self, net):
        """A second answer would be another: the connection goes to the one that was looked at."""
        outcome = net.fetcher().fetch("http://rebinding.test/ok")
        assert (outcome.state, net.looked_up, net.connected) == (State.OK, ["rebinding.test"], [PUBLIC])

    def test_a_name_that_turns_bad_is_refused_at_the_next_redirect(self, net):
        outcome = net.fetcher().fetch("http://rebinding.test/from-302")
        assert (outcome.state, outcome.reason) == (State.REFUSED, Reason.ADDRESS)
        assert net.connected == [PUBLIC]

    def test_without_any_replacement(self):
        """The fetcher that the site uses, against a listener that it could reach."""
        listener, fetcher = SilentListener(), Fetcher("test")
        for host in ("127.0.0.1", "localhost", "[::1]", "2130706433", "127.1", "0.0.0.0"):
            assert fetcher.fetch(f"http://{host}:{listener.port}/").state == State.REFUSED
            assert fetcher.fetch(f"http://{host}/").state == State.REFUSED
        assert system_resolver("localhost", 80)
        with socket.create_connection(("127.0.0.1", listener.port)) as caller:
            assert caller.recv(1) == b""
        assert listener.heard == 1, "it hears those who do come"
        listener.end()

    def test_no_proxy_of_the_environment_is_used(self, net, monkeypatch):
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{net.silent.port}")
        assert net.fetcher().fetch(f"{SITE}/ok").state == State.OK


class TestWhatIsSent:
    def test_who_asks_and_nothing_more(self, net):
        sent = dict(part.split("=", 1) for part in net.fetcher().fetch(f"{SITE}/who").title.split(" | "))
        assert sent["host"] == "good.test"
        assert sent["user-agent"] == "Comparanda link watch (tests)"
        assert not {"cookie", "authorization", "referer", "if-none-match"} & sent.keys()

    def test_a_page_that_is_the_same_is_not_sent_again(self, net):
        first = net.fetcher().fetch(f"{SITE}/tagged")
        assert (first.etag, first.last_modified) == ('"v1"', "Wed, 25 Nov 2026 08:00:00 GMT")
        known = Known(first.final_url, first.title, first.content_type, first.etag, first.last_modified)
        again = net.fetcher().fetch(f"{SITE}/tagged", known)
        assert (again.state, again.status, again.title, again.etag) == (State.OK, 304, "带标签", '"v1"')
        assert again.last_modified == first.last_modified

    def test_its_mark_is_told_to_no_other_page(self, net):
        known = Known(f"{SITE}/tagged", etag='"v1"')
        assert "if-none-match" not in net.fetcher().fetch(f"{SITE}/who", known).title


class TestWhereItLed:
    def test_the_last_address_with_the_place_that_was_asked_for(self, net):
        assert net.fetcher().fetch(f"{SITE}/from-301#p6").final_url == f"{SITE}/ok#p6"

    def test_the_host_is_left_alone_for_as_long_as_it_asks(self, net):
        assert net.fetcher().fetch(f"{SITE}/maintained").retry_after == 3600

    def test_a_name_server_that_hangs_costs_no_more_than_the_time(self, net):
        wait = threading.Event()

        def hang(host, port):
            wait.wait(30)
            return [PUBLIC]

        fetcher = net.fetcher(seconds=0.3)
        fetcher.resolve = hang
        assert fetcher.fetch(f"{SITE}/ok").state == State.TOO_SLOW
        wait.set()

    def test_certificates_are_checked(self, net):
        assert net.fetcher(trusting=False).fetch("https://good.test/ok").reason == Reason.TLS
