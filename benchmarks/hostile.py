"""Time of hostile texts at n and 2n: where it is linear the ratio is about 2, where it is quadratic 4."""

import time
from collections.abc import Callable

from research.text.markdown import render
from research.text.notes import parse_note
from tests.text.hostile import LINES_OF_A_NOTE, MARKDOWN, note_of

TIMES = 3


def compare() -> None:
    print(f"The processor's time, the best of {TIMES}, for a piece repeated n times and 2n times.\n")
    print("| | repeated | n | ms at n | ms at 2n | ratio |\n|---|---|--:|--:|--:|--:|")
    for piece in MARKDOWN:
        print_line("Markdown", piece, 20_000, show)
    for piece in LINES_OF_A_NOTE:
        print_line("note", piece, 40_000, read)


def show(text: str) -> None:
    render(text, cite=lambda cites: "", link=lambda link: "")


def read(line: str) -> None:
    parse_note(note_of(line), "a.md")


def print_line(kind: str, piece: str, count: int, action: Callable[[str], None]) -> None:
    small, large = best(action, piece * count), best(action, piece * 2 * count)
    shown = repr(piece)[1:-1].replace("|", "\\|")
    times = f"{small * 1000:.1f} | {large * 1000:.1f} | {large / small:.1f}"
    print(f"| {kind} | `` {shown} `` | {count:,} | {times} |", flush=True)


def best(action: Callable[[str], None], text: str) -> float:
    return min(seconds(action, text) for _time in range(TIMES))


def seconds(action: Callable[[str], None], text: str) -> float:
    start = time.process_time()
    action(text)
    return time.process_time() - start
