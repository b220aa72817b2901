"""The record of an import: begun before its first row is written, ended with its counts."""

from collections.abc import Mapping
from typing import Any

from research.models import Batch


def begin_batch(*, by: Any, via: str, files: str, undoes: Batch | None = None) -> Batch:
    return Batch.objects.create(
        by=by, author=by.get_username() if by else "", via=via, files=files, undoes=undoes
    )


def end_batch(
    batch: Batch, counts: Mapping[str, Mapping[str, int]], kept: list[list[str]], seconds: float
) -> None:
    batch.counts = {table: dict(kinds) for table, kinds in counts.items()}
    batch.kept, batch.seconds = kept, seconds
    batch.save()
