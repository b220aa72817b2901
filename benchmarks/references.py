"""Exact share of GB/T 7714—2015 references among the standard's own examples, and the time they take."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from research.text.styles import format_reference

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT.parent / "shared/samples"
EXAMPLES = "csl-json-gbt7714/standard-examples"
STYLE = "gb-t-7714-2015-numeric"
ENOUGH = 0.95
TIMES = 5


def compare(folder: Path = SAMPLES) -> None:
    """Print the share and every line that differs; ends with 1 where the share is too low."""
    items_file, expected_file = folder / f"{EXAMPLES}.json", folder / f"{EXAMPLES}.expected-2015-numeric.txt"
    if not items_file.exists() or not expected_file.exists():
        sys.exit(f"The examples are not in {folder}: give the folder with --samples.")
    items = json.loads(items_file.read_text(encoding="utf-8"))
    expected = expected_file.read_text(encoding="utf-8").split("\n")[: len(items)]
    if report(items, expected) < ENOUGH:
        sys.exit(1)


def report(items: list[dict[str, Any]], expected: list[str]) -> float:
    written = [format_reference(item, STYLE) for item in items]
    different = [
        (i, ours, theirs)
        for i, (ours, theirs) in enumerate(zip(written, expected, strict=True))
        if ours != theirs
    ]
    share = 1 - len(different) / len(items)
    print(f"{STYLE}: {len(items) - len(different)} of {len(items)} exactly as expected ({share:.1%}).\n")
    for number, ours, theirs in different:
        print(f"{items[number].get('id', number + 1)}\n  ours:     {ours}\n  expected: {theirs}\n")
    print_time(items, lambda item: format_reference(item, STYLE))
    return share


def print_time(items: list[dict[str, Any]], write: Callable[[dict[str, Any]], str]) -> None:
    took, floor = seconds(items, write), seconds(items, json.dumps)
    each = took / len(items) * 1000
    print(f"{each:.2f} ms a reference, {took / floor:.0f} times what json.dumps takes for the same items.")


def seconds(items: list[dict[str, Any]], write: Callable[[dict[str, Any]], str]) -> float:
    """Of the fastest of some rounds through all items."""
    best = float("inf")
    for _time in range(TIMES):
        start = time.perf_counter()
        for item in items:
            write(item)
        best = min(best, time.perf_counter() - start)
    return best
