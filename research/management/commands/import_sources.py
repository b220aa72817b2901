from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from research import batches, bibliographies, importing
from research.management.base import ResearchCommand
from research.plans import Plan, PlannedRow, State
from research.text.bibliography import FORMATS
from research.text.tables.encodings import ENCODINGS

LISTED = 20  # notes on entries that are good; --verbosity 2 lists all
LEFT_OUT, UNREADABLE = 1, 2  # exit codes


class Command(ResearchCommand):
    help = (
        "Read bibliographies (BibTeX, RIS, CSL-JSON, NoteExpress, EndNote, RefWorks): a dry run that says "
        "what would change; --apply writes it. Bad entries are named and left out. Each file is an import."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--apply", action="store_true", help="write; without it nothing is written")
        parser.add_argument(
            "--doubtful", action="store_true", help="write also entries that seem to be another source here"
        )
        parser.add_argument("--format", choices=FORMATS, default="", help="(default: found for each)")
        parser.add_argument(
            "--encoding",
            default="",
            help=f"of the files: {', '.join(ENCODINGS)} (default: found for each)",
        )

    def handle(
        self,
        *args: Any,
        files: list[Path],
        apply: bool,
        doubtful: bool,
        format: str,
        encoding: str,
        **options: Any,
    ) -> None:
        for file in files:
            if not file.is_file():
                self.fail(_("There is no file “%s”.") % file, _("Nothing was written."))
        ends = []
        for file in files:
            plan = self.plan(file, format, encoding)
            self.report(plan, every=options["verbosity"] > 1)
            if apply and not plan.broken:
                self.apply(plan, file.name, doubtful)
            self.report_problems(plan, file.name)
            good = plan.count(*State) - plan.count(State.INVALID)
            ends.append(0 if not plan.problem_count else LEFT_OUT if good else UNREADABLE)
        if not apply:
            self.stdout.write(_("A dry run: nothing was written. Add --apply to write."))
        if code := max(ends):
            raise SystemExit(code)

    def plan(self, file: Path, format: str, encoding: str) -> Plan:
        sheet = bibliographies.read_bibliography(file, encoding=encoding, format=format)
        self.report_encoding(sheet)
        plan = Plan()
        self.follow(importing.planning(plan, [sheet], partial=True), _("Checking"))
        return plan

    def apply(self, plan: Plan, name: str, doubtful: bool) -> None:
        chosen = is_doubtful_or_written if doubtful else batches.is_written
        steps = batches.applying(plan, by=None, via="command", files=name, chosen=chosen)
        self.report_batch(self.write(lambda: self.follow(steps, _("Writing"))))

    def report(self, plan: Plan, *, every: bool) -> None:
        for table in plan.tables:
            text = _("%(file)s: %(new)s new, %(changed)s changed, %(same)s same, %(invalid)s with problems")
            text %= {"file": table.file, **{state.value: table.counts[state] for state in State}}
            doubtful = table.counts[State.DOUBTFUL]
            self.stdout.write(text + (_(", %s doubtful") % doubtful if doubtful else ""))
            told = left = 0
            for row in plan.rows(State.NEW, State.CHANGED, State.DOUBTFUL):
                if every or told < LISTED or row.state == State.DOUBTFUL:
                    self.report_notes(table.file, row)
                    told += bool(row.notes)
                else:
                    left += bool(row.notes)
            if left:
                self.stdout.write(_("… and %s more. --verbosity 2 lists all.") % left)

    def report_notes(self, file: str, row: PlannedRow) -> None:
        for note in row.notes:
            named = {"file": file, "line": row.line, "key": row.key, "note": note}
            text = _("%(file)s, line %(line)s, entry %(key)s: %(note)s") % named
            if row.state == State.DOUBTFUL:
                text += " " + _("Not written; add --doubtful to write it all the same.")
            self.stdout.write(text)

    def report_problems(self, plan: Plan, name: str) -> None:
        for problem in plan.problems:
            self.stderr.write(str(problem))
        if left := plan.problem_count - len(plan.problems):
            self.stderr.write(_("… and %s more.") % left)
        if plan.problem_count and plan.count(*State) == plan.count(State.INVALID):
            self.stderr.write(_("%s: nothing of it was written.") % name)
        elif plan.problem_count:
            named = {"file": name, "count": plan.count(State.INVALID)}
            self.stderr.write(_("%(file)s: %(count)s entries are left out, for these reasons.") % named)


def is_doubtful_or_written(row: PlannedRow) -> bool:
    return row.state == State.DOUBTFUL or batches.is_written(row)
