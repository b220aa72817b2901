"""The pages of an import, used as a browser would."""

from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile

from research.admin import uploads
from research.models import Case
from tests.admin.pages import url
from tests.factories import make_user

HEADER = "slug,title,organization,mode,industries,period,body,tags,status"
NEW = f"{HEADER}\n新,新题,甲,,,,,,draft\n"


def upload(client, content, model=Case, extension="csv", **choices):
    """The preview of the file, or the page with the form if the file is refused."""
    data = content if isinstance(content, bytes) else content.encode()
    file = SimpleUploadedFile(f"我的表.{extension}", data)
    response = client.post(url(model, "import"), {"import_file": file, **choices}, follow=True)
    assert response.status_code == 200
    return response


def answer(client, preview, *, model=Case, ticked=None, **data):
    """Post the preview's form as the browser would, with these rows ticked (or those that are)."""
    shown = preview.context["rows"]
    wanted = [str(row.row.number) for row in shown if row.chosen] if ticked is None else map(str, ticked)
    form = {
        "upload": preview.context["upload"].token,
        "shown": [f"{row.row.number} {row.state}" for row in shown],
        "row": list(wanted),
    }
    return client.post(url(model, "process_import"), {**form, **data}, follow=True)


def confirm(client, preview, **data):
    return answer(client, preview, confirm="1", **data)


def again(client, preview, encoding):
    return answer(client, preview, encoding=encoding, again="1")


def messages(response):
    return " ".join(str(message) for message in response.context["messages"])


def counts(preview):
    return {state: count for state, count in preview.context["counts"].items() if count}


def staff(*permissions):
    user = make_user("reader")
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def left():
    return [path.name for path in uploads.folder().iterdir()]
