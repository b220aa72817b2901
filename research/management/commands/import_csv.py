from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from research import batches, importing, sheets
from research.management.base import ResearchCommand
from research.plans import Plan, PlannedRow, State
from research.sheets import Sheet
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
            "--stale", action="store_true", help="write also what changed here since the file was exported"
        )
        parser.add_argument(
            "--encoding",
            default="",
            help=f"of the files: {', '.join(ENCODINGS)} (default: found for each)",
        )

    def handle(
        self,
        *args: Any,
        paths: list[Path],
        apply: bool,
        partial: bool,
        stale: bool,
        encoding: str,
        **options: Any,
    ) -> None:
        try:
            files = sheets.find_files(paths)
        except FileNotFoundError as error:
            self.fail(str(error))
        if not files:
            self.fail(_("There is no table (CSV, XLSX or JSON) in %s.") % ", ".join(map(str, paths)))
        plan = Plan()
        read = (self.read(file, encoding) for file in files)
        self.follow(importing.planning(plan, read, partial=partial), _("Checking"))
        self.report(plan)
        if plan.problem_count:
            left = plan.problem_count - len(plan.problems)
            more = [_("… and %s more.") % left] if left else []
            self.fail(
                *map(str, plan.problems), *more, _("%s problems. Nothing was written.") % plan.problem_count
            )
        if not apply:
            self.stdout.write(_("A dry run: nothing was written. Add --apply to write."))
            return
        names = "; ".join(table.file for table in plan.tables)
        chosen = is_stale_or_written if stale else batches.is_written
        steps = batches.applying(plan, by=None, via="command", files=names, chosen=chosen)
        batch = self.write(lambda: self.follow(steps, _("Writing")))
        self.report_batch(batch)

    def read(self, file: Path, encoding: str) -> Sheet:
        sheet = sheets.read_file(file, encoding=encoding)
        self.report_encoding(sheet)
        return sheet

    def report(self, plan: Plan) -> None:
        for table in plan.tables:
            self.report_counts(table.file, table)
            if table.absent and table.counts:
                absent = _("%(file)s: these columns are absent and stay as they are: %(columns)s")
                self.stdout.write(absent % {"file": table.file, "columns": ", ".join(table.absent)})
        for row in plan.rows(State.STALE):
            named = {"table": row.table, "row": row.number, "key": row.key}
            text = _(
                "%(table)s, row %(row)s, “%(key)s”: changed here since the file was exported; not written."
            )
            self.stdout.write(text % named + " " + _("Add --stale to write it all the same."))


def is_stale_or_written(row: PlannedRow) -> bool:
    return row.state == State.STALE or batches.is_written(row)
