import sys
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from research import actions, checking
from research.checking import Summary
from research.management.base import ResearchCommand
from research.models import LinkCheck, Source

DAYS = 7.0
INTERRUPTED = 130  # as a shell says it


class Command(ResearchCommand):
    help = "Look whether the links of the sources still work: those never checked first, then the oldest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("keys", nargs="*", metavar="KEY", help="only these sources, however new")
        parser.add_argument("--all", action="store_true", help="also what was checked a moment ago")
        parser.add_argument(
            "--older-than",
            type=float,
            default=DAYS,
            metavar="DAYS",
            help="only what was not checked for so long (default: %(default)s); what fails, after a day",
        )
        parser.add_argument("--limit", type=int, default=0, metavar="N", help="no more links than this")
        parser.add_argument(
            "--delay",
            type=float,
            default=2.0,
            metavar="SECONDS",
            help="between two requests to the same host (default: %(default)s)",
        )
        parser.add_argument("--todo", action="store_true", help="make a to-do for each link that is dead now")

    def handle(
        self,
        *args: Any,
        keys: list[str],
        all: bool,
        older_than: float,
        limit: int,
        delay: float,
        todo: bool,
        **options: Any,
    ) -> None:
        if older_than < 0 or limit < 0 or delay < 0:
            self.fail(_("Days, limit and delay must not be negative."))
        if missing := set(keys) - set(Source.objects.filter(key__in=keys).values_list("key", flat=True)):
            self.fail(_("There is no source of this key: %s") % ", ".join(sorted(missing)))
        due = checking.links(keys)
        if not keys and not all:
            due = [link for link in due if checking.is_due(link, timedelta(days=older_than))]
        due = due[: limit or None]
        summary, interrupted = Summary(), False
        steps = checking.checking(due, summary, delay=delay)
        try:
            self.follow(steps, _("Checking"))
        except KeyboardInterrupt:
            interrupted = True
        self.report(summary, len(due))
        if todo:
            self.make_todos([check for check in summary.checks if check.dead])
        if interrupted:
            self.stderr.write(_("Stopped. What was found is kept; run it again to go on."))
            sys.exit(INTERRUPTED)

    def report(self, summary: Summary, due: int) -> None:
        for check in summary.newly_dead:
            named = {"key": check.source.key, "url": check.url, "why": told(check)}
            self.stdout.write(_("Dead: %(key)s %(url)s (%(why)s)") % named)
        for label, count in summary.counts.items():
            self.stdout.write(f"{label}: {count}")
        counts = {"count": len(summary.checks), "due": due}
        self.stdout.write(_("Checked: %(count)s of %(due)s links.") % counts)
        if summary.left:
            text = _("Left for another time, as their hosts asked: %s.")
            self.stdout.write(text % summary.left)
        if summary.unrecorded:
            text = _("No host could be reached: is this machine's network down? Not kept: %s.")
            self.stderr.write(text % summary.unrecorded)

    def make_todos(self, checks: list[LinkCheck]) -> None:
        made = self.write(lambda: actions.make_link_todos(checks, by=None, via="command"))
        self.stdout.write(_("To-dos made: %s.") % len(made))


def told(check: LinkCheck) -> str:
    return ", ".join(filter(None, [str(check.get_state_display()), check.because]))
