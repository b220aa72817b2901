"""A source's file sent to whoever may see it: whole or a part of it, and never able to run on this site.

PDF, images and text are shown in place. A page is shown in place as well, in a sandbox: no script, no
request, no origin. A download of it would be opened from the disk, where nothing holds it. What no browser
shows (MHTML, EPUB) is a download.
"""

import logging
import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from research import storage
from research.models import Attachment
from research.text.file_types import EPUB, MHTML, PDF

log = logging.getLogger(__name__)

CHUNK = 64 * 1024
DOWNLOADS = {MHTML.content_type, EPUB.content_type}
# What a page saved in one file has inside itself, and nothing from elsewhere.
SANDBOX = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline' data:; img-src data:; font-src data:; "
    "media-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
# Some browsers' viewers of PDFs refuse to work in a sandbox; what runs in a PDF never has the site's origin.
FOR_PDF = "frame-ancestors 'none'"
# RFC 9110, 14.1.2; several ranges at once are answered with the whole, as 14.2 allows.
_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


@require_safe
def source_file(request: HttpRequest, key: str, pk: int, name: str) -> HttpResponseBase:
    """One that is shared, of a public source; whatever else is asked for is not there."""
    file = get_object_or_404(Attachment.objects.public(), source__key=key, pk=pk, name=name)
    return sent(request, file, "public, no-cache")


def sent(request: HttpRequest, file: Attachment, cache: str) -> HttpResponseBase:
    """The file, for the request's method, conditions and range. Raises Http404 where the disk lost it."""
    etag = f'"{file.sha256}"'
    response = get_conditional_response(request, etag=etag) or answer(request, file, etag)
    response["ETag"] = etag
    response["Cache-Control"] = cache
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-DNS-Prefetch-Control"] = "off"
    response["Referrer-Policy"] = "no-referrer"
    response["Content-Security-Policy"] = FOR_PDF if file.content_type == PDF.content_type else SANDBOX
    return response


def answer(request: HttpRequest, file: Attachment, etag: str) -> HttpResponseBase:
    asked = bounds(request, file.size, etag)
    start, end = asked or (0, file.size)
    if start >= end:
        response: HttpResponseBase = HttpResponse(headers={"Content-Range": f"bytes */{file.size}"})
        response.status_code = 416
        return response
    try:
        content = open_whole(file)
    except FileNotFoundError:
        log.error("The file of attachment %s is gone or not whole: %s", file.pk, file.stored)
        raise Http404 from None
    if request.method == "HEAD":
        content.close()
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(Part(content, start, end))
    if asked:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    response["Content-Length"] = str(end - start)
    response["Content-Type"] = file.content_type
    as_download = file.content_type in DOWNLOADS
    response["Content-Disposition"] = content_disposition_header(as_download, file.name) or ""
    return response


def open_whole(file: Attachment) -> BinaryIO:
    """Raises FileNotFoundError, also where there is another size than was kept."""
    if storage.size_of(file.stored) != file.size:
        raise FileNotFoundError(file.stored)
    return storage.open_stored(file.stored)


def bounds(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The first byte asked for and the one after the last; an empty stretch where the file has none of it.

    None for the whole: so HEAD, what is no range, and a range of another state of the file are answered.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if asked is None or request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None
    first, last, suffix = asked.groups()
    if suffix:
        return max(size - int(suffix), 0), size if int(suffix) else 0
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size) if last else size


class Part:
    """A stretch of an open file, a chunk at a time; the response closes it, however it ends."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self.file, self.left = file, end - start
        file.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        while self.left > 0 and (chunk := self.file.read(min(CHUNK, self.left))):
            self.left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self.file.close()
