"""The files of sources against their rows: what is missing, what is damaged, what nobody knows of."""

from argparse import ArgumentParser
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from research import storage
from research.management.base import ResearchCommand
from research.models import Attachment, Source


class Command(ResearchCommand):
    help = "Say which files of sources are missing, damaged or left over. Exits with 2 where one is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--whole", action="store_true", help="read every file and compare its SHA-256")
        parser.add_argument(
            "--tidy",
            action="store_true",
            help="remove what no row knows (never in a folder that belongs to another database!)",
        )

    def handle(self, *args: Any, whole: bool, tidy: bool, **options: Any) -> None:
        storage.sweep()
        problems, known = [], set()
        keys = dict(Source.objects.filter(attachments__isnull=False).values_list("pk", "key"))
        for file in Attachment.objects.iterator():
            known.add(file.stored)
            if problem := problem_of(file, whole=whole):
                key = keys.get(file.source_id) or _("deleted source")
                problems.append(f"{key}, {file.name} ({file.stored}): {problem}")
        self.left_over(known, tidy=tidy)
        text = _("Files: %(count)s; missing or damaged: %(bad)s.")
        self.stdout.write(text % {"count": len(known), "bad": len(problems)})
        if problems:
            self.fail(*problems)

    def left_over(self, known: set[str], *, tidy: bool) -> None:
        """A process that was killed between a file and its row leaves a file; so does a restored backup."""
        left = [name for name in storage.names() if name not in known and storage.is_settled(name)]
        if not left:
            return
        size = filesizeformat(sum(storage.size_of(name) or 0 for name in left))
        text = _("Left over: %(count)s (%(size)s); to remove them: manage.py check_files --tidy")
        if tidy:
            text = _("Left over, removed: %(count)s (%(size)s).")
            for name in left:
                storage.remove(name)
        self.stdout.write(text % {"count": len(left), "size": size})


def problem_of(file: Attachment, *, whole: bool) -> str:
    size = storage.size_of(file.stored)
    if size is None:
        return _("missing")
    if size != file.size or (whole and storage.sha256_of(file.stored) != file.sha256):
        return _("not what was kept")
    return ""
