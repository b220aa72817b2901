import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _

from research import actions, importing, note_files
from research.importing import State
from research.management.base import ResearchCommand, file_error


class Command(ResearchCommand):
    help = "Read notes from Markdown files: a dry run that says what becomes of them; --apply writes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="named subject-topic-YYMMDD.md"
        )
        parser.add_argument("--apply", action="store_true", help="write; without it nothing is written")

    def handle(self, *args: Any, files: list[Path], apply: bool, **options: Any) -> None:
        try:
            read = [(file.name, file.read_bytes()) for file in files]
        except OSError as error:
            self.fail(file_error(error), _("Nothing was written."))
        planned = note_files.plan_files(read)
        self.report(planned)
        problems = planned.plan.problems
        if problems:
            self.fail(*map(str, problems), _("%s problems. Nothing was written.") % len(problems))
        if not apply:
            self.stdout.write(_("A dry run: nothing was written. Add --apply to write."))
            return
        try:
            importing.apply(planned.plan, by=None, via="command")
        except (actions.Conflict, DatabaseError) as error:
            self.fail(str(error), _("Nothing was written."))
        self.stdout.write(_("Written: %s rows.") % len(planned.plan.changes()))

    def report(self, planned: note_files.NotesPlan) -> None:
        for file, lines in planned.found.items():
            self.stdout.write(file)
            for found in lines:
                self.stdout.write(f"  {found}".replace("\n", " "))
        for table in planned.plan.tables:
            counts = table.count()
            self.stdout.write(
                _("%(file)s: %(new)s new, %(changed)s changed, %(same)s same, %(invalid)s invalid")
                % {"file": table.table, **{state.value: counts[state] for state in State}}
            )

    def fail(self, *messages: str) -> None:
        for message in messages:
            self.stderr.write(message)
        sys.exit(2)
