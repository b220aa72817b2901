"""Which links are dead, as readers are told, of the sources that a page shows."""

from django.db.models import Prefetch

from research.models import LinkCheck


def with_dead_links(path: str = "") -> Prefetch:
    """For `prefetch_related`: `source.dead_links` then are the checks of its addresses that lead nowhere.

    `path` leads to the source: `source__`.
    """
    return Prefetch(f"{path}link_checks", LinkCheck.objects.dead(), to_attr="dead_links")
