"""Uploaded files: whose they are, and when they go."""

import fcntl
import shutil
import subprocess
import sys
import tempfile
import time
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from research import actions
from research.admin import uploads
from tests.admin.import_pages import NEW, confirm, left, upload
from tests.factories import make_organization


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))


@pytest.fixture
def organization(db):
    return make_organization(slug="甲")


class TestUploads:
    def test_the_folder_is_ours_alone(self, tmp_path):
        assert uploads.folder().stat().st_mode & 0o777 == 0o700
        uploads.folder().chmod(0o755)
        with pytest.raises(PermissionError):
            uploads.folder()

    def test_what_was_never_confirmed_goes_after_an_hour(self, editing, organization, monkeypatch):
        upload(editing, NEW)
        assert len(left()) == 1
        later = time.time() + 60 * 60 + 60
        monkeypatch.setattr(time, "time", lambda: later)
        uploads.sweep()
        assert left() == []

    def test_what_a_killed_process_was_reading_goes_at_the_next_look(self, tmp_path):
        code = (
            "import sys, time; from types import SimpleNamespace; from research.admin import uploads;"
            "kept = uploads.Upload.receive(SimpleNamespace(pk=1), iter([b'x'])); print('there', flush=True);"
            "time.sleep(60)"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code], env={"TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout
            assert process.stdout.readline()
            uploads.sweep()
            assert len(left()) == 1, "it is still being read"
            process.kill()
            process.wait()
        uploads.sweep()
        assert left() == []

    def test_one_that_just_begins_is_not_taken_for_left_behind(self):
        looks: list[int] = []
        lock = fcntl.flock

        def late(*arguments):
            if not looks:  # another process looks before the lock is there
                looks.append(1)
                uploads.sweep()
            lock(*arguments)

        with patch("fcntl.flock", late):
            kept = uploads.Upload.receive(SimpleNamespace(pk=1), iter([b"x"]))
        assert kept.file.read_bytes() == b"x"
        kept.remove()
        assert left() == []

    def test_one_whose_process_was_killed_as_it_began_goes_in_the_end(self, monkeypatch):
        (uploads.folder() / f"begun-{'0' * 32}").mkdir()
        uploads.sweep()
        assert len(left()) == 1
        later = time.time() + 61
        monkeypatch.setattr(time, "time", lambda: later)
        uploads.sweep()
        assert left() == []

    def test_what_a_killed_process_was_removing_is_no_upload_and_goes_at_the_next_look(
        self, editing, organization
    ):
        preview = upload(editing, NEW)
        token = preview.context["upload"].token
        with patch("shutil.rmtree"):  # killed before the first file is gone
            uploads.Upload.find(preview.wsgi_request.user, token).remove()
        assert left() == [f"gone-{token}"]
        with pytest.raises(uploads.Expired):
            uploads.Upload.find(preview.wsgi_request.user, token)
        assert left() == []

    def test_a_reading_that_fails_leaves_nothing(self, editing, organization):
        with (
            patch("research.importing.planning", side_effect=RuntimeError("a bug")),
            pytest.raises(RuntimeError),
        ):
            upload(editing, NEW)
        assert left() == []

    def test_the_file_is_gone_before_the_first_row_is_written(self, editing, organization):
        preview = upload(editing, NEW)
        seen: list[list[str]] = []
        write = actions.write

        def looking(*changes, **how):
            seen.append(left())
            return write(*changes, **how)

        with patch("research.actions.write", side_effect=looking):
            confirm(editing, preview)
        assert seen == [[]]
        shutil.rmtree(uploads.folder())

    def test_a_large_file_on_its_way_in_has_no_name_on_the_disk(
        self, editing, organization, settings, tmp_path
    ):
        settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
        names: list[str] = []
        receive = uploads.Upload.receive

        def looking(*arguments):
            names.extend(path.name for path in tmp_path.rglob("*") if path.is_file())
            return receive(*arguments)

        with patch("research.admin.imports.Upload.receive", side_effect=looking):
            preview = upload(editing, NEW)
        assert preview.context["counts"]["new"] == 1
        assert names == []
