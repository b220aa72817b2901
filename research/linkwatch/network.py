"""Connections to addresses that were looked at before: a name is resolved once, and never again.

httpcore (httpx's own engine) speaks HTTP over them. It asks for a connection to a name and gets one to a
checked address, while TLS goes on checking the name.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

Resolver = Callable[[str, int], Sequence[str]]
Connector = Callable[[str, int, float], socket.socket]

MOST_ADDRESSES = 4
PER_ADDRESS = 6.0  # seconds, as long as there is another address to try


class TooMuch(Exception):
    """The answers are longer than one wants to read."""


class Allowance:
    """What one exchange may cost, redirects and look-ups included."""

    def __init__(self, seconds: float, octets: int) -> None:
        self.end, self.octets, self.read = time.monotonic() + seconds, octets, 0

    def seconds(self) -> float:
        """How many are left. Raises TimeoutError."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def most(self, octets: int) -> int:
        """How many may be read next. Raises TooMuch."""
        if self.read >= self.octets:
            raise TooMuch
        return min(octets, self.octets - self.read)


def system_resolver(host: str, port: int) -> list[str]:
    """The addresses of a name, IPv4 first. Raises OSError (`socket.gaierror`)."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, "no name") from error
    found.sort(key=lambda one: one[0] != socket.AF_INET)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def system_connector(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), seconds)


def resolved(resolve: Resolver, host: str, port: int, allowance: Allowance) -> list[str]:
    """As `resolve`, in time: nothing else can stop a look-up that hangs, so it is left to itself."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(resolve(host, port)))
        except Exception as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=allowance.seconds())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


class Pinned(httpcore.NetworkBackend):
    """Connects to the given addresses, whatever name it is asked for."""

    def __init__(self, addresses: Sequence[str], connect: Connector, allowance: Allowance) -> None:
        self.addresses, self.connect, self.allowance = addresses[:MOST_ADDRESSES], connect, allowance

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: OSError = socket.gaierror(socket.EAI_NONAME, "no address")
        for place, address in enumerate(self.addresses, start=1):
            seconds = self.allowance.seconds()
            is_last = place == len(self.addresses)
            try:
                found = self.connect(address, port, seconds if is_last else min(seconds, PER_ADDRESS))
            except OSError as error:
                failure = error
                continue
            return Stream(found, self.allowance)
        raise failure


class Stream(httpcore.NetworkStream):
    """A connection that keeps within the allowance: each wait may last as long as all that is left."""

    def __init__(self, sock: socket.socket, allowance: Allowance) -> None:
        self.sock, self.allowance = sock, allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        octets = self.allowance.most(max_bytes)
        self.sock.settimeout(self.allowance.seconds())
        data = self.sock.recv(octets)
        self.allowance.read += len(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        while buffer:
            self.sock.settimeout(self.allowance.seconds())
            try:
                buffer = buffer[self.sock.send(buffer) :]
            except ConnectionError as error:
                raise httpcore.WriteError from error  # the answer may be there all the same

    def close(self) -> None:
        self.sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            self.sock.settimeout(self.allowance.seconds())
            self.sock = ssl_context.wrap_socket(self.sock, server_hostname=server_hostname)
        except BaseException:
            self.close()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        return None
