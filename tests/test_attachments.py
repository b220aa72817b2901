"""Files of sources below any page: what becomes of them with their source, and when the disk breaks."""

import os
import resource
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from django.conf import settings as site
from django.db import transaction

from research import actions, batches, storage
from research.actions import Meanwhile, NotAllowed
from research.models import Attachment, Draft, Revision, Source
from research.queries import changes
from research.queries.files import with_shared_files
from research.source_merging import merge_sources
from research.text.file_types import Unfit
from tests.factories import make_file, make_source, make_user

PDF = b"%PDF-1.7\n%%EOF\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES_FOLDER = tmp_path / "files"
    return settings.FILES_FOLDER


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What happens once it is certain, happens at the end of the block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def on_disk(folder):
    return {path.name for path in folder.iterdir()}


def fresh(record):
    return type(record).objects.get(pk=record.pk)


class TestWithTheSource:
    def test_deleted_it_keeps_its_files_and_brought_back_it_has_them(self, folder, client, committed):
        source = make_source(key="wp")
        file = make_file(source, shared=True)
        with committed():
            actions.delete([fresh(source)], by=None, via="test")
        assert not Source.objects.exists()
        assert client.get(f"/sources/wp/files/{file.pk}/a.pdf").status_code == 404
        assert [*Attachment.objects.of_the_gone()] == [file]
        last = Revision.objects.of(source)[0]
        actions.write([actions.restoring(last, public=True)], by=None, via="restore")
        assert client.get(f"/sources/wp/files/{file.pk}/a.pdf").getvalue() == PDF
        assert not Attachment.objects.of_the_gone().exists()

    def test_a_source_of_the_same_key_does_not_inherit_them(self, client):
        source = make_source(key="wp")
        file = make_file(source, shared=True)
        actions.delete([fresh(source)], by=None, via="test")
        again = make_source(key="wp")
        assert again.pk != source.pk
        assert client.get(f"/sources/wp/files/{file.pk}/a.pdf").status_code == 404

    def test_whoever_deletes_it_meanwhile_is_asked(self):
        source = make_source()
        seen = fresh(source)
        make_file(source)
        with pytest.raises(actions.Conflict):
            actions.delete([seen], by=None, via="test")

    def test_an_import_that_is_undone_leaves_it_alone(self):
        batch = actions.begin_batch(by=None, via="test", files="x")
        source = Source(key="wp", title="白皮书")
        actions.write([actions.Change(source)], by=None, via="import", batch=batch)
        make_file(source)
        undone = batches.undo(batch, by=None)
        assert [(table, key) for table, key, _why in undone.kept] == [("sources", "wp")]
        assert Source.objects.exists()

    def test_a_newer_draft_goes_on_beside_it(self):
        source = make_source(title="旧")
        source.title, source.status = "新", "draft"
        actions.write([actions.Change(source, aside=True)], by=None, via="test")
        mine = fresh(source)
        mine.title, mine.status = "新稿", "published"
        make_file(source)
        actions.write([actions.Change(mine, from_draft=True)], by=None, via="test")
        assert (fresh(source).title, Draft.objects.count()) == ("新稿", 0)

    def test_two_that_are_one(self, folder, committed):
        old, kept = make_source(key="old"), make_source(key="kept")
        only = make_file(old, shared=True, name="只有旧的.pdf")
        make_file(old, PDF + b"1", name="两边都有.pdf", shared=True)
        there = make_file(kept, PDF + b"1", name="b.pdf")
        double = old.attachments.get(name="两边都有.pdf")
        with committed():
            moved = actions.move_files(old, kept, by=None, via="test")
        assert [file.pk for file in moved] == [only.pk]
        assert {(file.name, file.shared) for file in kept.attachments.all()} == {
            ("只有旧的.pdf", True),
            ("b.pdf", False),
        }
        assert [file.pk for file in old.attachments.all()] == [double.pk], "the other has it already"
        assert on_disk(folder) == {only.stored, there.stored, double.stored}
        notes = [Revision.objects.of(source)[0].note for source in (old, kept)]
        assert all("只有旧的.pdf" in note for note in notes)
        assert actions.move_files(old, kept, by=None, via="test") == []

    def test_moved_by_who_may_not_publish_they_are_offered_no_longer(self):
        old, kept = make_source(status="draft"), make_source()
        make_file(old, shared=True)
        actions.move_files(old, kept, by=make_user("editor"), via="test")
        assert [file.shared for file in kept.attachments.all()] == [False]

    def test_a_source_that_is_gone_takes_none(self, folder):
        source = make_source()
        actions.delete([fresh(source)], by=None, via="test")
        with pytest.raises(Meanwhile):
            make_file(source)
        assert on_disk(folder) == set()
        with pytest.raises(Meanwhile):
            actions.move_files(make_source(), source, by=None, via="test")


