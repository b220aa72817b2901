import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from research.management.base import ResearchCommand, file_error
from research.text.styles import STYLES, format_reference


class Command(ResearchCommand):
    help = "Print the references of a CSL-JSON file, one a line, in its order."
    needs_tables = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "file", type=Path, metavar="FILE", help='a list of items, or {"items": […]}, in UTF-8'
        )
        parser.add_argument("--style", required=True, help=", ".join(STYLES))

    def handle(self, *args: Any, file: Path, style: str, **options: Any) -> None:
        if style not in STYLES:
            known = {"style": style, "known": ", ".join(STYLES)}
            self.fail(_("There is no style “%(style)s”. Choose one of: %(known)s.") % known)
        try:
            read = file.read_bytes()
        except OSError as error:
            self.fail(file_error(error))
        items = self.items(file.name, read)
        with self.printing():
            for item in items:
                self.stdout.write(format_reference(item, style))

    def items(self, file: str, read: bytes) -> list[dict[str, Any]]:
        try:
            found = json.loads(read.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            place = {"file": file, "place": error.start + 1}
            self.fail(_("%(file)s: byte %(place)s is not UTF-8. Save the file as UTF-8.") % place)
        except json.JSONDecodeError as error:
            place = {"file": file, "line": error.lineno, "column": error.colno, "reason": error.msg}
            self.fail(_("%(file)s, line %(line)s, column %(column)s: this is not JSON (%(reason)s).") % place)
        except (RecursionError, ValueError):  # brackets, or digits, by the thousand
            self.fail(_("%s: what this file holds cannot be read as CSL-JSON.") % file)
        if isinstance(found, dict):
            found = found.get("items")
        if not isinstance(found, list):
            self.fail(
                _("%s: this is not CSL-JSON. It must be a list of items, or an object with “items”.") % file
            )
        for number, item in enumerate(found, 1):
            if not isinstance(item, dict):
                place = {"file": file, "number": number}
                self.fail(_("%(file)s: entry %(number)s is not an object with fields.") % place)
        return found
