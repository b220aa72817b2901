"""What the commands share: messages in the reader's language."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def terminal_language() -> str:
    """English where the terminal says English, else the site's language."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if spoken.startswith("en") else settings.LANGUAGE_CODE


def file_error(error: OSError) -> str:
    named = {"file": error.filename, "reason": error.strerror}
    return _("“%(file)s” cannot be read or written (%(reason)s).") % named


class ResearchCommand(BaseCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--language",
            choices=LANGUAGES,
            default=terminal_language(),
            help="of the messages (default: %(default)s)",
        )

    def execute(self, *args: Any, **options: Any) -> str | None:
        with translation.override(options.get("language") or terminal_language()):
            return super().execute(*args, **options)
