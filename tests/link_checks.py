"""Link checks for tests: written as the link watch writes them, and put back in time."""

from datetime import timedelta
from typing import Any

from django.db.models import F

from research import actions
from research.linkwatch.states import Outcome, State
from research.models import LinkCheck, LinkField, Source


def found(source: Source, state: str = "ok", *, column: str = "url", **values: Any) -> LinkCheck:
    """A check of the source's address, with what came of it."""
    values.setdefault("final_url", getattr(source, column))
    outcome = Outcome(State(state), **values)
    check = actions.record_check(source.pk, LinkField(column), getattr(source, column), outcome)
    assert check
    return check


def days_pass(days: float) -> None:
    """All checks were so long ago."""
    past = timedelta(days=days)
    LinkCheck.objects.update(checked_at=F("checked_at") - past, failing_since=F("failing_since") - past)
