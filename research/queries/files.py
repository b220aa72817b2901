"""Files of sources, as pages ask for them."""

from django.db.models import Prefetch

from research.models import Attachment


def with_shared_files(path: str = "") -> Prefetch:
    """For `prefetch_related`: `source.shared_files` then are the files that readers may open, oldest first.

    `path` leads to the source: `source__`.
    """
    return Prefetch(f"{path}attachments", Attachment.objects.public(), to_attr="shared_files")
