"""What an answer says of the link, given what was known of it before."""

import httpx
import pytest

from research.linkwatch.judging import Answer, are_alike, judged
from research.linkwatch.states import Known, Reason, State

URL = "http://example.org/report/7"


def judge(title="白皮书", *, to="", known=None, status=200, content_type="text/html", hops=0, **values):
    answer = Answer(
        httpx.URL(URL),
        httpx.URL(to or URL),
        status,
        {"content-type": content_type},
        hops=hops or bool(to),
        title=title,
        **values,
    )
    outcome = judged(answer, known or Known())
    return outcome.state, outcome.reason


class TestTitles:
    @pytest.mark.parametrize(
        ("before", "now"),
        [
            ("产业互联网白皮书", "产业互联网白皮书 - 阿里研究院"),
            ("产业互联网白皮书_新华网", "产业互联网白皮书-新华网"),
            ("(3) Cloud report 2019", "Cloud report 2019 | Acme"),
            ("ＡＢＣ　报告", "abc 报告"),
            ("腾讯2018年报", "腾讯 2018 年报（更新）"),
            ("a", "b"),
        ],
    )
    def test_of_the_same_page(self, before, now):
        assert are_alike(before, now)
        assert judge(now, known=Known(URL, before)) == (State.OK, None)

    @pytest.mark.parametrize(
        ("before", "now"),
        [("产业互联网白皮书", "彩票开奖结果查询"), ("Cloud report 2019", "Buy this domain!")],
    )
    def test_of_another_page(self, before, now):
        assert judge(now, known=Known(URL, before)) == (State.CHANGED, Reason.TITLE)

    def test_one_that_is_missing_says_nothing(self):
        assert judge("", known=Known(URL, "白皮书")) == (State.OK, None)
        assert judge("白皮书", known=Known(URL)) == (State.OK, None)

    @pytest.mark.parametrize(
        "title",
        [
            "404",
            "404 Not Found",
            "Error 404",
            "Page not found | Acme",
            "Not Found",
            "对不起，页面不存在！",
            "页面走丢了",
            "找不到该页面 - 某网",
            "404错误",
            "您访问的页面不存在",
        ],
    )
    def test_of_an_error(self, title):
        assert judge(title) == (State.CHANGED, Reason.ERROR_PAGE)

    @pytest.mark.parametrize(
        "title",
        [
            "404 Media",
            "Not Found in Translation",
            "Why pages return 404",
            "验证性因子分析",
            "页面设计",
            "访问中国",
            "Security checkpoints of Berlin",
            "Before you continued",
            "Access denied in Berlin",
        ],
    )
    def test_of_a_page_that_only_sounds_like_one(self, title):
        assert judge(title) == (State.OK, None)

    @pytest.mark.parametrize(
        "title", ["安全验证", "访问验证", "验证码", "Access Denied", "Attention Required! | Cloudflare"]
    )
    def test_of_a_wall(self, title):
        assert judge(title) == (State.BLOCKED, Reason.CAPTCHA)


class TestRedirects:
    @pytest.mark.parametrize("home", ["/", "/index.html", "", "/default.aspx"])
    def test_to_the_home_page(self, home):
        assert judge(to=f"http://example.org{home}") == (State.CHANGED, Reason.HOME_PAGE)

    def test_to_the_home_page_that_somebody_has_approved(self):
        assert judge(to="http://example.org/", known=Known("http://example.org/")) == (State.OK, None)

    @pytest.mark.parametrize(
        "wall",
        ["https://example.org/user/login?x=1", "https://passport.example.org/sso/", "http://a.org/signin"],
    )
    def test_to_a_log_in(self, wall):
        assert judge(to=wall) == (State.BLOCKED, Reason.LOG_IN)

    @pytest.mark.parametrize(
        "wall", ["https://consent.example.org/m?x", "https://a.org/x?error=cookies_not_supported"]
    )
    def test_to_a_question_about_cookies(self, wall):
        assert judge(to=wall) == (State.BLOCKED, Reason.COOKIES)

    def test_for_good_or_for_now(self):
        assert judge(to="http://example.org/r/7", is_permanent=True) == (State.MOVED, None)
        assert judge(to="http://example.org/r/7") == (State.OK, None)
        assert judge(to=URL, is_permanent=True) == (State.OK, None)


def test_a_document_that_became_a_page():
    known = Known(URL, content_type="application/pdf")
    assert judge(known=known) == (State.CHANGED, Reason.TYPE)
    assert judge("", known=known, content_type="application/pdf") == (State.OK, None)


def test_what_has_not_changed_is_fine():
    assert judge("", status=304, known=Known(URL, "白皮书")) == (State.OK, None)
    assert judge("", status=304) == (State.OK, None)


def test_a_name_that_idna_does_not_know_is_judged_as_any():
    assert judge(to="http://xn--zz.com/") == judge(to="http://other.org/")
