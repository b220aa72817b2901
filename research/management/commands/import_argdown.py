from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from research import argdown_files, batches
from research.management.base import ResearchCommand, file_error


class Command(ResearchCommand):
    help = "Read theses and arguments from Argdown: a dry run that says what would become; --apply writes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--apply", action="store_true", help="write; without it nothing is written")

    def handle(self, *args: Any, files: list[Path], apply: bool, **options: Any) -> None:
        try:
            read = [(file.name, file.read_bytes()) for file in files]
        except OSError as error:
            self.fail(file_error(error), _("Nothing was written."))
        planned = argdown_files.plan_files(read)
        self.report(planned)
        problems = planned.plan.problems
        if problems:
            self.fail(*map(str, problems), _("%s problems. Nothing was written.") % len(problems))
        if not apply:
            self.stdout.write(_("A dry run: nothing was written. Add --apply to write."))
            return
        names = "; ".join(file.name for file in files)
        self.report_batch(
            self.write(lambda: batches.apply(planned.plan, by=None, via="command", files=names))
        )

    def report(self, planned: argdown_files.BoardsPlan) -> None:
        for file, lines in planned.found.items():
            self.stdout.write(file)
            for found in lines:
                self.stdout.write(f"  {found}".replace("\n", " "))
        for table in planned.plan.tables:
            self.report_counts(table.table, table)
