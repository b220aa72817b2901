"""Who has a record open, as their browsers say every few seconds; forgotten when they stop saying it."""

from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from research.models import Presence, Record

SHOWN = timedelta(seconds=75)  # a browser wakes a page in the background once a minute only
KEPT = timedelta(minutes=5)
RENEWED = timedelta(seconds=10)


def come(record: Record, user: AbstractBaseUser) -> list[str]:
    """Note that the user has the record open; returns the names of the others who do."""
    now = timezone.now()
    there = list(
        Presence.objects.filter(table=record.table, record_id=record.pk)
        .select_related("user")
        .order_by("user__username")
    )
    mine = next((one for one in there if one.user_id == user.pk), None)
    if mine is None:
        Presence.objects.filter(at__lt=now - KEPT).delete()
        new = Presence(table=record.table, record_id=record.pk, user_id=user.pk, at=now)
        Presence.objects.bulk_create([new], ignore_conflicts=True)  # of two pages at once
    elif mine.at < now - RENEWED:
        Presence.objects.filter(pk=mine.pk).update(at=now)
    return [one.user.get_username() for one in there if one is not mine and one.at >= now - SHOWN]


def leave(record: Record, user: AbstractBaseUser) -> None:
    Presence.objects.filter(table=record.table, record_id=record.pk, user_id=user.pk).delete()
