from typing import Any

from django.utils.translation import gettext as _

from research import actions
from research.management.base import ResearchCommand
from research.plans import Progress


class Command(ResearchCommand):
    help = (
        "Derive citations, links and search passages of all records again; run it after an upgrade that "
        "derives more. The records themselves stay as they are."
    )

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        count = self.follow(counted(actions.rederive()), _("Deriving"))
        if verbosity:
            self.stdout.write(_("Derived again: %s records.") % count)


def counted(steps: Any) -> Any:
    """The steps; returns how many records they have done."""
    progress = Progress()
    for progress in steps:
        yield progress
    return progress.done
