"""Import of a bibliography in each format, against the import of the same sources from a table."""

import json
import sys

from benchmarks.step_process import database, run

FORMS = ("bibtex", "ris", "csl-json", "table")
FEW, MOST_SECONDS = 400, 5.0


def check(counts: list[int]) -> bool:
    """Print the table; whether 400 entries of BibTeX come in within the time."""
    print("| what | entries | seconds | ms an entry | times the table | queries | peak, MB |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    kept = [compare(count) for count in counts]
    return all(kept)


def compare(count: int) -> bool:
    found = {form: measure(form, count) for form in FORMS}
    for name in ("new", "same"):
        table = found["table"][name]["seconds"]
        for form in FORMS:
            print(line(f"{form}, {name}", count, found[form][name], table))
    for name in ("only read", "export"):
        print(line(f"bibtex, {name}", count, found["bibtex"][name], found["table"]["new"]["seconds"]))
    return count != FEW or found["bibtex"]["new"]["seconds"] <= MOST_SECONDS


def measure(form: str, count: int) -> dict[str, dict[str, float]]:
    steps = {"new": f"load {form}", "same": f"load {form}"}
    if form == "bibtex":
        steps |= {"only read": "read bibtex", "export": "export bibtex"}
    found = {}
    with database() as place:
        run("write bibliography", place[0], "", str(count))
        for name, step in steps.items():
            found[name] = json.loads(run(step, *place))
            print(f"{form}, {name}: {found[name]['seconds']:.2f} s", file=sys.stderr)
    return found


def line(name: str, count: int, found: dict[str, float], yardstick: float) -> str:
    seconds = found["seconds"]
    each = f"{seconds / count * 1000:.2f} | {seconds / yardstick:.2f}"
    return f"| {name} | {count:,} | {seconds:.2f} | {each} | {found['queries']} | {found['peak']:.0f} |"
