"""The files of a source in the admin: added, looked at, described, removed, and who may."""

import socket
import threading
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from research.models import Attachment, Source
from tests.admin.pages import change_url, count_queries, open_form, revisions, url
from tests.factories import make_file, make_source, make_user

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n%%EOF\n"
HTML = "<!doctype html><title>云</title><script>alert(1)</script>".encode()


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES_FOLDER = tmp_path / "files"
    return settings.FILES_FOLDER


@pytest.fixture
def source(db):
    return make_source("白皮书", key="wp")


def files_url(source):
    return reverse("admin:research_source_files", args=[source.pk])


def of(file, view=""):
    return reverse(f"admin:research_source_file{view}", args=[file.source_id, file.pk])


def add(client, source, data=PDF, name="白皮书.pdf", **more):
    sent = {"file": SimpleUploadedFile(name, data), "kind": "copy", "note": "", **more, "end": "True"}
    return client.post(files_url(source), sent)


def wrong(response):
    """Why the file was not added."""
    assert response.status_code in (200, 413)
    found = [error for errors in response.context["form"].errors.values() for error in errors]
    assert found
    assert all(error in response.content.decode().replace("&#x27;", "'") for error in found)
    return " ".join(found)


def on_disk(folder):
    return list(folder.iterdir()) if folder.exists() else []


class TestAdding:
    def test_it_lies_in_the_folder_and_is_sent_back(self, editing, editor, source, folder):
        response = add(editing, source, note="第二版", shared="on")
        assert response["Location"] == files_url(source)
        file = Attachment.objects.get()
        assert (file.name, file.content_type, file.size) == ("白皮书.pdf", "application/pdf", len(PDF))
        assert (file.kind, file.shared, file.note) == ("copy", True, "第二版")
        assert (file.by, file.author) == (editor, editor.username)
        assert [path.name for path in on_disk(folder)] == [file.stored]
        assert (folder / file.stored).stat().st_mode & 0o777 == 0o600
        assert folder.stat().st_mode & 0o777 == 0o700
        sent = editing.get(of(file))
        assert (sent.getvalue(), sent["Cache-Control"]) == (PDF, "private, no-cache")

    def test_the_source_s_history_tells_of_it(self, editing, editor, source):
        add(editing, source)
        first, last = revisions(source)
        assert (last.row, last.via, last.by, last.version) == (first.row, "files", editor, 2)
        assert "白皮书.pdf" in last.note
        page = editing.get(url(Source, "history", source.pk)).content.decode()
        assert last.note in page

    def test_the_form_shows_it_and_an_open_form_is_saved_all_the_same(self, editing, source):
        data = open_form(editing, source, title="白皮书（修订）")
        add(editing, source)
        page = editing.get(change_url(source)).content.decode()
        assert of(Attachment.objects.get()) in page
        assert files_url(source) in page
        assert editing.post(change_url(source), data).status_code == 302
        assert Source.objects.get().title == "白皮书（修订）"

    def test_a_form_for_a_new_source_says_to_save_first(self, editing):
        assert editing.get(url(Source, "add")).status_code == 200

    def test_a_large_one_goes_by_way_of_the_disk(self, editing, source, folder):
        data = PDF + b"0" * (site.FILE_UPLOAD_MAX_MEMORY_SIZE + 1)
        add(editing, source, data)
        assert (folder / Attachment.objects.get().stored).read_bytes() == data

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../../etc/cron.d/x.pdf", "x.pdf"),
            ("..\\..\\x.pdf", "x.pdf"),
            ("白皮书\u202efdp.pdf", "白皮书fdp.pdf"),
            ("a\x00b.pdf", "ab.pdf"),
            ("云" * 251 + ".pdf", "云" * 146 + ".pdf"),
            ("<i>\"'&.pdf", "<i>\"'&.pdf"),
            ("a%2F..%2Fb?c#d.pdf", "a%2F..%2Fb?c#d.pdf"),
        ],
        ids=["slashes", "backslashes", "turned", "nul", "long", "markup", "escapes"],
    )
    def test_an_odd_name_does_no_harm(self, editing, client, source, folder, name, kept):
        raw = RawName(name)
        editing.post(files_url(source), {"file": raw, "kind": "copy", "shared": "on", "end": "True"})
        file = Attachment.objects.get()
        assert file.name == kept
        assert [path.name for path in on_disk(folder)] == [file.stored]
        assert "<i>" not in editing.get(files_url(source)).content.decode()
        assert client.get(file.get_absolute_url()).getvalue() == PDF

    def test_pages_ask_as_often_for_many_files_as_for_one(self, editing, source):
        make_file(source)
        addresses = [files_url(source), change_url(source)]
        before = [count_queries(editing, address) for address in addresses]
        for number in range(5):
            make_file(source, PDF + bytes([48 + number]))
        assert [count_queries(editing, address) for address in addresses] == before


