"""How far a long import is: rows, rows a second, and the share of the files that is done."""

from collections.abc import Callable
from pathlib import Path

import pytest

from research import importing, sheets
from research.plans import Plan, Progress
from tests.table_files import as_csv, as_saved_xlsx

pytestmark = pytest.mark.django_db

ROWS = [["slug", "name", "position"], *([f"m{number}", f"方式{number}", "1"] for number in range(3000))]


def as_json() -> bytes:
    objects = (
        f'{{"slug": "{slug}", "name": "{name}", "position": "{place}"}}' for slug, name, place in ROWS[1:]
    )
    return f"[{', '.join(objects)}]".encode()


def steps(*files: Path) -> list[Progress]:
    return [*importing.planning(Plan(), map(sheets.read_file, files))]


@pytest.mark.parametrize(
    ("extension", "data"),
    [
        ("csv", lambda: as_csv(ROWS).encode()),
        ("csv", lambda: as_csv(ROWS).encode("utf-16")),
        ("xlsx", lambda: as_saved_xlsx(ROWS)),
        ("json", as_json),
    ],
)
def test_each_step_says_how_much_of_the_file_is_read(
    tmp_path: Path, extension: str, data: Callable[[], bytes]
) -> None:
    file = tmp_path / f"modes.{extension}"
    file.write_bytes(data())
    found = steps(file)
    shares = [step.share or 0 for step in found]
    assert [step.done for step in found] == [500, 1000, 1500, 2000, 2500, 3000]
    assert shares == sorted(shares)
    # JSON is read four megabytes at a time.
    assert 0 < shares[0] <= (1 if extension == "json" else 0.6)
    assert 0.9 < shares[-1] <= 1
    assert all(step.left is not None for step in found)


def test_a_large_file_after_a_small_one_counts_by_its_size(tmp_path: Path) -> None:
    (tmp_path / "organizations.csv").write_text(
        "slug,name,aliases,summary,website,tags,status\na,a,,,,,draft\n"
    )
    (tmp_path / "modes.csv").write_text(as_csv([ROWS[0], *ROWS[1:]]))
    small, *large = steps(tmp_path / "organizations.csv", tmp_path / "modes.csv")
    assert 0 < (small.share or 0) < 0.05
    assert (large[-1].share or 0) > 0.9
