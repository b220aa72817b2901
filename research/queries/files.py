"""Files of sources, as pages ask for them."""

from collections import defaultdict
from collections.abc import Iterable

from research.models import Attachment, Source


def shared_files(sources: Iterable[Source]) -> dict[int, list[Attachment]]:
    """What readers may open, by the id of its source, oldest first; in one query.

    Sources that have nothing, or that are not public, are not in it.
    """
    found: dict[int, list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.public().filter(source__in=[source.pk for source in sources]):
        found[file.source_id].append(file)
    return dict(found)
