"""What the commands share: messages in the reader's language, progress, and how an import is written."""

import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from django.utils.translation import gettext as _

from research import actions, batches
from research.models import Batch
from research.plans import Progress, State, TablePlan
from research.sheets import Sheet
from research.text.tables.encodings import ENCODINGS
from research.text_files import Files, TextsPlan

EVERY = 0.5  # seconds between two words on progress
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def terminal_language() -> str:
    """English where the terminal says English, else the site's language."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if spoken.startswith("en") else settings.LANGUAGE_CODE


def has_unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def file_error(error: OSError) -> str:
    named = {"file": error.filename, "reason": error.strerror}
    return _("“%(file)s” cannot be read or written (%(reason)s).") % named


class ResearchCommand(BaseCommand):
    needs_tables = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--language",
            choices=LANGUAGES,
            default=terminal_language(),
            help="of the messages (default: %(default)s)",
        )

    def execute(self, *args: Any, **options: Any) -> str | None:
        with translation.override(options.get("language") or terminal_language()):
            if self.needs_tables and has_unapplied_migrations():
                self.fail(_("The tables are not up to date. Run first: manage.py migrate"))
            return super().execute(*args, **options)

    @contextmanager
    def printing(self) -> Iterator[None]:
        """While text goes to standard output for another program: as UTF-8, and as far as it is read."""
        if isinstance(sys.stdout, TextIOWrapper):  # a pipe or a file may be GBK, which lacks é
            sys.stdout.reconfigure(encoding="utf-8")
        try:
            yield
            self.stdout.flush()
        except BrokenPipeError:  # the reader has seen enough, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def write_pieces(self, file: str, pieces: Iterable[str], said: Callable[[], str]) -> None:
        """Into the file, and then say so; `-` is standard output, for another program."""
        if file == "-":
            with self.printing():
                for piece in pieces:
                    self.stdout.write(piece, ending="")
            return
        try:
            with Path(file).open("w", encoding="utf-8", newline="") as opened:
                opened.writelines(pieces)
        except OSError as error:
            self.fail(file_error(error))
        self.stdout.write(said())

    def fail(self, *messages: str) -> NoReturn:
        for message in messages:
            self.stderr.write(message)
        sys.exit(2)

    def follow(self, steps: Iterator[Progress], doing: str) -> Any:
        """Run the steps and say on a terminal how far they are; returns what they return."""
        told = time.monotonic()
        shown = False
        try:
            while True:
                progress = next(steps)
                if self.stderr.isatty() and time.monotonic() - told > EVERY:
                    told, shown = time.monotonic(), True
                    self.stderr.write(f"\r\x1b[K{doing}: {progress}", ending="")
        except StopIteration as end:
            return end.value
        finally:
            if shown:
                self.stderr.write("\r\x1b[K", ending="")

    def write(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except (actions.Conflict, batches.Refused, DatabaseError) as error:
            self.fail(str(error), _("Nothing was written."))

    def report_counts(self, name: str, table: TablePlan) -> None:
        text = _("%(file)s: %(new)s new, %(changed)s changed, %(same)s same, %(invalid)s invalid")
        text %= {"file": name, **{state.value: table.counts[state] for state in State}}
        stale = table.counts[State.STALE]
        self.stdout.write(text + (_(", %s stale") % stale if stale else ""))

    def report_encoding(self, sheet: Sheet) -> None:
        """How the file was read, where it is not plain UTF-8, and what else it could be."""
        if sheet.reason and (sheet.encoding != "utf-8" or sheet.alternatives):
            named = f"{ENCODINGS[sheet.encoding]}. " if sheet.encoding else ""
            self.stdout.write(f"{sheet.file}: {named}{sheet.reason}")
            for other in sheet.alternatives:
                named_other = {"name": ENCODINGS[other], "option": f"--encoding {other}"}
                self.stdout.write("  " + _("To read it as %(name)s, add %(option)s.") % named_other)

    def report_batch(self, batch: Batch | None) -> None:
        written = sum(sum(counts.values()) for counts in batch.counts.values()) if batch else 0
        if batch:
            self.stdout.write(_("Import %(id)s; to undo it: manage.py undo_import %(id)s") % {"id": batch.pk})
        self.stdout.write(_("Written: %s rows.") % written)


class TextsCommand(ResearchCommand):
    """Reads texts from files: a dry run that says what would become of each line, or the writing of it."""

    files_help = ""

    def plan_files(self, files: Files) -> TextsPlan:
        """What writing the files, by name, would do."""
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=self.files_help)
        parser.add_argument("--apply", action="store_true", help="write; without it nothing is written")

    def handle(self, *args: Any, files: list[Path], apply: bool, **options: Any) -> None:
        try:
            read = [(file.name, file.read_bytes()) for file in files]
        except OSError as error:
            self.fail(file_error(error), _("Nothing was written."))
        planned = self.plan_files(read)
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

    def report(self, planned: TextsPlan) -> None:
        for file, lines in planned.found.items():
            self.stdout.write(file)
            for found in lines:
                self.stdout.write(f"  {found}".replace("\n", " "))
        for table in planned.plan.tables:
            self.report_counts(table.table, table)
