"""Searches for two random characters, against LIKE over the same passages."""

import random
from pathlib import Path

from benchmarks.data import HAN
from benchmarks.watch import Watch
from research import search
from research.models import Case, Passage

COUNT = 30


def words() -> list[str]:
    choose = random.Random(2)
    return ["".join(choose.choices(HAN, k=2)) for _ in range(COUNT)]


def find(folder: Path, watch: Watch) -> None:
    with watch.running():
        for word in words():
            search.find(word)


def find_plainly(folder: Path, watch: Watch) -> None:
    with watch.running():
        for word in words():
            ids = Passage.objects.filter(table="cases", text__contains=word).values("record_id")
            list(Case.objects.public().filter(pk__in=ids)[:5])
