from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from research import argdown_files
from research.management.base import ResearchCommand
from research.models import Thesis
from research.rows import ThesisRows


class Command(ResearchCommand):
    help = "Write the theses with their arguments to FILE as Argdown; - is standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--public", action="store_true", help="only what the public may see")

    def handle(self, *args: Any, file: str, public: bool, **options: Any) -> None:
        theses = Thesis.objects.public() if public else Thesis.objects.all()
        pieces = argdown_files.written(ThesisRows(public=public).rows(theses), public=public)
        self.write_pieces(
            file, pieces, lambda: _("%(file)s: %(count)s theses") % {"file": file, "count": theses.count()}
        )
