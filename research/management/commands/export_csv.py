from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from research import exporting
from research.management.base import ResearchCommand


class Command(ResearchCommand):
    help = "Write every table to DIR as CSV, ready for import_csv."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("dir", type=Path)

    def handle(self, *args: Any, dir: Path, **options: Any) -> None:
        if dir.exists() and not dir.is_dir():
            raise CommandError(_("“%s” is a file; name a folder.") % dir, returncode=2)
        for table, count in exporting.export_folder(dir).items():
            self.stdout.write(_("%(file)s: %(count)s rows") % {"file": dir / f"{table}.csv", "count": count})