class TestAnUndoneMerging:
    def test_what_somebody_no_longer_offers_is_not_offered_again(self, db: None) -> None:
        old, kept = make_source("白皮书", key="alt"), make_source("白皮书", key="neu")
        file = make_file(old, shared=True)
        batch = merge_sources(Source.objects.get(pk=kept.pk), Source.objects.get(pk=old.pk), {}, by=None)
        file.refresh_from_db()
        seen = file.version
        actions.describe_file(file, kind=file.kind, shared=False, note="", seen=seen, by=None, via="files")
        batches.undo(batch, by=None)
        file.refresh_from_db()
        assert (file.source.key, file.shared) == ("alt", False)


class TestTheWriterItself:
    """Whatever the surface."""

    def test_offering_needs_the_right_to_publish(self, folder):
        editor, source = make_user("editor"), make_source()
        with pytest.raises(NotAllowed):
            make_file(source, shared=True, by=editor)
        file, offered = make_file(source, by=editor), make_file(source, PDF + b"1", shared=True)
        deeds = [
            lambda: actions.describe_file(
                file, kind="copy", shared=True, note="", seen=1, by=editor, via="test"
            ),
            lambda: actions.describe_file(
                offered, kind="copy", shared=False, note="", seen=1, by=editor, via="test"
            ),
            lambda: actions.describe_file(
                offered, kind="snapshot", shared=True, note="", seen=1, by=editor, via="test"
            ),
            lambda: actions.remove_file(offered, seen=1, by=editor, via="test"),
        ]
        for deed in deeds:
            with pytest.raises(NotAllowed):
                deed()
        assert len(on_disk(folder)) == 2
        actions.remove_file(file, seen=1, by=editor, via="test")

    def test_a_long_name_fits_into_the_history(self):
        source = make_source()
        for number in range(3):
            make_file(source, PDF + bytes([48 + number]), name=f"{number}{'云' * 150}.pdf")
        actions.move_files(source, make_source(), by=None, via="test")
        assert len(Revision.objects.of(source)[0].note) == 300

    def test_what_is_removed_in_vain_stays(self, folder, committed):
        """The transaction around it is rolled back."""
        source = make_source()
        file = make_file(source)
        with committed(), transaction.atomic():
            actions.remove_file(file, seen=1, by=None, via="test")
            transaction.set_rollback(True)
        assert on_disk(folder) == {file.stored}
        assert Attachment.objects.exists()


class TestForReaders:
    def test_shared_files_of_many_sources_in_one_query(self, django_assert_num_queries):
        sources = [make_source() for _number in range(3)]
        hidden = make_source(status="draft")
        wanted = [make_file(sources[0], shared=True), make_file(sources[0], PDF + b"1", shared=True)]
        make_file(sources[1])
        make_file(hidden, shared=True)
        with django_assert_num_queries(2):
            found: dict[int, Any] = Source.objects.prefetch_related(with_shared_files()).in_bulk()
        shared = {pk: source.shared_files for pk, source in found.items()}
        assert shared == {sources[0].pk: wanted, sources[1].pk: [], sources[2].pk: [], hidden.pk: []}

    def test_the_changelog_does_not_tell_of_them(self):
        source = make_source(key="wp")
        before = Revision.objects.latest("pk").pk
        make_file(source, shared=True)
        ids = {"sources": {source.pk}}
        after = Revision.objects.latest("pk").pk
        assert after > before
        assert changes.compared(changes.seen_at(before, ids), changes.seen_at(after, ids)) == {}


