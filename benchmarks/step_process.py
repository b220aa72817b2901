"""Steps as processes of their own: what each uses is its own, and the process that asks needs no Django."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(name: str, *arguments: str) -> str:
    """What the step prints."""
    command = [sys.executable, "-m", "benchmarks.step", name, *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()
