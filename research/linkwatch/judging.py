"""What an answer says of the link: few false alarms, and no page taken for another."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from research.linkwatch.pages import HTML
from research.linkwatch.states import Known, Outcome, Reason, State

LONGEST_URL = 2000
ALIKE = 0.3  # share of pairs of characters that two titles of one page have in common, at least

HOME = re.compile(r"/(?:(?:index|default|home)\.\w{2,5})?", re.I)
LOG_IN = re.compile(r"/(?:[\w-]*login|log-in|sign-?in|sso|passport|cas|authenticate)\b", re.I)
COOKIES = re.compile(r"cookies?[-_]?(?:absent|error|not|required|wall|check|test|consent)|/consent\b", re.I)
CONSENT_HOST = re.compile(r"^(?:consent|guce|cookie)\.", re.I)


def titles(*patterns: str) -> re.Pattern[str]:
    """Whole titles, but for what a site adds after them: “404 Media” is a newspaper, “404 - Acme” is not."""
    return re.compile(rf"(?:{'|'.join(patterns)})(?:\s*[|｜_—–·:-].*|[.。!！…]*)$", re.I)


CAPTCHA = titles(
    r"just a moment",
    r"attention required! \| cloudflare",
    r"are you (?:a robot|human)\??|robot check|captcha",
    r"verif(?:y|ying) (?:that )?you are (?:a )?human|security (?:check|verification)",
    r"ddos-guard|access denied|checking your browser.*",
    r"(?:百度|网站|访问|人机|滑动|安全)?(?:安全)?验证(?:码|中心)?",
    r"验证码.*|访问(?:被拒绝|受限|异常)",
)
NO_COOKIES = titles(
    r"cookies? (?:are |is )?(?:required|disabled|absent|consent|error)",
    r"(?:please )?enable cookies|before you continue(?: to .*)?",
    r"请(?:启用|开启|打开) ?cookies?.*",
)
ERROR_PAGE = titles(
    r"(?:http )?(?:error )?404(?: error)?(?:[\s:：|-]*(?:page |file )?not found|\s*错误|\s*页面?.*)?",
    r"(?:page|file|document|content) (?:was |could |can)?(?:not|n't) (?:be )?found|not found",
    r"(?:对不起|抱歉|很抱歉)?[，,]?(?:您(?:要)?访问的)?(?:页面|网页|文章|内容|文件)"
    r"(?:不存在|找不到|未找到|没有找到|已删除|已被删除|走丢了|飞走了|丢失了?)(?:了|啦)?",
    r"(?:找不到|未找到|无法找到)(?:该|此|您)?(?:要?访问的)?(?:页面?|网页|文件).*",
)


@dataclass
class Answer:
    """The last answer of an exchange. `is_permanent`: every redirect before it was one for good."""

    asked: httpx.URL
    url: httpx.URL
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    hops: int = 0
    is_permanent: bool = False
    title: str = ""
    is_empty: bool = False

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()[:100]


def judged(answer: Answer, known: Known) -> Outcome:
    state, reason = what_it_is(answer, known)
    there = state in (State.OK, State.MOVED)
    same = answer.status == 304
    return Outcome(
        state,
        reason,
        answer.status,
        page_url(answer),
        answer.title or (known.title if same else ""),
        answer.content_type or (known.content_type if same else ""),
        etag=kept(answer.headers.get("etag", known.etag if same else "")) if there else "",
        last_modified=kept(answer.headers.get("last-modified", known.last_modified if same else ""))
        if there
        else "",
        retry_after=seconds(answer.headers.get("retry-after", "")),
    )


def what_it_is(answer: Answer, known: Known) -> tuple[State, Reason | None]:
    status = answer.status
    if status == 404:
        return State.MISSING, None
    if status == 410:
        return State.GONE, None
    if "challenge" in answer.headers.get("cf-mitigated", ""):
        return State.BLOCKED, Reason.CAPTCHA
    if 500 <= status < 600:
        return State.SERVER_ERROR, None
    if status == 202 or not 200 <= status < 400:
        return State.BLOCKED, None  # 401, 403, 429, …: the page may well be there for people
    if 300 <= status < 400 and status != 304:
        return State.SERVER_ERROR, Reason.PROTOCOL
    return wall(answer) or doubt(answer, known) or moved(answer)


def wall(answer: Answer) -> tuple[State, Reason] | None:
    """What stands before the page."""
    asked, found = path(answer.asked), path(answer.url)
    if CAPTCHA.match(answer.title):
        return State.BLOCKED, Reason.CAPTCHA
    to_cookies = COOKIES.search(found) and not COOKIES.search(asked)
    host = answer.url.raw_host  # as it is asked for: `host` stumbles over names that IDNA does not know
    to_consent = CONSENT_HOST.match(host.decode()) and host != answer.asked.raw_host
    if to_cookies or to_consent or NO_COOKIES.match(answer.title):
        return State.BLOCKED, Reason.COOKIES
    if LOG_IN.search(answer.url.path) and not LOG_IN.search(answer.asked.path):
        return State.BLOCKED, Reason.LOG_IN
    return None


def doubt(answer: Answer, known: Known) -> tuple[State, Reason] | None:
    """Why what is there may be another page. What somebody has approved (`known`) is in no doubt."""
    approved = known.page_url == page_url(answer)
    if answer.status == 304:
        return None
    if ERROR_PAGE.match(answer.title) and not (approved and answer.title == known.title):
        return State.CHANGED, Reason.ERROR_PAGE
    if (answer.is_empty or answer.status in (204, 205)) and not approved:
        return State.CHANGED, Reason.EMPTY
    if is_home(answer.url) and not is_home(answer.asked) and answer.hops and not approved:
        return State.CHANGED, Reason.HOME_PAGE
    if known.content_type == "application/pdf" and answer.content_type in HTML:
        return State.CHANGED, Reason.TYPE
    if known.title and answer.title and not are_alike(known.title, answer.title):
        return State.CHANGED, Reason.TITLE
    return None


def moved(answer: Answer) -> tuple[State, None]:
    is_elsewhere = answer.hops > 0 and page_url(answer) not in ("", str(answer.asked))
    return (State.MOVED if answer.is_permanent and is_elsewhere else State.OK), None


def page_url(answer: Answer) -> str:
    """Where the redirects led, with the place in the page that was asked for; "" if that is too long."""
    url = answer.url
    if answer.asked.fragment and not url.fragment:
        url = url.copy_with(fragment=answer.asked.fragment)
    return str(url) if len(str(url)) <= LONGEST_URL else ""


def path(url: httpx.URL) -> str:
    return url.raw_path.decode("ascii", "replace")


def is_home(url: httpx.URL) -> bool:
    return HOME.fullmatch(url.path) is not None and not url.query


def are_alike(one: str, other: str) -> bool:
    """Whether they may be two titles of the same page; sites add their names and shorten."""
    first, second = letters(one), letters(other)
    if len(first) < 2 or len(second) < 2:
        return True
    if first in second or second in first:
        return True
    pairs, others = ({text[place : place + 2] for place in range(len(text) - 1)} for text in (first, second))
    return 2 * len(pairs & others) / (len(pairs) + len(others)) >= ALIKE


def letters(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def kept(header: str) -> str:
    """A validator that can be sent back as it came."""
    return header if len(header) <= 200 and header.isascii() and header.isprintable() else ""


def seconds(header: str) -> int:
    """https://www.rfc-editor.org/rfc/rfc9110#field.retry-after, where it gives seconds and no date."""
    return int(header) if header.isascii() and header.isdigit() and len(header) < 7 else 0