class TestTheDisk:
    def test_a_file_that_is_cut_off_leaves_nothing(self, folder):
        def chunks():
            yield PDF
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            storage.receive(chunks())
        assert on_disk(folder) == set()

    def test_a_disk_that_is_full_leaves_nothing(self, folder):
        """As full as the system makes it for us: no file may grow beyond 64 KB."""
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, limits[1]))
        try:
            with pytest.raises(OSError, match="too large"):
                storage.receive([PDF, b"0" * 100_000])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, handler)
        assert on_disk(folder) == set()

    def test_one_that_grows_too_large_is_not_read_to_its_end(self, folder, settings):
        settings.FILE_MEGABYTES = 1
        read = []

        def chunks():
            for _number in range(1000):
                read.append(1)
                yield PDF + b"0" * 100_000

        with pytest.raises(Unfit):
            storage.receive(chunks())
        assert len(read) == 11
        assert on_disk(folder) == set()

    def test_nothing_is_unpacked(self, folder):
        """An EPUB is known by its first bytes; a bomb in it stays packed."""
        head = b"PK\x03\x04" + b"\0" * 4 + b"\x00\x00" + b"\0" * 20 + b"mimetypeapplication/epub+zip"
        stored = storage.receive([head, b"PK\x03\x04\x14\0\0\0\x08\0", b"\xff" * 1000])
        assert stored.size == len(head) + 1010 == storage.size_of(stored.name)

    def test_what_a_killed_process_was_writing_goes_at_the_next_look(self, folder, tmp_path):
        code = (
            "import django, sys, time; django.setup(); from django.conf import settings;"
            f"settings.FILES_FOLDER = {str(folder)!r}; from research import storage\n"
            "def chunks():\n    yield b'%PDF-1.7'\n    print('there', flush=True)\n    time.sleep(60)\n"
            "storage.receive(chunks())"
        )
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
        with subprocess.Popen(
            [sys.executable, "-c", code], cwd=site.BASE_DIR, env=env, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout
            assert process.stdout.readline()
            [part] = folder.iterdir()
            long_ago = time.time() - 3600
            os.utime(part, (long_ago, long_ago))
            storage.sweep()
            assert on_disk(folder) == {part.name}, "it is still being written"
            process.kill()
            process.wait()
        storage.sweep()
        assert on_disk(folder) == set()

    @pytest.mark.parametrize("name", ["../db.sqlite3", "/etc/passwd", "", "x" * 32, "." * 32])
    def test_a_name_that_is_none_of_ours_is_not_there(self, name):
        with pytest.raises(FileNotFoundError):
            storage.open_stored(name)


class TestCheckFiles:
    def test_all_is_well(self, command, folder):
        make_file(make_source())
        done = command("check_files", "--whole")
        assert (done.code, done.err, len(done.out)) == (0, [], 1)

    def test_what_is_missing_or_damaged_is_named(self, command, folder):
        source, gone = make_source(key="wp"), make_source(key="gone")
        files = [make_file(source, PDF + bytes([48 + number]), name=f"{number}.pdf") for number in range(3)]
        files.append(make_file(gone, name="fort.pdf"))
        actions.delete([fresh(gone)], by=None, via="test")
        for file in (files[0], files[3]):
            (folder / file.stored).unlink()
        (folder / files[1].stored).write_bytes(b"x")
        (folder / files[2].stored).write_bytes(PDF + b"x")
        done = command("check_files")
        assert done.code == 2
        assert [name for name in ("0.pdf", "1.pdf", "2.pdf", "fort.pdf") if name in "\n".join(done.err)] == [
            "0.pdf",
            "1.pdf",
            "fort.pdf",
        ]
        assert "2.pdf" in "\n".join(command("check_files", "--whole").err)

    def test_what_no_row_knows_is_counted_and_removed_when_asked(self, command, folder):
        file = make_file(make_source())
        stray, new = storage.receive([PDF + b"1"]).name, storage.receive([PDF + b"2"]).name
        long_ago = time.time() - 2 * storage.SETTLED
        os.utime(folder / stray, (long_ago, long_ago))
        assert command("check_files").code == 0
        assert on_disk(folder) == {file.stored, stray, new}
        command("check_files", "--tidy")
        assert on_disk(folder) == {file.stored, new}, "a row may still be written for the newest"
