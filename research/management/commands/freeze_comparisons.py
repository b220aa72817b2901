from typing import Any

from django.utils.translation import gettext as _

from research import actions
from research.management.base import ResearchCommand


class Command(ResearchCommand):
    help = (
        "Freeze a version of each published comparison that differs from its last one, and of those that "
        "have none yet: after an upgrade from before there were versions."
    )

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        made = actions.freeze_all(by=None, via="command")
        if verbosity:
            for version in made:
                self.stdout.write(f"{version.slug} v{version.number}")
            self.stdout.write(_("Frozen: %s versions.") % len(made))
