"""Import, export, search of generated cases against the plainest way to do each; hostile texts at n and 2n;
nasty files through the admin; imports that are killed.

    python -m benchmarks [tables] [--rows 10000 100000] [--stock-rows 2000]
    python -m benchmarks hostile
    python -m benchmarks nasty
    python -m benchmarks kills [--rows 20000] [--times 20]
    python -m benchmarks conflicts [--pairs 200] [--processes 2 8]
    python -m benchmarks bibliography [--rows 400 4000]
    python -m benchmarks editors [--editors 8] [--rate 4] [--seconds 60] [--import-rows 3000]
    python -m benchmarks references [--samples FOLDER]

`tables` works on a database of its own (SQLite in a file; PostgreSQL with DATABASE_URL), and drops it.
`nasty` serves one in SQLite, and needs Linux; it ends with 1 where an answer breaks a limit.
`kills` works on one in SQLite; it ends with 1 where a kill leaves anything but the state before or after.
`conflicts` serves one of either kind; it ends with 1 where anything typed is lost or overwritten silently.
`bibliography` works on one of either kind; it ends with 1 where 400 entries of BibTeX take more than 5 s.
`editors` serves one of either kind; it ends with 1 where an editor waits, fails or loses anything.
`references` needs none; it ends with 1 where fewer than 95 % of the standard's examples are exact.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks import bibliography, conflicts, editors, kills
from benchmarks.step_process import ROOT, database, run

# What is measured, in this order, and the yardstick of each.
MEASURED = {
    "import, new": "executemany",
    "import, unchanged": "executemany",
    "export": "cursor to csv",
    "cursor to csv": "",
    "30 searches": "30 LIKE",
    "30 LIKE": "",
    "executemany": "",
}
STOCK = "stock import"
WHAT = ["tables", "hostile", "nasty", "kills", "conflicts", "editors", "references", "bibliography"]


@dataclass
class Measured:
    """Seconds; queries sent, an executemany as one; MB before the step and at its peak."""

    seconds: float
    queries: int
    before: float
    peak: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition("\n\n")[0])
    parser.add_argument("what", nargs="?", choices=WHAT, default="tables")
    parser.add_argument("--rows", type=int, nargs="+", help="cases or entries to make")
    parser.add_argument("--stock-rows", type=int, default=2000, help="cases for the stock import")
    parser.add_argument("--times", type=int, default=20, help="kills of each kind of import")
    parser.add_argument("--pairs", type=int, default=200, help="saves at the same instant")
    parser.add_argument("--processes", type=int, nargs="+", default=[2, 8], help="that save at once")
    parser.add_argument("--editors", type=int, default=8, help="who save as often as --rate says")
    parser.add_argument("--rate", type=float, default=4, help="saves a second of each editor")
    parser.add_argument("--seconds", type=float, default=60, help="how long they do")
    parser.add_argument("--import-rows", type=int, default=3000, help="rows imported meanwhile")
    parser.add_argument("--samples", type=Path, help="folder of the references and what is expected of them")
    options = parser.parse_args()
    if options.what == "conflicts":
        sys.exit(not conflicts.check(options.pairs, options.processes))
    if options.what == "editors":
        load = editors.Load(options.editors, options.rate, options.seconds, options.import_rows)
        sys.exit(not editors.check(load))
    if options.what == "bibliography":
        sys.exit(not bibliography.check(sorted(options.rows or [bibliography.FEW, 4000])))
    if options.what == "kills":
        sys.exit(not all(kills.check(rows, options.times) for rows in options.rows or [20_000]))
    if options.what != "tables":
        place = [str(options.samples.resolve())] if options.samples else []
        command = [sys.executable, "-m", "benchmarks.step", options.what, *place]
        sys.exit(subprocess.run(command, cwd=ROOT).returncode)
    compare(sorted(options.rows or [10_000, 100_000]), options.stock_rows)


def compare(counts: list[int], stock_rows: int) -> None:
    measured = {count: measure(count) for count in counts}
    stock = measure_stock(stock_rows)
    print(f"{run('vendor')}; cases with 300 characters of text, a tag or two and an industry or two.")
    print(f"A process has {stock.before:.0f} MB before it begins. Queries: an executemany is one.\n")
    print("| what | rows | seconds | ms a row | yardstick | ratio | queries a row | peak, MB |")
    print("|---|--:|--:|--:|---|--:|--:|--:|")
    for name, yardstick in MEASURED.items():
        for count in counts:
            floor = measured[count][yardstick].seconds if yardstick else 0
            print(line(name, count, measured[count][name], yardstick, floor))
    ours = measured[counts[0]]["import, new"].seconds / counts[0] * stock_rows
    print(line(STOCK, stock_rows, stock, "import, new, a row", ours))
    if len(counts) > 1:
        print_growth(measured, counts[0], counts[-1])


def line(name: str, rows: int, found: Measured, yardstick: str, floor: float) -> str:
    ratio = f"{found.seconds / floor:.2f}" if yardstick else ""
    each = f"{found.seconds / rows * 1000:.3f} | {yardstick} | {ratio} | {found.queries / rows:.4f}"
    return f"| {name} | {rows:,} | {found.seconds:.2f} | {each} | {found.peak:.0f} |"


def print_growth(measured: dict[int, dict[str, Measured]], few: int, many: int) -> None:
    print(f"\n| {many / few:g} times the rows take | times as long | more MB |\n|---|--:|--:|")
    for name in MEASURED:
        small, large = measured[few][name], measured[many][name]
        print(f"| {name} | {large.seconds / small.seconds:.1f} | {round(large.peak - small.peak)} |")


def measure(count: int) -> dict[str, Measured]:
    found = {}
    with database() as place:
        run("write files", *place, str(count))
        for name in MEASURED:
            if name == "executemany":
                run("copy", *place)
            found[name] = step(name, *place)
            if name == "import, new":
                run("settle", *place)
    return found


def measure_stock(count: int) -> Measured:
    with database() as place:
        run("write files", *place, str(count))
        run("load vocabulary", *place)
        return step(STOCK, *place)


def step(name: str, *arguments: str) -> Measured:
    found = Measured(**json.loads(run(name, *arguments)))
    print(f"{name}: {found.seconds:.2f} s", file=sys.stderr)
    return found


if __name__ == "__main__":
    main()