class RawName(SimpleUploadedFile):
    """Its name is sent as it is: Django would clean it before."""

    def __init__(self, name):
        super().__init__("x", PDF)
        self.raw = name

    @property
    def name(self):
        return getattr(self, "raw", "x")

    @name.setter
    def name(self, value):
        pass


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("空.pdf", b""),
            ("页.pdf", HTML),
            ("图.svg", b"<svg onload='alert(1)'>"),
            ("图.png", b"<svg onload='alert(1)'>"),
            ("双.pdf", b"%PDF-1.4\n<html><script>alert(1)</script>"),
            ("程序.exe", b"MZ\x90\0"),
            ("包.zip", b"PK\x03\x04" + b"\0" * 100),
        ],
    )
    def test_what_cannot_be_kept_is_said(self, editing, source, folder, name, data):
        wrong(add(editing, source, data, name))
        assert (Attachment.objects.count(), on_disk(folder), len(revisions(source))) == (0, [], 1)

    def test_the_browser_s_word_counts_for_nothing(self, editing, source):
        file = SimpleUploadedFile("云.pdf", HTML, content_type="application/pdf")
        wrong(editing.post(files_url(source), {"file": file, "kind": "copy", "end": "True"}))
        file = SimpleUploadedFile("云.html", HTML, content_type="application/pdf")
        editing.post(files_url(source), {"file": file, "kind": "snapshot", "end": "True"})
        assert Attachment.objects.get().content_type == "text/html; charset=utf-8"

    def test_one_that_is_too_large(self, editing, source, folder, settings):
        settings.FILE_MEGABYTES = 1
        assert "1 MB" in wrong(add(editing, source, PDF + b"0" * 1024 * 1024))
        exact = PDF + b"0" * (1024 * 1024 - len(PDF))
        assert add(editing, source, exact).status_code == 302
        assert len(on_disk(folder)) == 1

    def test_the_same_file_twice(self, editing, source, folder):
        add(editing, source)
        assert "白皮书.pdf" in wrong(add(editing, source, name="另名.pdf"))
        assert (Attachment.objects.count(), len(on_disk(folder))) == (1, 1)
        other = make_source(key="other")
        assert add(editing, other).status_code == 302, "another source may have it too"

    def test_nothing_chosen(self, editing, source):
        wrong(editing.post(files_url(source), {"kind": "copy", "end": "True"}))

    def test_an_unknown_source_or_file(self, editing, source):
        file, other = make_file(source), make_source(key="other")
        for address in (
            reverse("admin:research_source_files", args=[10**6]),
            reverse("admin:research_source_files", args=[10**30]),
            reverse("admin:research_source_file", args=[source.pk, 10**30]),
            reverse("admin:research_source_file", args=[other.pk, file.pk]),
            reverse("admin:research_source_file_change", args=[other.pk, file.pk]),
            reverse("admin:research_source_file_remove", args=[other.pk, file.pk]),
        ):
            assert editing.get(address).status_code == 404, address

    def test_a_disk_that_does_not_take_it(self, editing, source, settings, tmp_path):
        (tmp_path / "in the way").touch()
        settings.FILES_FOLDER = tmp_path / "in the way" / "files"
        wrong(add(editing, source))
        assert (Attachment.objects.count(), len(revisions(source))) == (0, 1)

    def test_a_forged_request(self, editor, source):
        client = Client(enforce_csrf_checks=True)
        client.force_login(editor)
        assert add(client, source).status_code == 403
        assert not Attachment.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestOverTheWire:
    """Requests as a server gets them, cut off or longer than they may be."""

    @pytest.fixture
    def post(self, live_server, editor, source):
        client = Client()
        client.force_login(editor)
        token = client.get(files_url(source)).cookies["csrftoken"].value
        cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}"

        def send(body, length, *, close=True):
            """What the server says to a request that announces `length` bytes and sends `body`."""
            to = urlsplit(live_server.url)
            head = (
                f"POST {files_url(source)} HTTP/1.1\r\nHost: {to.netloc}\r\nCookie: {cookies}\r\n"
                f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n"
            )
            field = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
            fields = field.format("csrfmiddlewaretoken", token) + field.format("kind", "copy")
            with socket.create_connection((to.hostname, to.port), timeout=20) as connection:
                connection.sendall((head + fields).encode() + body)
                if close:
                    connection.shutdown(socket.SHUT_WR)
                answer = b""
                while b"</html>" not in answer and (part := connection.recv(65536)):
                    answer += part
            return answer.decode(errors="replace")

        return send

    START = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF
    END = b'\r\n--x\r\nContent-Disposition: form-data; name="end"\r\n\r\nTrue\r\n--x--\r\n'

    def test_a_whole_one_is_kept(self, post, folder):
        body = self.START + self.END
        answer = post(body, len(body) + 181)
        assert " 302 " in answer.splitlines()[0], answer[:300]
        assert len(on_disk(folder)) == 1

    def test_one_that_is_cut_off_leaves_nothing(self, post, folder):
        for sent in (self.START, self.START + self.END[:20], self.START + self.END[:40]):
            post(sent, 100_000)
        assert (Attachment.objects.count(), on_disk(folder)) == (0, [])

    def test_one_that_announces_too_much_is_answered_before_it_is_sent(self, post, folder):
        answer = post(self.START + b"0" * 10**6, 10**9, close=False)
        assert " 413 " in answer.splitlines()[0]
        assert "50 MB" in answer
        assert (Attachment.objects.count(), on_disk(folder)) == (0, [])


