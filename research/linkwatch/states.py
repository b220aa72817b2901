"""What may come of a fetch, and what is known of a link from the fetch before."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The page is there: OK, MOVED (for good), CHANGED (something is there, but is it the same?).

    It is not: MISSING (404), GONE (410), DEAD_HOST (no such name, nobody listens, no valid certificate).
    Not now: SERVER_ERROR, TOO_SLOW, UNREACHABLE. Cannot be judged: BLOCKED (the site lets no program in),
    REFUSED (the address is none that may be fetched; it never was).
    """

    OK = "ok"
    MOVED = "moved"
    CHANGED = "changed"
    MISSING = "missing"
    GONE = "gone"
    DEAD_HOST = "dead_host"
    SERVER_ERROR = "server_error"
    TOO_SLOW = "too_slow"
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    REFUSED = "refused"


# How many checks, on as many days, must fail before the link counts as dead: a host may be down for a day,
# what a server itself calls missing is.
PATIENCE = {
    State.MISSING: 1,
    State.GONE: 1,
    State.DEAD_HOST: 2,
    State.SERVER_ERROR: 3,
    State.TOO_SLOW: 3,
    State.UNREACHABLE: 3,
}


def is_dead(state: State, failures: int, days: float) -> bool:
    """`days` have passed from the first of the failures to the last."""
    patience = PATIENCE.get(state)
    return patience is not None and failures >= patience and days >= patience - 1


class Reason(StrEnum):
    """Why the state is what it is, where that does not say it all."""

    # refused
    SCHEME = "scheme"
    USER_INFO = "user_info"
    PORT = "port"
    HOST = "host"
    ADDRESS = "address"
    MALFORMED = "malformed"
    # dead host
    NO_SUCH_HOST = "no_such_host"
    NOBODY_LISTENS = "nobody_listens"
    TLS = "tls"
    # unreachable
    NAME_SERVER = "name_server"
    NETWORK = "network"
    CLOSED = "closed"
    # server error
    PROTOCOL = "protocol"
    LOOP = "loop"
    REDIRECTS = "redirects"
    # blocked
    LOG_IN = "log_in"
    COOKIES = "cookies"
    CAPTCHA = "captcha"
    # changed
    HOME_PAGE = "home_page"
    ERROR_PAGE = "error_page"
    EMPTY = "empty"
    TITLE = "title"
    TYPE = "type"


# They may as well come of this machine's own network.
DOUBTFUL = {Reason.NAME_SERVER, Reason.NETWORK}


@dataclass(frozen=True)
class Known:
    """What earlier fetches found: the page's own address, its title and type, and its validators."""

    page_url: str = ""
    title: str = ""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""


NOTHING_KNOWN = Known()


@dataclass(frozen=True)
class Outcome:
    """What came of a fetch. `status` is the last answer's code, None where there was none.

    `final_url` is where the redirects ended: if the state is MOVED, the address to take instead. `octets` is
    how many were read of all answers, `retry_after` the seconds for which the host asks to be left alone.
    """

    state: State
    reason: Reason | None = None
    status: int | None = None
    final_url: str = ""
    title: str = ""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    octets: int = 0
    retry_after: int = 0
