"""Cases of random Chinese text as table files, the same in every run."""

import random
from collections.abc import Iterator
from pathlib import Path

from research import exporting
from research.rows import TABLES

HAN = "".join(chr(point) for point in range(0x4E00, 0x4E00 + 2500))
NAMES = ("organizations", "industries", "cases")


def write_files(folder: Path, rows: int) -> None:
    """organizations.csv, industries.csv and cases.csv."""
    records = {
        "organizations": ({"slug": f"org{i}", "name": f"机构{i}", "status": "published"} for i in range(20)),
        "industries": ({"slug": f"industry{i}", "name": f"行业{i}"} for i in range(20)),
        "cases": cases(rows),
    }
    for table in NAMES:
        columns = TABLES[table].columns
        complete = ({name: record.get(name, "") for name in columns} for record in records[table])
        with file(folder, table).open("w", encoding="utf-8", newline="") as target:
            exporting.write_csv(target, columns, complete)


def file(folder: Path, table: str) -> Path:
    return folder / f"{table}.csv"


def cases(rows: int) -> Iterator[dict[str, str]]:
    choose = random.Random(190912)
    for number in range(rows):
        yield {
            "slug": f"case{number:07}",
            "title": f"案例{number}",
            "organization": f"org{number % 20}",
            "industries": "; ".join(sorted({f"industry{number % 20}", f"industry{number % 7}"})),
            "body": "".join(choose.choices(HAN, k=300)),
            "tags": "; ".join(sorted({f"标签{number % 50}", f"标签{number % 30}"})),
            "status": "published",
        }
