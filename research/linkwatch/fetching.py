"""One polite fetch of an address, with all its redirects, within a time and a size: what came of it."""

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import httpcore
import httpx

from research.linkwatch.guard import Guard, Refused, Target
from research.linkwatch.judging import LONGEST_URL, Answer, judged
from research.linkwatch.network import (
    Allowance,
    Connector,
    Pinned,
    Resolver,
    TooMuch,
    resolved,
    system_connector,
    system_resolver,
)
from research.linkwatch.pages import HTML, TitleReader, unpacked
from research.linkwatch.states import NOTHING_KNOWN, Known, Outcome, Reason, State

log = logging.getLogger(__name__)

PERMANENT, TEMPORARY = {301, 308}, {302, 303, 307}
NO_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME), socket.EAI_FAIL}
MOST_COOKIES = 20
REACHED = (httpcore.ProtocolError, TooMuch)
FAILURES = (OSError, Refused, httpx.InvalidURL, httpcore.WriteError, *REACHED)


@dataclass(frozen=True)
class Limits:
    """Of one exchange, its redirects and look-ups included."""

    seconds: float = 20.0
    octets: int = 2_000_000
    redirects: int = 10


@dataclass
class Fetcher:
    """Fetches addresses. Who asks is said in `user_agent`; the rest is for tests to replace.

    Proxies, cookies and credentials of the machine are never used: `resolve` and `connect` are all there is.
    """

    user_agent: str
    limits: Limits = field(default_factory=Limits)
    guard: Guard = field(default_factory=Guard)
    resolve: Resolver = system_resolver
    connect: Connector = system_connector
    tls: ssl.SSLContext = field(default_factory=lambda: httpx.create_ssl_context(trust_env=False))

    def fetch(self, url: str, known: Known = NOTHING_KNOWN) -> Outcome:
        """Never raises for what a server or a name server does; takes no longer than the limits say."""
        return Exchange(self, url, known).run()