class TestChanging:
    def test_kind_note_and_offer(self, editing, source):
        file = make_file(source)
        form = editing.get(of(file, "_change")).context["form"]
        data = {**form.initial, "kind": "snapshot", "note": "新", "shared": "on"}
        assert editing.post(of(file, "_change"), data)["Location"] == files_url(source)
        file.refresh_from_db()
        assert (file.kind, file.note, file.shared, file.version) == ("snapshot", "新", True, 2)
        assert file.name in revisions(source)[-1].note

    def test_two_at_once_are_told(self, editing, source):
        file = make_file(source, note="旧")
        mine = editing.get(of(file, "_change")).context["form"].initial
        editing.post(of(file, "_change"), {**mine, "note": "他的", "shared": ""})
        response = editing.post(of(file, "_change"), {**mine, "note": "我的", "shared": ""})
        assert "他的" in wrong(response)
        assert "我的" in response.content.decode(), "what was typed still stands"
        file.refresh_from_db()
        assert file.note == "他的"
        again = {name: response.context["form"][name].value() for name in ("kind", "note", "seen")}
        editing.post(of(file, "_change"), again)
        file.refresh_from_db()
        assert file.note == "我的"

    def test_nothing_changed_is_nothing_written(self, editing, source):
        file = make_file(source)
        editing.post(of(file, "_change"), {"kind": "copy", "note": "", "seen": 1})
        assert len(revisions(source)) == 2

    @pytest.mark.parametrize("seen", ["", "x", "9" * 30])
    def test_a_forged_version(self, editing, source, seen):
        file = make_file(source)
        wrong(editing.post(of(file, "_change"), {"kind": "snapshot", "seen": seen}))


class TestRemoving:
    def test_it_is_gone_from_the_disk_too(self, editing, source, folder, django_capture_on_commit_callbacks):
        file = make_file(source)
        assert file.name in editing.get(of(file, "_remove")).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            response = editing.post(of(file, "_remove"), {"seen": 1})
            assert len(on_disk(folder)) == 1, "not before it is certain"
        assert response["Location"] == files_url(source)
        assert (Attachment.objects.count(), on_disk(folder)) == (0, [])
        assert file.name in revisions(source)[-1].note
        assert editing.get(of(file)).status_code == 404

    @pytest.mark.parametrize("seen", ["", "x", "0", "2", "9" * 30])
    def test_one_that_changed_meanwhile_stays(self, editing, source, folder, seen):
        file = make_file(source)
        assert editing.post(of(file, "_remove"), {"seen": seen}).status_code == 302
        assert len(on_disk(folder)) == 1


class TestWhoMay:
    def test_an_editor_adds_but_does_not_offer_to_readers(self, drafting, source):
        assert "shared" not in drafting.get(files_url(source)).context["form"].fields
        add(drafting, source, shared="on")
        assert Attachment.objects.get().shared is False

    def test_an_editor_leaves_alone_what_readers_are_offered(self, drafting, source, folder):
        file = make_file(source, shared=True)
        assert of(file, "_change") not in drafting.get(files_url(source)).content.decode()
        for view in ("_change", "_remove"):
            assert drafting.get(of(file, view)).status_code == 403
            assert drafting.post(of(file, view), {"kind": "copy", "seen": 1}).status_code == 403
        assert len(on_disk(folder)) == 1

    def test_a_viewer_looks_only(self, source):
        viewer = Client()
        viewer.force_login(make_user("viewer"))
        file = make_file(source)
        assert viewer.get(of(file)).getvalue() == PDF.replace(b"%\xe2\xe3\xcf\xd3\n", b"")
        assert viewer.get(files_url(source)).context["form"] is None
        assert add(viewer, source).status_code == 403
        assert Attachment.objects.count() == 1

    @pytest.mark.parametrize("role", ["staff", "reader", None])
    def test_nobody_else_gets_anything(self, source, role):
        client, file = Client(), make_file(source)
        if role:
            client.force_login(make_user(role))
        for address in (files_url(source), of(file), of(file, "_change"), of(file, "_remove")):
            response = client.get(address)
            assert response.status_code in (302, 403), address
            assert b"PDF" not in response.content
        add(client, source, HTML, "a.html")
        assert Attachment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_file_by_two_at_once_is_kept_once(editor, source, folder):
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(editor)
    meet, statuses = threading.Barrier(2), []

    def send(client):
        from django.db import connections

        meet.wait()
        statuses.append(add(client, source).status_code)
        connections.close_all()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 302]
    assert (Attachment.objects.count(), len(on_disk(folder)), len(revisions(source))) == (1, 1, 2)
