from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from research import batches
from research.management.base import ResearchCommand
from research.models import Batch

LISTED = 20


class Command(ResearchCommand):
    help = "Undo an import as one step, but for records edited since; without ID, list the latest imports."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "id", nargs="?", type=int, help="of the import, as the list and the import say it"
        )

    def handle(self, *args: Any, id: int | None, **options: Any) -> None:
        if id is None:
            for batch in Batch.objects.all()[:LISTED]:
                self.stdout.write(described(batch))
            return
        wanted = Batch.objects.filter(pk=id).first()
        if wanted is None:
            self.fail(_("There is no import %s. Without a number the latest are listed.") % id)
        undone = self.write(lambda: self.follow(batches.undoing(wanted, by=None), _("Undoing")))
        for table, key, reason in undone.kept:
            self.stdout.write(
                _("%(table)s “%(key)s” was left: %(why)s") % {"table": table, "key": key, "why": reason}
            )
        self.stdout.write(described(undone))


def described(batch: Batch) -> str:
    """`7  2026-11-24 09:30  liu  cases.csv  cases: 3 new, 1 changed`."""
    counts = "; ".join(
        f"{table}: {', '.join(f'{count} {_(kind)}' for kind, count in kinds.items())}"
        for table, kinds in batch.counts.items()
    )
    return f"{batch.pk}  {batch.at:%Y-%m-%d %H:%M}  {batch.author or batch.via}  {batch.files}  {counts}"