class Exchange:
    def __init__(self, fetcher: Fetcher, url: str, known: Known) -> None:
        self.fetcher, self.known = fetcher, known
        self.allowance = Allowance(fetcher.limits.seconds, fetcher.limits.octets)
        self.url = url
        self.asked: httpx.URL | None = None
        self.permanent: list[bool] = []  # of each redirect so far
        self.cookies: dict[str, dict[str, str]] = {}  # by host; they end with the exchange
        self.seen: set[object] = set()
        self.read_before = 0  # octets, of earlier answers

    def run(self) -> Outcome:
        try:
            outcome = self.follow()
        except FAILURES as error:
            state, reason = failure(error, answered=self.allowance.read > self.read_before)
            outcome = Outcome(state, reason, final_url=self.url if self.permanent else "")
        except Exception:  # whatever it is: one link must not end the round of all
            log.exception("The answer of %s could not be judged", self.url)
            outcome = Outcome(State.SERVER_ERROR, Reason.PROTOCOL)
        shown = outcome.final_url if len(outcome.final_url) <= LONGEST_URL else ""
        return replace(outcome, octets=self.allowance.read, final_url=shown)

    def follow(self) -> Outcome:
        while True:
            target = self.fetcher.guard.target(self.url)
            self.asked = self.asked or target.url
            if self.is_seen(target):
                has_cookies = any(self.cookies.values())
                state = State.BLOCKED if has_cookies else State.SERVER_ERROR
                return Outcome(state, Reason.COOKIES if has_cookies else Reason.LOOP, final_url=self.url)
            with self.request(target) as response:
                self.keep_cookies(target, response)
                if response.status in PERMANENT | TEMPORARY and (location := header(response, b"location")):
                    if len(self.permanent) == self.fetcher.limits.redirects:
                        return Outcome(State.SERVER_ERROR, Reason.REDIRECTS, response.status, self.url)
                    self.permanent.append(response.status in PERMANENT)
                    self.url = led_to(target, location)
                    continue
                return self.answer(target, response)

    def is_seen(self, target: Target) -> bool:
        """Whether the same was asked before, with the same cookies."""
        cookies = frozenset(self.cookies.get(target.host, {}).items())
        asked = (target.scheme, target.host, target.port, target.path, cookies)
        if asked in self.seen:
            return True
        self.seen.add(asked)
        return False

    @contextmanager
    def request(self, target: Target) -> Iterator[httpcore.Response]:
        """The answer of the host, at an address of it that was looked at. Raises Refused."""
        self.read_before = self.allowance.read
        addresses = [target.host]
        if not target.is_literal:
            addresses = resolved(self.fetcher.resolve, target.host, target.port, self.allowance)
        self.fetcher.guard.check(addresses)
        origin = httpcore.Origin(target.scheme.encode(), target.host.encode(), target.port)
        backend = Pinned(addresses, self.fetcher.connect, self.allowance)
        connection = httpcore.HTTPConnection(
            origin, ssl_context=self.fetcher.tls, http2=False, network_backend=backend
        )
        try:
            url = httpcore.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=target.path)
            yield connection.handle_request(httpcore.Request("GET", url, headers=self.headers(target)))
        finally:
            connection.close()

    def headers(self, target: Target) -> list[tuple[str, str]]:
        usual = target.port == {"http": 80, "https": 443}[target.scheme]
        host = f"[{target.host}]" if ":" in target.host else target.host
        found = [
            ("Host", host if usual else f"{host}:{target.port}"),
            ("User-Agent", self.fetcher.user_agent),
            ("Accept", "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8"),
            ("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8"),
            ("Accept-Encoding", "gzip"),
            ("Connection", "close"),
        ]
        if cookies := self.cookies.get(target.host):
            found.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items())))
        if self.known.page_url.partition("#")[0] == str(target.url).partition("#")[0]:
            if self.known.etag:
                found.append(("If-None-Match", self.known.etag))
            if self.known.last_modified:
                found.append(("If-Modified-Since", self.known.last_modified))
        return found

    def keep_cookies(self, target: Target, response: httpcore.Response) -> None:
        """For the same host, until the exchange ends: many a page is shown to nobody without."""
        jar = self.cookies.setdefault(target.host, {})
        for name, value in response.headers:
            if name.lower() == b"set-cookie" and len(value) < 4000 and len(jar) < MOST_COOKIES:
                key, equals, text = value.split(b";")[0].decode("latin-1").strip().partition("=")
                if key and equals and (key + text).isascii() and (key + text).isprintable():
                    jar[key.strip()] = text.strip()

    def answer(self, target: Target, response: httpcore.Response) -> Outcome:
        assert self.asked
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
        }
        found = Answer(
            self.asked,
            target.url,
            response.status,
            headers,
            hops=len(self.permanent),
            is_permanent=bool(self.permanent) and all(self.permanent),
        )
        if response.status == 200:
            self.read(found, response)
        return judged(found, self.known)

    def read(self, answer: Answer, response: httpcore.Response) -> None:
        """The title of a page; of anything else only whether there is anything. Raises TimeoutError."""
        reader = TitleReader(answer.headers.get("content-type", ""))
        wanted = answer.content_type in HTML or not answer.content_type
        encoding = answer.headers.get("content-encoding", "").strip().lower()
        came = False
        try:
            for piece in unpacked(response.iter_stream(), encoding, self.fetcher.limits.octets):
                came = True
                if wanted:
                    reader.feed(piece)
                if reader.done or not wanted:
                    break
        except TimeoutError:
            raise
        except (OSError, *REACHED):
            if not came:
                raise
            # What has come will do: a browser would show it, too.
        answer.is_empty = not came or (wanted and not reader.data.strip() and not encoding)
        answer.title = reader.title() if wanted else ""


def led_to(target: Target, location: str) -> str:
    """The address that a redirect names. Raises httpx.InvalidURL."""
    return str(target.url.join(location.strip())) if is_relative(location) else location.strip()


def is_relative(location: str) -> bool:
    """One with a scheme goes to the guard as it came."""
    return ":" not in location.strip().partition("/")[0].partition("?")[0].partition("#")[0]


def header(response: httpcore.Response, name: bytes) -> str:
    """UTF-8, as browsers read it, though HTTP knows only Latin."""
    found = next((value for key, value in response.headers if key.lower() == name), b"")
    try:
        return found.decode()
    except UnicodeDecodeError:
        return "".join(chr(octet) if octet < 128 else f"%{octet:02X}" for octet in found)


def failure(error: Exception, *, answered: bool) -> tuple[State, Reason | None]:
    """`answered`: whether a single octet of this answer came."""
    match error:
        case Refused():
            return State.REFUSED, error.reason
        case httpx.InvalidURL():
            return State.REFUSED, Reason.MALFORMED
        case TimeoutError():
            return State.TOO_SLOW, None
        case ssl.SSLError():
            return State.DEAD_HOST, Reason.TLS
        case socket.gaierror() if error.errno in NO_NAME:
            return State.DEAD_HOST, Reason.NO_SUCH_HOST
        case socket.gaierror():
            return State.UNREACHABLE, Reason.NAME_SERVER
        case ConnectionRefusedError():
            return State.DEAD_HOST, Reason.NOBODY_LISTENS
        case ConnectionError() | httpcore.WriteError():
            return State.UNREACHABLE, Reason.CLOSED
        case OSError():
            return State.UNREACHABLE, Reason.NETWORK
    return (State.SERVER_ERROR, Reason.PROTOCOL) if answered else (State.UNREACHABLE, Reason.CLOSED)
