"""A web on this machine alone: a server with every behaviour, its names, and a listener that hears nothing.

Names resolve to public addresses, which the guard looks at as it does at any; only then the connector leads a
connection to a public address to the stub. A connection to any other address would reach the silent listener.
"""

import gzip
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from research.linkwatch.fetching import Fetcher, Limits

PUBLIC = "93.184.216.34"
OTHER_PUBLIC = "151.101.1.69"
CERTIFICATE = Path(__file__).with_name("good.test.pem")  # for good.test, signed by itself, worth nothing

Reply = Callable[["Conversation"], None]


@dataclass
class Conversation:
    """One request to the stub, and the connection to answer it by."""

    sock: Any
    path: str
    headers: dict[str, str]
    stop: threading.Event

    def send(self, text: str | bytes) -> None:
        self.sock.sendall(text.encode() if isinstance(text, str) else text)

    def reply(
        self, status: int, body: str | bytes = "", content_type: str = "text/html", **headers: str
    ) -> None:
        data = body.encode() if isinstance(body, str) else body
        named = {"Content-Type": content_type, "Content-Length": str(len(data)), **headers}
        self.head(status, **named)
        self.send(data)

    def head(self, status: int, **headers: str) -> None:
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value]
        self.send("\r\n".join([f"HTTP/1.1 {status} Told", *lines, "", ""]))

    def redirect(self, status: int, to: str, **headers: str) -> None:
        self.reply(status, "", Location=to, **headers)

    def drip(self, every: float, text: str) -> None:
        """A sign now and then, for as long as there is somebody to send it to."""
        for sign in cycle(text):
            if self.stop.wait(every):
                return
            self.send(sign)


def page(title: str, body: str = "<p>正文") -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"


REPLIES: dict[str, Reply] = {}


def at(path: str) -> Callable[[Reply], Reply]:
    def keep(reply: Reply) -> Reply:
        REPLIES[path] = reply
        return reply

    return keep


def replying(status: int, body: str | bytes = "", *rest: str, **headers: str) -> Reply:
    return lambda it: it.reply(status, body, *rest, **headers)


def leading(status: int, to: str) -> Reply:
    return lambda it: it.redirect(status, to)


for code in (202, 400, 401, 403, 404, 405, 410, 429, 451, 500, 502, 999):
    REPLIES[f"/{code}"] = replying(code, page("请看"))
for code in (301, 302, 303, 307, 308):
    REPLIES[f"/from-{code}"] = leading(code, "/ok")
for number in range(20):
    REPLIES[f"/chain-{number}"] = leading(301, f"/chain-{number - 1}")
REPLIES["/chain-0"] = replying(200, page("到了"))
REPLIES["/204"] = replying(204)

TITLED = {
    "/": "首页",
    "/ok": "产业互联网 &amp; 消费互联网",
    "/captcha": "百度安全验证",
    "/moment": "Just a moment...",
    "/cookies-please": "Please enable cookies",
    "/login": "用户登录",
    "/not-there": "页面不存在 - 某某网",
    "/newspaper": "404 Media",
}
for path, title in TITLED.items():
    REPLIES[path] = replying(200, page(title), "text/html; charset=utf-8")

REPLIES |= {
    "/maintained": replying(503, "", Retry_After="3600"),
    "/challenged": replying(503, page("x"), cf_mitigated="challenge"),
    "/loop-a": leading(302, "/loop-b"),
    "/loop-b": leading(302, "/loop-a"),
    "/nowhere": replying(302),
    "/mixed": leading(302, "/chain-1"),
    "/old": leading(301, "/"),
    "/members": leading(302, "/login?next=/members"),
    "/wall": leading(302, "/cookieAbsent"),
    "/cookieAbsent": replying(200, page("我们的网站")),
    "/empty": replying(200),
    "/blank": replying(200, " \n"),
    "/no-title": replying(200, "<p>没有标题"),
    "/empty-title": replying(200, page(" \n ")),
    "/report.pdf": replying(200, b"%PDF-1.7 <title>no</title>", "application/pdf"),
    "/wrong-type": replying(200, page("真是网页"), "image/png"),
    "/untyped": replying(200, page("无类型"), ""),
    "/gbk": replying(200, page("消费互联网").encode("gbk"), "text/html; charset=gb2312"),
    "/gbk-meta": replying(200, ('<meta charset="gbk">' + page("消费互联网")).encode("gbk")),
    "/gbk-unsaid": replying(200, page("消费互联网").encode("gbk")),
    "/gbk-denied": replying(200, page("消费互联网").encode("gbk"), "text/html; charset=utf-8"),
    "/utf-16": replying(200, page("消费互联网").encode("utf-16"), "text/html"),
    "/charset-unknown": replying(200, page("消费互联网"), "text/html; charset=klingon"),
    "/zipped": replying(200, gzip.compress(page("压缩").encode()), Content_Encoding="gzip"),
    "/zipped-badly": replying(200, b"no gzip", Content_Encoding="gzip"),
    "/brotli": replying(200, b"\x8b\x02\x80", Content_Encoding="br"),
    "/utf-8-location": leading(302, "/目标"),
    "/%E7%9B%AE%E6%A0%87": replying(200, page("目标")),
    "/silent": lambda it: None,
    "/garbage": lambda it: it.send("\x00\x01 no HTTP at all\r\n\r\n"),
    "/half-a-head": lambda it: it.send("HTTP/1.1 200 OK\r\nContent-Ty"),
    "/broken-chunk": lambda it: it.send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<html\r\nzz\r\n"
    ),
    "/broken-at-once": lambda it: it.send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    ),
    "/never": lambda it: it.drip(3600, " "),
}


@at("/slow-head")
def _(it: Conversation) -> None:
    it.send("HTTP/1.1 200 OK\r\n")
    it.drip(0.05, "X-A: b\r\n")


