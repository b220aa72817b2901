from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from research import actions
from research.management.base import ResearchCommand
from research.queries import gaps


class Command(ResearchCommand):
    help = "Say what is missing, a gap a line: its name, then a sentence. Exits with 0, whatever it finds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--kind", choices=[*gaps.KINDS], action="append", help="only this kind; repeatable"
        )
        parser.add_argument("--public", action="store_true", help="only what readers may know of")
        parser.add_argument("--todo", action="store_true", help="make a to-do of each that has none")

    def handle(self, *args: Any, kind: list[str] | None, public: bool, todo: bool, **options: Any) -> None:
        scope, wanted = gaps.Scope(public=public), kind or list(gaps.KINDS)
        with self.printing():
            for gap in gaps.each(scope, wanted):
                self.stdout.write(f"{gap.name}\t{gap.record}\t{gap.sentence}")
        if todo:
            made = actions.make_gap_todos(gaps.each(scope, wanted), by=None, via="command")
            self.stderr.write(_("To-dos made: %s") % len(made))
