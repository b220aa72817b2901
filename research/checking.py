"""The link watch at work: which links are due, and the fetcher as this site sends it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from research import actions
from research.linkwatch.fetching import Fetcher
from research.linkwatch.rounds import Round, host_of
from research.linkwatch.states import DOUBTFUL, Outcome
from research.models import LinkCheck, LinkField, LinkState, Source
from research.plans import Clock, Progress

RETRY = timedelta(days=1)  # what fails, but is not dead yet, is looked at again sooner
PROOF = 3  # hosts that cannot be reached while none can: then it is this machine's network


def user_agent() -> str:
    """Who asks, and where to complain: sites let in whom they can ask."""
    contact = settings.LINK_WATCH_CONTACT
    return f"Mozilla/5.0 (compatible; Comparanda link watch{f'; +{contact}' if contact else ''})"


def fetcher() -> Fetcher:
    return Fetcher(user_agent())


@dataclass
class DueLink:
    """An address of a source, with the check before, if that was of the same address."""

    source_id: int
    key: str
    field: LinkField
    url: str
    check: LinkCheck | None

    @property
    def age(self) -> Any:
        """For sorting: what was never checked is the oldest."""
        return (self.check is not None, self.check.checked_at if self.check else None, self.source_id)


def links(keys: Collection[str] = ()) -> list[DueLink]:
    """All links (or those of the sources of these keys), those never checked first, then the oldest."""
    sources = Source.objects.order_by("pk")
    checks = LinkCheck.objects.all()
    if keys:
        sources, checks = sources.filter(key__in=keys), checks.filter(source__key__in=keys)
    known = {(check.source_id, check.field): check for check in checks}
    found = []
    for pk, key, *urls in sources.values_list("pk", "key", *(one.value for one in LinkField)):
        for name, url in zip(LinkField, urls, strict=True):
            check = known.get((pk, name))
            if url:
                found.append(DueLink(pk, key, name, url, check if check and check.url == url else None))
    return sorted(found, key=lambda link: link.age)


def is_due(link: DueLink, older_than: timedelta) -> bool:
    if link.check is None:
        return True
    uncertain = link.check.failures > 0 and not link.check.dead
    return link.check.checked_at <= timezone.now() - (min(RETRY, older_than) if uncertain else older_than)


def check_now(link: DueLink) -> LinkCheck | None:
    """Fetch and write down; None if the source has another address by now."""
    outcome = fetcher().fetch(link.url, actions.known_of(link.check))
    return actions.record_check(link.source_id, link.field, link.url, outcome)


@dataclass
class Summary:
    """What a run came to. `unrecorded`: found while this machine seemed to have no network."""

    checks: list[LinkCheck] = field(default_factory=list)
    newly_dead: list[LinkCheck] = field(default_factory=list)
    left: int = 0
    unrecorded: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """By the labels of the states, in their order."""
        states = [check.state for check in self.checks]
        return {str(state.label): states.count(state) for state in LinkState if state in states}


@dataclass
class Checked(Progress):
    total: int = 0
    dead: int = 0

    def __str__(self) -> str:
        text = _("%(done)s of %(total)s links, %(dead)s newly dead")
        return text % {"done": self.done, "total": self.total, "dead": self.dead}


def checking(
    due: Collection[DueLink],
    summary: Summary,
    *,
    delay: float,
    fetch: Callable[[DueLink], Outcome] | None = None,
) -> Iterator[Checked]:
    """Visit the links and write down each result as it comes; whoever stops in between loses none of them.

    While no host can be reached, results are held back: they may say nothing of the links.
    """
    sent = fetcher()
    round_ = Round(
        due,
        lambda link: link.url,
        fetch or (lambda link: sent.fetch(link.url, actions.known_of(link.check))),
        delay=delay,
    )
    clock, doubtful, is_proved = Clock(len(due)), list[tuple[DueLink, Outcome]](), False
    for link, outcome in round_:
        is_proved = is_proved or outcome.reason not in DOUBTFUL
        doubtful.append((link, outcome))
        if is_proved:
            keep(doubtful, summary)
        told = clock.add(1)
        yield Checked(told.done, told.share, told.seconds, len(due), len(summary.newly_dead))
    if len({host_of(link.url) for link, _outcome in doubtful}) < PROOF:
        keep(doubtful, summary)
    summary.unrecorded, summary.left = len(doubtful), len(round_.left)


def keep(found: list[tuple[DueLink, Outcome]], summary: Summary) -> None:
    while found:
        link, outcome = found.pop(0)
        check = actions.record_check(link.source_id, link.field, link.url, outcome)
        if check is None:
            continue
        summary.checks.append(check)
        if check.dead and not (link.check and link.check.dead):
            summary.newly_dead.append(check)
