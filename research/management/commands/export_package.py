from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from research import packages
from research.management.base import ResearchCommand


class Command(ResearchCommand):
    help = "Write all tables to FILE as a Frictionless Data Package: a ZIP of CSV tables and their schemas."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--public", action="store_true", help="only what the public may see")

    def handle(self, *args: Any, file: Path, public: bool, **options: Any) -> None:
        with file.open("wb") as archive:
            for table, count in packages.write_package(archive, public=public).items():
                written = {"file": packages.path(table), "count": count}
                self.stdout.write(_("%(file)s: %(count)s rows") % written)
