"""Which addresses may be fetched. Nothing here is ever asked for."""

from ipaddress import ip_address

import httpx
import pytest

from research.linkwatch.guard import Guard, Refused, is_public
from research.linkwatch.states import Reason

GOOD = [
    "http://example.com",
    "https://example.com/",
    "https://www.example.com:443/a?b=c#d",
    "http://example.com:80/产业互联网",
    "https://例子.中国/案例",
    "http://93.184.216.34/",
    "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
    "HTTPS://Example.COM./Path",
    "http://a_b.example.org/x:y@z",
    "https://example.com/login?next=http://127.0.0.1/",
]

# What must never be asked for, by what is wrong with it.
HOSTILE = {
    Reason.SCHEME: [
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "ftp://example.com/",
        "dict://127.0.0.1:11211/stats",
        "javascript:alert(1)",
        "data:text/html,<title>x</title>",
        "ldap://127.0.0.1/",
        "unix:/var/run/docker.sock",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
        "jar:http://example.com!/",
        "//example.com/",
        "example.com",
        "",
    ],
    Reason.USER_INFO: [
        "http://user:pw@example.com/",
        "http://example.com@127.0.0.1/",
        "http://example.com:80@10.0.0.1/",
        "http://example.com:80@127.0.0.1#@example.com/",
        "http://@127.0.0.1/",
        "http://a@b@127.0.0.1/",
    ],
    Reason.PORT: [
        "http://example.com:22/",
        "http://example.com:8080/",
        "https://example.com:8443/",
        "http://example.com:6379/",
        "http://example.com:0/",
        "http://127.0.0.1:5432/",
        "http://[::1]:8000/",
        "http://localhost:8000/admin/",
        "http://example.com:99999/",
    ],
    Reason.HOST: [
        "http://localhost/",
        "http://LOCALHOST/",
        "http://localhost./",
        "http://www.localhost/",
        "http://localhost.localdomain/",
        "http://metadata/",
        "http://metadata.google.internal/computeMetadata/v1/",
        "http://printer.local/",
        "http://router.lan/",
        "http://wiki.corp/",
        "http://nas.home.arpa/",
        "http://db/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://017700000001/",
        "http://0/",
        "http://127.1/",
        "http://127.0.1/",
        "http://0x7f.1/",
        "http://0x7f.0.0.1/",
        "http://0x7f.0.0.0x1/",
        "http://10.1/",
        "http://1.1.1.0x7f/",
        "http://127.0.0.1.0/",
        "http://%31%32%37.0.0.1/",
        "http://127.0.0.1%2f.example.com/",
        "http://ex ample.com/",
        "http://exa_mple/",
        "http://example..com/",
        "http://-example.com/",
        "http://.example.com/",
        "http:///etc/passwd",
        "http://[fe80::1%25eth0]/",
        "http://[::ffff:127.0.0.1%25]/",
    ],
    Reason.ADDRESS: [
        "http://127.0.0.1/",
        "http://127.255.255.254/",
        "http://127.0.0.1./",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://100.100.100.200/latest/meta-data/",
        "http://168.63.129.16/machine",
        "http://192.0.0.192/opc/v1/",
        "http://192.0.2.1/",
        "http://198.18.0.1/",
        "http://203.0.113.7/",
        "http://224.0.0.1/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "http://127。0。0。1/",
        "http://[::1]/",
        "http://[::]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::ffff:93.184.216.34]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::a00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
        "http://[2606:4700::5efe:a00:1]/",
        "http://[fe80::1]/",
        "http://[fec0::1]/",
        "http://[fc00::1]/",
        "http://[fd00:ec2::254]/",
        "http://[ff02::1]/",
        "http://[2001:db8::1]/",
        "http://[3fff::1]/",
        "http://[100::1]/",
    ],
    Reason.MALFORMED: [
        "http:example.com",
        "http://example.com:-80/",
        "http://example.com:８０/",
        "http://example.com:80:80/",
        "http:/127.0.0.1/",
        "http://example.com\\@127.0.0.1/",
        "http:\\\\127.0.0.1\\",
        "http://example.com/\r\nHost: 127.0.0.1",
        "http://127.0.0.1\t/",
        "http://127.0.0.1\n/",
        "http://exam\x00ple.com/",
        "http://①②⑦.⓪.⓪.①/",
        "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
        "http://１２７.０.０.１/",
        "http://example.com\uff0f.127.0.0.1/",
        "http://127.1\u200d.0.1/",
        "http://0177.0.0.1/",
        "http://256.256.256.256/",
        "http://127.000.000.001/",
        "http://[127.0.0.1]/",
        "http://[::1/",
        "http://[::ffff:0177.0.0.1]/",
        "http://" + "a" * 9000,
    ],
}


@pytest.mark.parametrize("url", GOOD)
def test_a_public_address_is_let_through(url):
    target = Guard().target(url)
    assert target.scheme == url.partition(":")[0].lower()
    assert target.port in (80, 443)
    assert target.path.startswith(b"/")
    assert target.host.isascii()


@pytest.mark.parametrize(("reason", "url"), [(why, url) for why, urls in HOSTILE.items() for url in urls])
def test_a_hostile_address_is_refused_with_the_reason(reason, url):
    with pytest.raises(Refused) as refused:
        Guard().target(url)
    assert refused.value.reason is reason


def test_there_are_enough_of_them():
    """Plain httpx takes most of them for addresses."""
    every = [url for urls in HOSTILE.values() for url in urls]
    assert len(set(every)) == len(every) >= 84

    def taken(url):
        try:
            return bool(httpx.URL(url).host)
        except httpx.InvalidURL:
            return False

    assert sum(map(taken, every)) > len(every) * 0.6


def test_what_was_looked_at_is_what_is_asked_for():
    target = Guard().target("HTTP://Example.COM.:80/a b/案?q=案#z")
    assert (target.host, target.port) == ("example.com", 80)
    assert target.path == b"/a%20b/%E6%A1%88?q=%E6%A1%88"
    assert Guard().target("https://例子.中国/").host == "xn--fsqu00a.xn--fiqs8s"


def test_a_guard_may_be_given_other_ports():
    assert Guard(ports=frozenset({8080})).target("http://example.com:8080/").port == 8080
    with pytest.raises(Refused):
        Guard(ports=frozenset({8080})).target("http://example.com/")


class TestAddresses:
    def test_all_of_a_name_s_addresses_must_be_public(self):
        Guard().check(["93.184.216.34", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
        for bad in ("10.0.0.1", "::1", "::ffff:10.0.0.1", "fe80::1%eth0", "no address", "127.1"):
            with pytest.raises(Refused):
                Guard().check(["93.184.216.34", bad])

    @pytest.mark.parametrize(
        "address",
        ["1.1.1.1", "172.15.255.255", "172.32.0.0", "100.63.255.255", "192.0.1.0", "223.255.255.255"],
    )
    def test_their_neighbours_are_public(self, address):
        assert is_public(ip_address(address))
