import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _

from research import actions, importing
from research.importing import Plan, Sheet, State
from research.management.base import ResearchCommand
from research.text.tables.encodings import ENCODINGS


class Command(ResearchCommand):
    help = "Read tables (CSV, XLSX, JSON): a dry run that says what would change; --apply writes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "paths", nargs="+", type=Path, metavar="PATH", help="files named as tables, or folders"
        )
        parser.add_argument("--apply", action="store_true", help="write; without it nothing is written")
        parser.add_argument(
            "--partial", action="store_true", help="columns may be absent; they change nothing"
        )

        parser.add_argument(
            "--encoding",
            default="",
            help=f"of the files: {', '.join(ENCODINGS)} (default: found for each)",
        )

    def handle(
        self, *args: Any, paths: list[Path], apply: bool, partial: bool, encoding: str, **options: Any
    ) -> None:
        try:
            files = importing.find_files(paths)
        except FileNotFoundError as error:
            self.fail(str(error))
        if not files:
            self.fail(_("There is no table (CSV, XLSX or JSON) in %s.") % ", ".join(map(str, paths)))
        plan = importing.plan((self.read(file, encoding) for file in files), partial=partial)
        self.report(plan)
        if plan.problems:
            self.fail(*map(str, plan.problems), _("%s problems. Nothing was written.") % len(plan.problems))
        if not apply:
            self.stdout.write(_("A dry run: nothing was written. Add --apply to write."))
            return
        try:
            importing.apply(plan, by=None, via="command")
        except (actions.Conflict, DatabaseError) as error:
            self.fail(str(error), _("Nothing was written."))
        self.stdout.write(_("Written: %s rows.") % len(plan.changes()))

    def read(self, file: Path, encoding: str) -> Sheet:
        sheet = importing.read_file(file, encoding=encoding)
        if sheet.reason and (sheet.encoding != "utf-8" or sheet.alternatives):
            named = f"{ENCODINGS[sheet.encoding]}. " if sheet.encoding else ""
            self.stdout.write(f"{file.name}: {named}{sheet.reason}")
            for other in sheet.alternatives:
                named_other = {"name": ENCODINGS[other], "option": f"--encoding {other}"}
                self.stdout.write("  " + _("To read it as %(name)s, add %(option)s.") % named_other)
        return sheet

    def report(self, plan: Plan) -> None:
        for table in plan.tables:
            counts = table.count()
            self.stdout.write(
                _("%(file)s: %(new)s new, %(changed)s changed, %(same)s same, %(invalid)s invalid")
                % {"file": table.file, **{state.value: counts[state] for state in State}}
            )

    def fail(self, *messages: str) -> None:
        for message in messages:
            self.stderr.write(message)
        sys.exit(2)
