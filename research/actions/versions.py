"""Versions of comparisons: frozen where one is published, and withdrawn by a person."""

import zlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from research import freezing
from research.actions.afterwards import Written
from research.actions.errors import Invalid, Meanwhile, NotAllowed
from research.actions.refusals import may_publish
from research.models import Comparison, ComparisonVersion, Revision, VersionFile
from research.queries import versions


def freeze_published(written: Written) -> None:
    """What follows a write: a version of each comparison that it published, or changed while public.

    Without a note: why somebody saved stands in the history, which is the team's, and a version is for ever.
    """
    touched = written.touched.get(Comparison.table)
    if not touched:
        return
    for comparison in Comparison.objects.public().filter(pk__in=rewritten(touched)).order_by("pk"):
        _freeze(comparison, by=written.by, via=written.via, note="")


def rewritten(ids: Iterable[int]) -> list[int]:
    """Those whose row is another than before their last save; not where only a newer draft was kept aside."""
    found: dict[int, list[Revision]] = {}
    for revision in Revision.objects.filter(table=Comparison.table, record_id__in=ids).order_by("-version"):
        found.setdefault(revision.record_id, []).append(revision)
    changed = []
    for pk, (last, *earlier) in found.items():
        before = next((one for one in earlier if not one.aside), None)
        if not last.aside and (before is None or before.deleted or before.row != last.row):
            changed.append(pk)
    return changed


@transaction.atomic
def freeze(comparison: Comparison, *, by: Any, via: str, note: str = "") -> ComparisonVersion | None:
    """Freeze the public comparison as it stands; None where its last version says the same already.

    Raises NotAllowed where `by` may not publish, Meanwhile where the comparison is gone or no longer public.
    """
    if not may_publish(by, Comparison):
        raise NotAllowed([comparison])
    # Locked until all is written: two at once would take the same number.
    locked = Comparison.objects.select_for_update().filter(pk=comparison.pk).first()
    if locked is None or not locked.is_public:
        raise Meanwhile
    return _freeze(locked, by=by, via=via, note=note)


def freeze_all(*, by: Any, via: str) -> list[ComparisonVersion]:
    """A version of each public comparison that differs from its last one; those that were made."""
    found = [freeze(one, by=by, via=via) for one in Comparison.objects.public().order_by("pk")]
    return [version for version in found if version]


def lacks_versions() -> bool:
    """Whether what is published comes from a time that froze nothing."""
    return Comparison.objects.public().exists() and not ComparisonVersion.objects.exists()


@transaction.atomic
def withdraw_version(version: ComparisonVersion, *, reason: str, by: Any) -> None:
    """Take the version from the readers for good, with the reason that its address gives from now on.

    Its bytes are kept. Raises NotAllowed where `by` may not publish, Invalid without a reason, Meanwhile
    where it is withdrawn already.
    """
    comparison = Comparison.objects.filter(pk=version.comparison_id).first()
    if not may_publish(by, Comparison):
        raise NotAllowed([comparison or Comparison(title=version.title)])
    if not reason.strip():
        raise Invalid(Comparison(title=version.title), {"reason": [_("Say why it is withdrawn.")]})
    now = {"withdrawn_at": timezone.now(), "withdrawn_for": reason.strip()}
    author = by.get_username() if by else ""
    still = ComparisonVersion.objects.filter(pk=version.pk, withdrawn_at=None)
    if not still.update(**now, withdrawn_author=author):
        raise Meanwhile


def _freeze(comparison: Comparison, *, by: Any, via: str, note: str) -> ComparisonVersion | None:
    edition = freezing.edition(comparison)
    digest = freezing.digest_of(edition.data)
    last = versions.versions_of(comparison).first()
    if last and last.digest == digest and not last.withdrawn_at:
        return None
    version = ComparisonVersion(
        comparison_id=comparison.pk,
        slug=comparison.slug,
        number=versions.next_number(comparison),
        title=comparison.title,
        digest=digest,
        at=timezone.now(),
        **{"via": via, "note": note, "by": by, "author": by.get_username() if by else ""},
    )
    version.save()
    stamp = freezing.Stamp(version.slug, version.number, version.at, note, digest, last.number if last else 0)
    VersionFile.objects.bulk_create(
        VersionFile(
            version=version,
            name=file.name,
            language=file.language,
            content_type=file.content_type,
            size=len(file.content),
            sha256=file.sha256,
            packed=zlib.compress(file.content),
        )
        for file in freezing.files_of(edition, stamp)
    )
    return version
