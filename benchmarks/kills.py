"""`kill -9` at random moments of an import: the tables are as before or as after, nothing is left behind."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.killed import COMMITTED, WRITING, Kill, Site, tell
from benchmarks.kills_admin import by_admin
from tests.sqlite_state import state


def spread(times: int) -> list[float]:
    """Random shares of 1, one in each of as many equal parts."""
    return [(number + random.random()) / times for number in range(times)]


def check(rows: int, times: int) -> bool:
    """Kill each path so many times, print what was found; whether all is well."""
    started = time.monotonic()
    with TemporaryDirectory() as folder:
        site = Site(Path(folder).resolve(), rows)
        site.prepare()
        kills = list(by_command(site, times))
        site.restore()
        kills += by_admin(site, times)
    print(f"{rows:,} rows, half of them new; {times} kills a path; {time.monotonic() - started:.0f} s.\n")
    print("| path | killed | kills | seconds since the start | before | after | between | wrong |")
    print("|---|---|--:|--:|--:|--:|--:|---|")
    for path, phase in dict.fromkeys((kill.path, kill.phase) for kill in kills):
        print(line([kill for kill in kills if (kill.path, kill.phase) == (path, phase)]))
    return not any(kill.wrong for kill in kills)


def line(kills: list[Kill]) -> str:
    moments = sorted(kill.seconds for kill in kills)
    states = [kill.state for kill in kills]
    counts = " | ".join(str(states.count(name)) for name in ("before", "after", "between"))
    said = list(dict.fromkeys(text for kill in kills for text in kill.wrong))
    wrong = "; ".join([*said[:3], *(["…"] if said[3:] else [])]) or "nothing"
    first = f"| {kills[0].path} | {kills[0].phase} | {len(kills)} |"
    return f"{first} {moments[0]:.2f} – {moments[-1]:.2f} | {counts} | {wrong} |"


# --- the command line ----------------------------------------------------------------------------------


def by_command(site: Site, times: int) -> Iterator[Kill]:
    """Three quarters at moments spread over the run, the others just after the commit; then to the end."""
    arguments = ("import_csv", str(site.tables), "--partial", "--apply", "--language", "en")
    began = time.monotonic()
    site.manage(*arguments)
    length = time.monotonic() - began
    after = state(site.file)
    site.restore()
    late = times // 4
    for share in [*spread(times - late), *[None] * late]:
        yield killed_command(site, arguments, length, share, after)
    end = Kill("command", "not: second run, third run", length, "after")
    site.manage(*arguments)
    if state(site.file) != after:
        end.wrong.append("the second run did not finish")
    said = site.manage(*arguments)
    all_same = f"cases.csv: 0 new, 0 changed, {site.rows} same, 0 invalid"
    if all_same not in said or "Written: 0 rows." not in said or state(site.file) != after:
        end.wrong.append(f"the third run said {said}")
    yield end


def killed_command(
    site: Site, arguments: tuple[str, ...], length: float, share: float | None, after: dict[str, str]
) -> Kill:
    """Killed at a share of the length, or (None) as soon as the import is seen in the tables."""
    while True:
        said = site.folder / "said"
        with said.open("w") as out:
            began = time.monotonic()
            process = site.start(*arguments, stdout=out.fileno())
        if share is None:
            site.wait_for_commit(partial(runs, process))
            time.sleep(random.random() * 0.05)
        else:
            time.sleep(length * share)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        seconds = time.monotonic() - began
        if process.wait() == -signal.SIGKILL:
            break
        site.restore()  # it had ended: once more
        share = share and random.random()
    phase = WRITING if said.read_text() else "reading"
    kill = site.judged("command", COMMITTED if share is None else phase, seconds, after)
    kill.wrong += [f"left: {path.name}" for path in site.temporary.iterdir()]
    if share is None and kill.state != "after":
        kill.wrong.append("what was committed is gone")
    tell(kill)
    return kill


def runs(process: "subprocess.Popen[str]") -> bool:
    return process.poll() is None
