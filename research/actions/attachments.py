"""Files of sources: kept, described, moved and given up. The bytes lie in `research.storage`.

Each is a revision of the source as well, with its row as it stands: history tells of it, an import that is
undone leaves the source alone, and whoever deletes it meanwhile is asked.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from research import storage
from research.actions.errors import Meanwhile, NotAllowed
from research.actions.reconciling import standing
from research.actions.refusals import may_publish
from research.actions.writing import remark
from research.models import Attachment, AttachmentKind, Batch, Revision, Source
from research.text.file_types import Unfit, fitting_name

NOTE = Revision._meta.get_field("note").max_length or 0


def attach(
    source: Source,
    chunks: Iterable[bytes],
    *,
    name: str,
    by: Any,
    via: str,
    kind: str = AttachmentKind.COPY,
    shared: bool = False,
    note: str = "",
) -> Attachment:
    """Keep a file with the source. What it is is found in it; `name` is cleaned, and must not belie it.

    Raises Unfit with what is wrong with the file, NotAllowed where `by` may not offer it to readers,
    Meanwhile where the source is gone, OSError where the disk will not have it. Nothing is left of it then.
    """
    if shared:
        _refuse_to_share([source], by)
    stored = storage.receive(chunks)
    try:
        file = Attachment(
            source=source,
            kind=kind,
            name=fitting_name(name, stored.kind),
            content_type=stored.kind.content_type,
            **{"size": stored.size, "sha256": stored.sha256, "stored": stored.name},
            **{"shared": shared, "note": note, "by": by, "author": by.get_username() if by else ""},
        )
        with transaction.atomic():
            _lock([source])
            if there := source.attachments.filter(sha256=file.sha256).first():
                raise Unfit(_("The source has this file already: “%s”.") % there)
            file.save()
            _tell(source, _("File added: %s") % file.name, by=by, via=via)
    except BaseException:
        storage.remove(stored.name)
        raise
    return file


@transaction.atomic
def describe_file(
    file: Attachment, *, kind: str, shared: bool, note: str, seen: int, by: Any, via: str
) -> Attachment:
    """Say what the file is and whether readers may open it; `seen` is the version that the writer looked at.

    Raises Meanwhile where there is another by now, NotAllowed where readers are or would be offered the file
    and `by` may not publish.
    """
    now = _locked(file, seen)
    before = (now.kind, now.shared, now.note)
    if before == (kind, shared, note):
        return now
    if now.shared or shared:
        _refuse_to_share([now], by)
    was_shared = now.shared
    now.kind, now.shared, now.note, now.version = kind, shared, note, now.version + 1
    now.save()
    told = _("File changed: %s")
    if shared != was_shared:
        told = _("File offered to readers: %s") if shared else _("File no longer offered to readers: %s")
    _tell(now.source, told % now.name, by=by, via=via)
    return now


@transaction.atomic
def remove_file(file: Attachment, *, seen: int, by: Any, via: str) -> None:
    """Give the file up for good, as soon as that is committed. Raises as `describe_file`."""
    now = _locked(file, seen)
    if now.shared:
        _refuse_to_share([now], by)
    _drop(now)
    _tell(now.source, _("File removed: %s") % now.name, by=by, via=via)


@transaction.atomic
def move_files(
    source: Source, target: Source, *, by: Any, via: str, batch: Batch | None = None
) -> list[Attachment]:
    """Give the files of the source, which may be deleted by now, to the target: the two turned out to be one.

    Returns them. One that the target has already stays where it is: it is there again if the source comes
    back. Who may not publish moves files that readers could open, but no longer offers them. The batch knows
    what was moved. Raises Meanwhile where the target is gone.
    """
    _lock([target])
    there = set(target.attachments.values_list("sha256", flat=True))
    files = [file for file in source.attachments.all() if file.sha256 not in there]
    _move(files, source, target, {}, by=by, via=via, batch=batch)
    return files


@transaction.atomic
def move_files_back(undone: Batch, *, by: Any, via: str, batch: Batch) -> None:
    """Give the files that the batch moved to the sources that had them, if these are there (again).

    A file that has gone on since, or that its source has anew, stays where it is.
    """
    moved = {(before, after) for _pk, before, after, *_how in undone.moved}
    for before, after in sorted(moved):
        source, target = Source(pk=after), Source.objects.filter(pk=before).first()
        if target is None:
            continue
        _lock([target])
        how = {
            pk: (shared, version) for pk, *pair, shared, version in undone.moved if pair == [before, after]
        }
        there = target.attachments.values_list("sha256", flat=True)
        files = list(source.attachments.filter(pk__in=how).exclude(sha256__in=list(there)))
        # What somebody has said of a file since stands.
        offered = {file.pk: how[file.pk][0] for file in files if file.version == how[file.pk][1]}
        source.key = Revision.objects.of(source)[0].key
        _move(files, source, target, offered, by=by, via=via, batch=batch)


def _move(
    files: list[Attachment],
    source: Source,
    target: Source,
    offered: dict[int, bool],
    *,
    by: Any,
    via: str,
    batch: Batch | None,
) -> None:
    """`offered`: whether readers are to be offered the file; as they are, if it does not say."""
    for file in files:
        file.source = target
        file.version += 1
        if batch:
            batch.moved.append([file.pk, source.pk, target.pk, file.shared, file.version])
        file.shared = offered.get(file.pk, file.shared) and may_publish(by, Source)
        file.save()
    if files:
        names = ", ".join(map(str, files))
        gone = _("Files moved to “%(key)s”: %(names)s") % {"key": target.key, "names": names}
        came = _("Files from “%(key)s”: %(names)s") % {"key": source.key, "names": names}
        _tell(source, gone, by=by, via=via, batch=batch)
        _tell(target, came, by=by, via=via, batch=batch)


def _lock(sources: list[Source]) -> None:
    """Until the transaction ends. Raises Meanwhile where one is gone."""
    if len(standing(Source, sources)) < len(sources):
        raise Meanwhile


def _locked(file: Attachment, seen: int) -> Attachment:
    """The file as it stands, its source locked."""
    now = Attachment.objects.filter(pk=file.pk).first()
    if now is None:
        raise Meanwhile
    _lock([Source(pk=now.source_id)])
    now = Attachment.objects.select_related("source").filter(pk=file.pk, version=seen).first()
    if now is None:
        raise Meanwhile
    return now


def _refuse_to_share(what: list[Any], by: Any) -> None:
    if not may_publish(by, Source):
        raise NotAllowed(what)


def _drop(file: Attachment) -> None:
    stored = file.stored
    Attachment.objects.filter(pk=file.pk).delete()
    transaction.on_commit(lambda: storage.remove(stored))


def _tell(source: Source, note: str, *, by: Any, via: str, batch: Batch | None = None) -> None:
    remark(source, note if len(note) <= NOTE else f"{note[: NOTE - 1]}…", by=by, via=via, batch=batch)
