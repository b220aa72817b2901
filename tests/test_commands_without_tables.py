"""A command on a database that was never migrated says so; no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings


@pytest.mark.parametrize("command", [["export_csv", "out"], ["import_csv", "fixtures"], ["undo_import"]])
def test_it_is_said_what_to_run_first(tmp_path: Path, command: list[str]) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3"}
    arguments = [sys.executable, "manage.py", *command, "--language", "en"]
    done = subprocess.run(arguments, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.strip() == "The tables are not up to date. Run first: manage.py migrate"
