from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from research import written_notes
from research.management.base import ResearchCommand, file_error
from research.models import Note


class Command(ResearchCommand):
    help = "Write a note with its to-dos, references and changelog as Markdown, ready for import_note."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug")
        parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of the terminal")

    def handle(self, *args: Any, slug: str, output: Path | None, **options: Any) -> None:
        note = Note.objects.filter(slug=slug).first()
        if note is None:
            self.fail(_("There is no note “%s”.") % slug)
        text = written_notes.written(note)
        if output is None:
            self.stdout.write(text)
            return
        try:
            output.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            self.fail(file_error(error))