@at("/slow-body")
def _(it: Conversation) -> None:
    it.head(200, Content_Type="text/html")
    it.drip(0.05, " ")


@at("/drip-with-title")
def _(it: Conversation) -> None:
    it.head(200, Content_Type="text/html")
    it.send(page("先到的标题"))
    it.drip(0.05, " ")


@at("/flood")
def _(it: Conversation) -> None:
    it.send("HTTP/1.1 200 OK\r\n")
    while not it.stop.is_set():
        it.send("X-Flood: " + "x" * 8000 + "\r\n")


@at("/informed")
def _(it: Conversation) -> None:
    while not it.stop.is_set():
        it.send("HTTP/1.1 103 Early Hints\r\nLink: " + "x" * 8000 + "\r\n\r\n")


@at("/huge")
def _(it: Conversation) -> None:
    it.head(200, Content_Type="text/html")
    while not it.stop.is_set():
        it.send("<!-- 长 -->" * 5000)


@at("/bomb")
def _(it: Conversation) -> None:
    it.head(200, Content_Type="text/html", Content_Encoding="gzip")
    it.send(gzip.compress(b"<!--" + b" " * 30_000_000))


@at("/reset")
def _(it: Conversation) -> None:
    it.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@at("/tagged")
def _(it: Conversation) -> None:
    if it.headers.get("if-none-match") == '"v1"':
        it.head(304, ETag='"v1"')
    else:
        it.reply(200, page("带标签"), ETag='"v1"', Last_Modified="Wed, 25 Nov 2026 08:00:00 GMT")


@at("/needs-cookie")
def _(it: Conversation) -> None:
    if it.headers.get("cookie") == "seen=1":
        it.reply(200, page("有饼干"))
    else:
        it.redirect(302, "/needs-cookie", Set_Cookie="seen=1; Path=/; HttpOnly")


@at("/never-enough")
def _(it: Conversation) -> None:
    it.redirect(302, "/never-enough", Set_Cookie="seen=1")


@at("/cookie-for-others")
def _(it: Conversation) -> None:
    it.redirect(302, "http://other.test/cookie-seen", Set_Cookie="secret=1; Domain=test")


@at("/cookie-seen")
def _(it: Conversation) -> None:
    it.reply(200, page(it.headers.get("cookie", "没有饼干")))


@at("/who")
def _(it: Conversation) -> None:
    it.reply(200, page(" | ".join(f"{name}={value}" for name, value in sorted(it.headers.items()))))


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.tls, self.stop, self.asked = tls, threading.Event(), list[str]()
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def end(self) -> None:
        self.stop.set()
        self.shutdown()
        self.server_close()


class Handler(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        with suppress(OSError):
            sock = self.request
            if self.server.tls:
                sock = self.server.tls.wrap_socket(sock, server_side=True)
            with sock:
                self.converse(sock)

    def converse(self, sock: Any) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            if not (more := sock.recv(65536)):
                return
            data += more
        first, *lines = data.decode("latin-1").split("\r\n")
        path = first.split(" ")[1]
        self.server.asked.append(path)
        headers = {name.lower(): value for name, _colon, value in (line.partition(": ") for line in lines)}
        it = Conversation(sock, path, headers, self.server.stop)
        if path.startswith("/to?"):
            it.redirect(302, unquote(path[4:]))
        else:
            REPLIES.get(path.partition("?")[0], REPLIES["/404"])(it)


class SilentListener:
    """It must hear nothing: it counts who connects."""

    def __init__(self) -> None:
        self.heard = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        with suppress(OSError):
            while True:
                caller, _address = self.socket.accept()
                self.heard += 1
                caller.close()

    def end(self) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


Answers = list[str] | OSError | Iterator[list[str]]


@dataclass
class Web:
    """The stub and its names. What the fetcher looked up and connected to is kept."""

    plain: Server
    secure: Server
    silent: SilentListener
    names: dict[str, Answers] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> list[str]:
        self.looked_up.append(host)
        answers = self.names.get(host)
        if answers is None:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        if isinstance(answers, OSError):
            raise answers
        return answers if isinstance(answers, list) else next(answers)

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        self.connected.append(address)
        if address == OTHER_PUBLIC:
            raise ConnectionRefusedError
        to = self.silent.port
        if address == PUBLIC:
            to = {80: self.plain.port, 443: self.secure.port}[port]
        return socket.create_connection(("127.0.0.1", to), seconds)

    def fetcher(self, *, seconds: float = 20.0, trusting: bool = True, **limits: int) -> Fetcher:
        found = Fetcher(
            "Comparanda link watch (tests)",
            limits=Limits(seconds=seconds, **limits),
            resolve=self.resolve,
            connect=self.connect,
        )
        if trusting:
            found.tls = ssl.create_default_context(cafile=str(CERTIFICATE))
        return found


@contextmanager
def web() -> Iterator[Web]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    plain, secure, silent = Server(), Server(tls), SilentListener()
    names: dict[str, Answers] = {
        "good.test": [PUBLIC],
        "other.test": [PUBLIC],
        "xn--fsqu00a.test": [PUBLIC],
        "both.test": [OTHER_PUBLIC, PUBLIC],
        "closed.test": [OTHER_PUBLIC],
        "private.test": ["10.0.0.1"],
        "half.test": [PUBLIC, "192.168.0.1"],
        "mapped.test": ["::ffff:10.0.0.1"],
        "rebinding.test": iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]]),
        "nothing.test": [],
        "lame.test": socket.gaierror(socket.EAI_AGAIN, "try again"),
    }
    try:
        yield Web(plain, secure, silent, names)
    finally:
        for one in (plain, secure, silent):
            one.end()
