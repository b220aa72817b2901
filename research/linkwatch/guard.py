"""Which addresses may be fetched: public ones, by http or https, on their usual ports.

Names and numbers are told apart as the URL Standard does (https://url.spec.whatwg.org/#host-parsing): what a
browser would take for an IPv4 address must be written as one. The networks are those of IANA's registries
https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from research.linkwatch.states import Reason

LONGEST = 8000
PORTS = {"http": 80, "https": 443}

# Networks that Python (3.11) calls global, and what is no network's business to be asked for.
NOT_PUBLIC_4 = [
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # the host of a virtual machine at Azure
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
]
UNICAST_6 = ip_network("2000::/3")
NOT_PUBLIC_6 = [
    ip_network(network)
    for network in (
        "2001::/23",  # Teredo and other protocols' own
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address inside
        "2620:4f:8000::/48",
        "3fff::/20",
    )
]
ISATAP = {0x0000_5EFE, 0x0200_5EFE}  # before an IPv4 address in the last 32 bits (RFC 5214)

# Names of the machine itself or of its own network, whatever a name server says.
OWN_NAMES = re.compile(
    r"(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$"
)
AUTHORITY = re.compile(r"(?:\[[^\[\]]*\]|[^:\[\]]*)(?::[0-9]*)?")
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
DOTTED_QUAD = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}")


class Refused(Exception):
    """The address may not be fetched."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


@dataclass(frozen=True)
class Target:
    """An address taken apart, once: what was looked at is what is asked for. `path` has the query with it."""

    url: httpx.URL
    scheme: str
    host: str
    port: int
    path: bytes

    @property
    def is_literal(self) -> bool:
        return ":" in self.host or DOTTED_QUAD.fullmatch(self.host) is not None


@dataclass(frozen=True)
class Guard:
    ports: frozenset[int] = frozenset(PORTS.values())

    def target(self, url: str) -> Target:
        """Raises Refused."""
        if len(url) > LONGEST or any(sign < " " or sign in "\\\x7f" for sign in url):
            raise Refused(Reason.MALFORMED)
        scheme, colon, rest = url.partition(":")
        if not colon or scheme.lower() not in PORTS:
            raise Refused(Reason.SCHEME)
        if not rest.startswith("//"):
            raise Refused(Reason.MALFORMED)
        authority = re.split(r"[/?#]", rest[2:], maxsplit=1)[0]
        if "@" in authority:
            raise Refused(Reason.USER_INFO)
        if not authority or "%" in authority or " " in authority:
            raise Refused(Reason.HOST)
        if not AUTHORITY.fullmatch(authority):
            raise Refused(Reason.MALFORMED)
        try:
            parsed = httpx.URL(url)
            host, port = parsed.raw_host.decode("ascii").lower(), parsed.port
        except (httpx.InvalidURL, ValueError):
            raise Refused(Reason.MALFORMED) from None
        port = PORTS[parsed.scheme] if port is None else port
        if port not in self.ports:
            raise Refused(Reason.PORT)
        return Target(parsed, parsed.scheme, self.host(host), port, parsed.raw_path)

    def host(self, host: str) -> str:
        """The name or literal address, in lower case and without a last dot. Raises Refused."""
        if ":" in host:
            self.check([host])
            return host
        host = host.removesuffix(".")
        labels = host.split(".")
        if NUMBER.fullmatch(labels[-1]):
            if not DOTTED_QUAD.fullmatch(host):
                raise Refused(Reason.HOST)
            self.check([host])
            return host
        named = len(labels) > 1 and len(host) < 254 and all(LABEL.fullmatch(label) for label in labels)
        if not named or OWN_NAMES.search(host):
            raise Refused(Reason.HOST)
        return host

    def check(self, addresses: Iterable[str]) -> None:
        """Raises Refused unless every one of the addresses is public."""
        for address in addresses:
            try:
                is_fine = is_public(ip_address(address))
            except ValueError:
                is_fine = False
            if not is_fine:
                raise Refused(Reason.ADDRESS)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in NOT_PUBLIC_4)
    if address.scope_id or address not in UNICAST_6 or not address.is_global:
        return False
    is_isatap = (int(address) >> 32) & 0xFFFF_FFFF in ISATAP
    return not is_isatap and not any(address in network for network in NOT_PUBLIC_6)
