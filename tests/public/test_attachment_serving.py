"""`/sources/<key>/files/<id>/<name>`: what readers are offered, whole or in part, and never able to run."""

import gc
import os
import warnings
from pathlib import Path

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse
from django.utils.http import parse_header_parameters

from research import actions
from research.models import Attachment
from research.views import files as sending
from tests.admin.pages import count_queries
from tests.factories import make_file, make_note, make_source, make_user
from tests.link_checks import days_pass, found
from tests.public.urls import body

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 600 + b"\n%%EOF\n"
BLINK = b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
EPUB = b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zip"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
CONTENTS = {
    "a.pdf": (PDF, "application/pdf", "inline"),
    "a.html": (b"<!doctype html><p>x", "text/html; charset=utf-8", "inline"),
    "b.html": ("<meta charset=gbk><p>云".encode("gbk"), "text/html", "inline"),
    "a.txt": ("云".encode(), "text/plain; charset=utf-8", "inline"),
    "b.txt": ("云计算".encode("gb18030"), "text/plain; charset=gb18030", "inline"),
    "a.png": (PNG, "image/png", "inline"),
    "a.mhtml": (BLINK, "multipart/related", "attachment"),
    "a.epub": (EPUB, "application/epub+zip", "attachment"),
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES_FOLDER = tmp_path / "files"
    return settings.FILES_FOLDER


@pytest.fixture
def source():
    return make_source("白皮书", key="wp", url="https://example.org/", archived_url="https://example.org/a")


@pytest.fixture
def offered(source):
    return make_file(source, PDF, name="白皮书 2019.pdf", shared=True)


def get(client, file, **headers):
    """The answer, read to its end: `body` is what came."""
    response = client.get(file.get_absolute_url(), headers=headers)
    response.body = response.getvalue()
    return response


class TestWhatReadersAreOffered:
    def test_it_stands_on_the_source_s_page_and_is_sent(self, client, source, offered):
        make_file(source, name="nicht.pdf", note="geheim")
        page = client.get(source.get_absolute_url()).content.decode()
        assert offered.get_absolute_url() in page
        assert "白皮书 2019.pdf" in page
        assert "nicht.pdf" not in page
        assert "geheim" not in page
        response = get(client, offered)
        assert (response.status_code, response.body) == (200, PDF)
        assert response["Content-Length"] == str(len(PDF))
        english = client.get(f"/en{offered.get_absolute_url()}")
        assert english.getvalue() == PDF

    @pytest.mark.parametrize("name", CONTENTS)
    def test_type_and_disposition(self, client, source, name):
        content, content_type, disposition = CONTENTS[name]
        response = get(client, make_file(source, content, name=name, shared=True))
        assert response["Content-Type"] == content_type
        assert response["Content-Disposition"].startswith(disposition)
        assert response["X-Content-Type-Options"] == "nosniff"
        policy = response["Content-Security-Policy"].split("; ")
        assert "frame-ancestors 'none'" in policy
        assert not [rule for rule in policy if "script" in rule or "'self'" in rule]
        if name != "a.pdf":
            assert {"sandbox", "default-src 'none'"} <= set(policy)
        assert response["X-Frame-Options"] == "DENY"
        assert response.body == content

    @pytest.mark.parametrize(
        "name", ["白皮书 2019.pdf", "a\"b;c'd.pdf", "100%;x.pdf", "émile.pdf", "<b>.pdf"]
    )
    def test_any_name_arrives(self, client, source, name):
        response = get(client, make_file(source, PDF, name=name, shared=True))
        assert response["Content-Disposition"].isascii()
        _kind, parameters = parse_header_parameters(response["Content-Disposition"])
        assert parameters["filename"] == name

    def test_a_page_asks_as_often_for_many_files_as_for_one(self, client, source, offered):
        before = count_queries(client, source.get_absolute_url())
        for number in range(5):
            make_file(source, PDF + bytes([number]), shared=True)
        assert count_queries(client, source.get_absolute_url()) == before


class TestWhatIsNotThere:
    """Always 404: that it is there at all is nobody's business."""

    def test_not_offered_or_of_a_hidden_source(self, client, source):
        unshared = make_file(source)
        hidden = make_file(make_source(key="geheim", status="draft"), shared=True)
        review = make_file(make_source(key="bald", status="review"), shared=True)
        for file in (unshared, hidden, review):
            assert get(client, file).status_code == 404
            client.force_login(make_user("reviewer"))
            assert get(client, file).status_code == 404, "the public address knows nobody"
            client.logout()

    def test_offered_no_longer_or_withdrawn(self, client, source, offered):
        actions.describe_file(offered, kind="copy", shared=False, note="", seen=1, by=None, via="test")
        assert get(client, offered).status_code == 404
        actions.describe_file(offered, kind="copy", shared=True, note="", seen=2, by=None, via="test")
        assert get(client, offered).status_code == 200
        source.refresh_from_db()
        actions.withdraw([source], by=None, via="test")
        assert get(client, offered).status_code == 404

    def test_another_key_name_or_number(self, client, offered):
        make_source(key="other")
        for args in (
            ["other", offered.pk, offered.name],
            ["wp", offered.pk, "x.pdf"],
            ["wp", offered.pk + 1, offered.name],
            ["wp", 10**30, offered.name],
        ):
            assert client.get(reverse("source_file", args=args)).status_code == 404

    @pytest.mark.parametrize("tail", ["../../wp/", "..%2f..%2fsettings.py", "%00", "%ff", ""])
    def test_odd_addresses(self, client, offered, tail):
        assert client.get(f"/sources/wp/files/{offered.pk}/{tail}").status_code == 404

    def test_no_address_leads_to_the_folder(self, client, offered, folder):
        for address in (f"/files/{offered.stored}", f"/media/{offered.stored}", f"/static/{offered.stored}"):
            assert client.get(address).status_code == 404

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_other_methods(self, client, offered, method):
        assert getattr(client, method)(offered.get_absolute_url()).status_code == 405

    def test_what_the_disk_lost_or_cut(self, client, offered, folder):
        (folder / offered.stored).write_bytes(PDF[:-1])
        assert get(client, offered).status_code == 404
        (folder / offered.stored).unlink()
        assert get(client, offered).status_code == 404


class TestParts:
    SIZE = len(PDF)

    @pytest.mark.parametrize(
        ("asked", "start", "end"),
        [
            ("bytes=0-0", 0, 1),
            ("bytes=10-19", 10, 20),
            ("bytes=100000-", 100_000, SIZE),
            ("bytes=0-", 0, SIZE),
            ("bytes=-7", SIZE - 7, SIZE),
            ("bytes=-99999999", 0, SIZE),
            ("bytes=5-99999999", 5, SIZE),
        ],
    )
    def test_a_part(self, client, offered, asked, start, end):
        response = get(client, offered, range=asked)
        assert response.status_code == 206
        assert response["Content-Range"] == f"bytes {start}-{end - 1}/{self.SIZE}"
        assert response["Content-Length"] == str(end - start)
        assert response.body == PDF[start:end]

    @pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={10**17}-", "bytes=-0"])
    def test_a_part_that_it_has_not(self, client, offered, asked):
        response = get(client, offered, range=asked)
        assert (response.status_code, response.body) == (416, b"")
        assert response["Content-Range"] == f"bytes */{self.SIZE}"

    @pytest.mark.parametrize(
        "asked", ["bytes=5-2", "bytes=a-b", "bytes=0-1,5-6", "items=0-1", "bytes=", f"bytes={'9' * 30}-", "x"]
    )
    def test_what_is_no_part_is_answered_with_the_whole(self, client, offered, asked):
        response = get(client, offered, range=asked)
        assert (response.status_code, response.body) == (200, PDF)

    def test_a_part_of_another_state_is_answered_with_the_whole(self, client, offered):
        etag = get(client, offered)["ETag"]
        assert get(client, offered, range="bytes=0-0", if_range=etag).status_code == 206
        assert get(client, offered, range="bytes=0-0", if_range='"other"').status_code == 200

    def test_parts_together_are_the_whole(self, client, offered):
        parts = [
            get(client, offered, range=f"bytes={at}-{at + 49_999}") for at in range(0, self.SIZE, 50_000)
        ]
        assert b"".join(part.body for part in parts) == PDF


class TestCaching:
    def test_what_is_known_is_not_sent_again(self, client, offered):
        response = get(client, offered)
        assert response["ETag"] == f'"{offered.sha256}"'
        assert response["Cache-Control"] == "public, no-cache"
        again = get(client, offered, if_none_match=response["ETag"])
        assert (again.status_code, again.body) == (304, b"")
        assert get(client, offered, if_none_match='"other"').status_code == 200
        assert get(client, offered, if_match='"other"').status_code == 412

    def test_it_is_asked_for_each_time_whether_it_is_still_offered(self, client, offered):
        etag = get(client, offered)["ETag"]
        actions.describe_file(offered, kind="copy", shared=False, note="", seen=1, by=None, via="test")
        assert get(client, offered, if_none_match=etag).status_code == 404

    def test_head(self, client, offered):
        response = client.head(offered.get_absolute_url(), headers={"range": "bytes=0-0"})
        assert (response.status_code, response.content) == (200, b"")
        assert response["Content-Length"] == str(len(PDF))
        assert response["Accept-Ranges"] == "bytes"
        assert response["Content-Disposition"] == get(client, offered)["Content-Disposition"]


class TestOpenFiles:
    @pytest.fixture(autouse=True)
    def open_database(self):
        """A response that is closed ends its request, and with it the test's database."""
        request_finished.disconnect(close_old_connections)
        yield
        request_finished.connect(close_old_connections)

    @pytest.fixture
    def request_of(self, offered):
        return lambda method="get", **headers: getattr(RequestFactory(), method)("/", headers=headers)

    def test_none_is_left_open(self, offered, request_of):
        def descriptors():
            gc.collect()
            links = (Path("/proc/self/fd") / name for name in os.listdir("/proc/self/fd"))
            return [link for link in links if link.is_symlink() and offered.stored in os.readlink(link)]

        def send(**headers):
            return sending.source_file(request_of(**headers), "wp", offered.pk, offered.name)

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            half, unread, part, head = send(), send(), send(range="bytes=1-5"), send(method="head")
            next(iter(half))
            assert len(descriptors()) == 3
            for response in (half, unread, part, head):
                response.close()
            assert descriptors() == []

    def test_one_removed_while_it_is_sent_is_sent_whole(self, client, offered, request_of, folder):
        response = sending.source_file(request_of(), "wp", offered.pk, offered.name)
        (folder / offered.stored).unlink()
        assert b"".join(response) == PDF
        response.close()
        with pytest.raises(Http404):
            sending.source_file(request_of(), "wp", offered.pk, offered.name)


def test_the_name_in_the_folder_stands_on_no_page(client, source, offered):
    client.force_login(make_user("reviewer"))
    admin = reverse("admin:research_source_files", args=[source.pk])
    for address in (source.get_absolute_url(), admin):
        assert Attachment.objects.get().stored not in client.get(address).content.decode()


class TestBesideADeadLink:
    """On the source's page and in every list of references; of a link that is well nothing is said there."""

    @pytest.fixture
    def pages(self, client, source):
        note = make_note(body="[@wp]")
        return lambda: [body(client.get(one.get_absolute_url())) for one in (source, note)]

    def test_what_readers_may_open_is_offered(self, pages, source, offered):
        make_file(source, name="nicht.pdf")
        beside = f'· <a href="{offered.get_absolute_url()}">'
        assert [beside in page for page in pages()] == [False, False]
        found(source, "missing")
        days_pass(400)
        found(source, "missing")
        assert [beside in page for page in pages()] == [True, True]
        assert not [page for page in pages() if "nicht.pdf" in page]

    def test_a_list_of_references_asks_once_for_all_files(self, client):
        notes = []
        for number in (1, 6):
            cited = [make_source() for _number in range(number)]
            for source in cited:
                make_file(source, shared=True)
            notes.append(make_note(body="".join(f"[@{source.key}]" for source in cited)))
        few, many = (count_queries(client, note.get_absolute_url()) for note in notes)
        assert few == many
