"""What the link watch found, written down; and what a person makes of it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from research.actions.afterwards import one_write
from research.actions.changes import Change
from research.actions.errors import Invalid
from research.actions.refusals import may_publish
from research.actions.writing import write
from research.linkwatch.states import PATIENCE, Known, Outcome, Reason, State, is_dead
from research.models import UNFINISHED, Draft, LinkCheck, LinkField, Source, Status, Todo
from research.queries.gaps import Name
from research.rows import TABLES

DAY = timedelta(days=1)
# What is known of a link that was never checked.
NEW: dict[str, Any] = {
    **dict.fromkeys(["reason", "final_url", "title", "content_type", "known_url", "known_title"], ""),
    **{"etag": "", "last_modified": "", "state": State.OK, "status": None, "todo": None},
    **{"failures": 0, "failing_since": None, "dead": False},
}


def known_of(check: LinkCheck | None) -> Known:
    """What the fetcher needs to know of the check before."""
    if check is None:
        return Known()
    return Known(check.known_url, check.known_title, check.content_type, check.etag, check.last_modified)


def record_check(source_id: int, field: LinkField, url: str, outcome: Outcome) -> LinkCheck | None:
    """Keep what came of a fetch of the source's address; nothing if it has another (or is gone) by now."""
    with one_write(by=None, via="links"):
        return _record_check(source_id, field, url, outcome)


def _record_check(source_id: int, field: LinkField, url: str, outcome: Outcome) -> LinkCheck | None:
    if not Source.objects.filter(pk=source_id, **{field: url}).exists():
        return None
    now = timezone.now()
    fresh = {**NEW, "url": url, "checked_at": now}
    check, _made = LinkCheck.objects.select_for_update().get_or_create(
        source_id=source_id, field=field, defaults=fresh
    )
    if check.url != url:
        for name, value in fresh.items():
            setattr(check, name, value)
    settle(check, outcome, now)
    check.save()
    return check


def settle(check: LinkCheck, outcome: Outcome, now: Any) -> None:
    check.state, check.reason, check.status = outcome.state, outcome.reason or "", outcome.status
    check.final_url, check.checked_at = outcome.final_url, now
    check.etag, check.last_modified = outcome.etag, outcome.last_modified
    check.dead = False
    if outcome.state in PATIENCE:
        check.failures += 1
        check.failing_since = check.failing_since or now
        check.dead = is_dead(outcome.state, check.failures, (now - check.failing_since) / DAY)
    elif outcome.state in (State.OK, State.MOVED, State.CHANGED):
        check.failures, check.failing_since = 0, None
        check.title = outcome.title or check.title
    if outcome.state in (State.OK, State.MOVED):
        check.content_type = outcome.content_type
        check.known_url, check.known_title = outcome.final_url, outcome.title or check.known_title


def approve_link(check: LinkCheck, *, by: AbstractBaseUser | None = None) -> None:
    """Somebody has looked: where the link leads is right, and henceforth known."""
    if check.reason == Reason.TYPE:
        check.content_type = ""
    check.state, check.reason = State.OK, ""
    check.known_url, check.known_title = check.final_url, check.title
    with one_write(by=by, via="links"):
        check.save()


def take_address(check: LinkCheck, *, by: AbstractBaseUser | None, via: str) -> Change:
    """Put the address that the link leads to in place of it: into the newer draft, where there is one.

    Whoever may not publish makes a newer draft of a published source. Raises Invalid, Conflict.
    """
    with one_write(by=by, via=via):
        return _take_address(check, by, via)


def _take_address(check: LinkCheck, by: AbstractBaseUser | None, via: str) -> Change:
    source, url = Source.objects.get(pk=check.source_id), check.final_url
    draft = Draft.objects.filter(table=source.table, record_id=source.pk).first()
    if draft:
        row = {**draft.row, check.field: url}
        decoded = TABLES[source.table]().decode(row, source)
        change = Change(decoded.record, decoded.links, row, from_draft=True, aside=True)
    else:
        aside = source.status == Status.PUBLISHED and not may_publish(by, Source)
        decoded = TABLES[source.table]().decode({check.field: url}, source)
        if aside:
            source.status = Status.DRAFT
        change = Change(source, columns={check.field}, aside=aside)
    if decoded.errors:
        raise Invalid(source, decoded.errors)
    change.note = _("The link leads there.")
    write([change], by=by, via=via)
    if not change.aside:
        check.url, check.state = url, State.OK
        check.save()
    return change


def make_link_todos(checks: Iterable[LinkCheck], *, by: AbstractBaseUser | None, via: str) -> list[Todo]:
    """A to-do, as a draft, for each of the links that has none yet; returns those that were made.

    That of a dead link is that of the gap: it is done of itself once the link is alive.
    """
    made = []
    with one_write(by=by, via=via):
        for check in checks:
            if check.todo_id is not None:
                continue
            todo = todo_for(check)
            unfinished = Todo.objects.filter(gap=todo.gap, state__in=UNFINISHED)
            check.todo = unfinished.first() if todo.gap else None
            if check.todo is None:
                write([Change(todo)], by=by, via=via)
                check.todo = todo
                made.append(todo)
            check.save(update_fields=["todo"])
    return made


def todo_for(check: LinkCheck) -> Todo:
    source = check.source
    title = _("Dead link: %(source)s") if check.dead else _("Look at the link: %(source)s")
    found = ", ".join(filter(None, [check.get_state_display(), check.because]))
    checked = f"{timezone.localtime(check.checked_at):%Y-%m-%d}"
    lines = [
        f"[[sources/{source.key}]]",
        f"{check.get_field_display()}: <{check.url}>",
        _("Checked on %(date)s: %(found)s") % {"date": checked, "found": found},
        _("Find where the page is now, or put an archived copy beside it."),
    ]
    todo = Todo(title=(title % {"source": source.title})[:300], body="\n\n".join(lines))
    if check.dead and check.is_current:
        todo.gap = str(Name("dead_link", source.table, source.key, check.field))
    todo.slug = Todo.objects.free_slug(f"link-{slugify(source.key, allow_unicode=True)}"[:100])
    todo.clean()
    return todo
