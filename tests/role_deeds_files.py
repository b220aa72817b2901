"""Deeds with the files of sources, for `test_roles`."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from research.models import Attachment, Source
from tests import factories as make
from tests.role_deeds import deed

CONTENT = b"%PDF-1.7 secret"


def a_file(**values):
    return make.make_file(make.make_source(), CONTENT, **values)


def at(file, view=""):
    return reverse(f"admin:research_source_file{view}", args=[file.source_id, file.pk])


def got(client, address):
    response = client.get(address)
    return response.status_code == 200 and response.getvalue() == CONTENT


@deed("read a file that is offered")
def _(client):
    return got(client, a_file(shared=True).get_absolute_url())


@deed("read a file that is not offered")
def _(client):
    return got(client, at(a_file()))


@deed("read a file that is not offered at the public address")
def _(client):
    return got(client, a_file().get_absolute_url())


def send(client, **more):
    source = make.make_source()
    data = {"file": SimpleUploadedFile("a.pdf", CONTENT), "kind": "copy", "end": "True", **more}
    client.post(reverse("admin:research_source_files", args=[source.pk]), data)
    return Attachment.objects.filter(source=source).first()


@deed("add a file")
def _(client):
    return send(client) is not None


@deed("add a file that is offered")
def _(client):
    file = send(client, shared="on")
    return file is not None and file.shared


def describe(client, file, **values):
    client.post(at(file, "_change"), {"kind": "copy", "note": "", "seen": 1, **values})
    file.refresh_from_db()
    return file


@deed("describe a file")
def _(client):
    return describe(client, a_file(), note="neu").note == "neu"


@deed("offer a file")
def _(client):
    return describe(client, a_file(), shared="on").shared


@deed("describe a file that is offered")
def _(client):
    return describe(client, a_file(shared=True), shared="on", kind="snapshot").kind == "snapshot"


def remove(client, file):
    client.post(at(file, "_remove"), {"seen": 1})
    return not Attachment.objects.exists() and Source.objects.exists()


@deed("remove a file")
def _(client):
    return remove(client, a_file())


@deed("remove a file that is offered")
def _(client):
    return remove(client, a_file(shared=True))
