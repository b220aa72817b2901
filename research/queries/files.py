"""Files of sources, as pages ask for them."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Prefetch

from research.models import Attachment, Source


def with_shared_files(path: str = "") -> Prefetch:
    """For `prefetch_related`: `source.shared_files` then are the files that readers may open, oldest first.

    `path` leads to the source: `source__`.
    """
    return Prefetch(f"{path}attachments", Attachment.objects.public(), to_attr="shared_files")


def shared_files(sources: Iterable[Source]) -> dict[int, list[Attachment]]:
    """What readers may open, by the id of its source, oldest first; in one query.

    Sources that have nothing, or that are not public, are not in it.
    """
    found: dict[int, list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.public().filter(source__in=[source.pk for source in sources]):
        found[file.source_id].append(file)
    return dict(found)
