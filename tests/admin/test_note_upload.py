"""Notes uploaded in the admin: seen before they are written, and by whoever may write them."""

import io
import tempfile
import zipfile

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from research import actions
from research.admin import texts_field, uploads
from research.models import Batch, Note, Revision, Source, Todo
from tests.admin.pages import url
from tests.test_import_note import NAME, SEED

UPLOAD = "/admin/research/note/upload/"
TEXT = "正文\n\n## TODO\n- <b>查</b>\n\n## 参考\n- [题](http://a.cn/c)\n"


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))


def upload(client, *files):
    return client.post(UPLOAD, {"notes": [SimpleUploadedFile(name, data) for name, data in files]})


def confirm(client, response):
    return client.post(UPLOAD, {"seen": response.context["seen"]}, follow=True)


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


def zipped(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


class TestUpload:
    def test_preview_then_confirm(self, editing, editor):
        response = upload(editing, (SEED.name, SEED.read_bytes()), ("云-190912.md", TEXT.encode()))
        page = response.content.decode()
        assert "第 161 行，来源，新增：中国产业互联网发展联盟" in page
        assert "&lt;b&gt;查&lt;/b&gt;" in page
        assert not Note.objects.exists(), "a preview writes nothing"
        confirm(editing, response)
        counts = Batch.objects.get().counts
        assert sum(sum(kinds.values()) for kinds in counts.values()) == 17
        assert (Note.objects.count(), Source.objects.count(), Todo.objects.count()) == (2, 10, 4)
        assert {(step.via, step.by) for step in Revision.objects.all()} == {("import", editor)}
        assert list(uploads.folder().iterdir()) == []

    def test_a_second_time_there_is_nothing_to_write(self, editing):
        confirm(editing, upload(editing, (SEED.name, SEED.read_bytes())))
        response = upload(editing, (SEED.name, SEED.read_bytes()))
        assert (response.context["seen"], response.context["counts"]["same"]) == ("", 14)

    def test_a_zip_with_folders_and_other_things(self, editing):
        data = zipped(**{f"笔记/{NAME}.md": SEED.read_bytes(), "__MACOSX/._a.md": b"\0", "图.png": b"\0"})
        confirm(editing, upload(editing, ("notes.zip", data)))
        assert Note.objects.get().slug == NAME

    def test_a_preview_stays_short(self, editing):
        text = "正文\n\n## TODO\n" + "".join(f"- 查 {number} {'长' * 500}\n" for number in range(1500))
        response = upload(editing, ("云-190912.md", text.encode()))
        assert response.context["left"] == 501
        assert len(response.content) < 2_000_000

    def test_names_of_a_chinese_packer_are_read(self):
        entry = zipfile.ZipInfo("云-190912.md".encode("gb18030").decode("cp437"))
        assert texts_field.entry_name(entry) == "云-190912.md"

    def test_the_list_has_a_button_and_the_page_is_in_english_too(self, editing):
        assert UPLOAD in editing.get(url(Note, "changelist")).content.decode()
        assert 'type="file" name="notes"' in editing.get(UPLOAD).content.decode()
        assert "Notes from Markdown" in editing.get(f"/en{UPLOAD}").content.decode()


class TestRefusals:
    def test_what_changed_since_the_preview_is_not_written(self, editing):
        response = upload(editing, ("云-190912.md", TEXT.encode()))
        note = Note(slug="云-190912", title="别人的")
        actions.save(note, by=None, via="test")
        assert "未写入任何内容" in said(confirm(editing, response))
        assert Note.objects.get().title == "别人的"

    def test_an_upload_is_confirmed_once_and_by_its_owner(self, editing, django_user_model):
        response = upload(editing, ("云-190912.md", TEXT.encode()))
        other = Client()
        other.force_login(django_user_model.objects.create_superuser("other"))
        confirm(other, response)
        assert not Note.objects.exists()
        confirm(editing, response)
        assert Note.objects.count() == 1
        assert "不" in said(confirm(editing, response))
        assert editing.post(UPLOAD, {"seen": "x"}).status_code == 302

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("a.md", b"\x89PNG\x00"),
            ("a.zip", b"PK no"),
            ("a.zip", zipped(**{"a.png": b"x"})),
            ("a.zip", zipped(**{"a.md": b"x" * (texts_field.MOST_BYTES + 1)})),
            ("a.md", b"# " + b"x" * 301),
        ],
        ids=["image", "no-zip", "no-note", "bomb", "title"],
    )
    def test_what_cannot_be_read_is_said(self, editing, name, data):
        response = upload(editing, (name, data))
        page = response.content.decode()
        assert response.status_code == 200
        assert "errorlist" in page
        assert name in page
        assert not response.context.get("seen")

    def test_who_may_not_add_notes_sees_nothing(self, db):
        user = User.objects.create_user("viewer", is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="view_note"))
        client = Client()
        client.force_login(user)
        assert client.get(UPLOAD).status_code == 403
        assert UPLOAD not in client.get(url(Note, "changelist")).content.decode()

    def test_who_may_add_notes_only_cannot_add_sources(self, db):
        user = User.objects.create_user("writer", is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="add_note"))
        client = Client()
        client.force_login(user)
        response = upload(client, ("云-190912.md", TEXT.encode()))
        assert (response.context["seen"], len(response.context["refused"])) == ("", 2)
