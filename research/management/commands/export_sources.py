from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from research import bibliographies
from research.management.base import ResearchCommand
from research.models import Source
from research.rows import Row, SourceRows


class Command(ResearchCommand):
    help = "Write the sources to FILE as BibTeX (.bib), RIS (.ris) or CSL-JSON (.json); - is standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE")
        parser.add_argument(
            "--format", choices=bibliographies.WRITTEN, default="", help="(default: as the name ends)"
        )
        parser.add_argument("--public", action="store_true", help="only what the public may see")

    def handle(self, *args: Any, file: str, format: str, public: bool, **options: Any) -> None:
        format = format or bibliographies.format_named(file)
        if not format:
            known = ", ".join(bibliographies.WRITTEN)
            self.fail(_("Which format? End the name in .bib, .ris or .json, or add --format (%s).") % known)
        sources = Source.objects.public() if public else Source.objects.all()
        self.count = 0
        pieces = bibliographies.written(self.counted(SourceRows(public=public).rows(sources)), format)
        self.write_pieces(
            file, pieces, lambda: _("%(file)s: %(count)s sources") % {"file": file, "count": self.count}
        )

    def counted(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self.count += 1
            yield row
