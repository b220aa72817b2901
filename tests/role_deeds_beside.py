"""More deeds for `test_roles`: imports, reading, accounts."""

from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from research.models import Batch, Case, Mode, Note
from tests import factories as make
from tests.admin import import_pages
from tests.admin.pages import url
from tests.role_deeds import deed, now, row_of, superuser

# --- imports -----------------------------------------------------------------------------------------------


def import_file(client, text, model=Case):
    """Preview and confirm; the preview of somebody who may write it is posted, too, as it is the same."""
    file = SimpleUploadedFile("表.csv", text.encode())
    response = client.post(url(model, "import"), {"import_file": file}, follow=True)
    context = response.context
    if context and "upload" in context:
        import_pages.confirm(client, response) if model is Case else confirm_modes(client, response)


def confirm_modes(client, preview):
    import_pages.answer(client, preview, model=Mode, confirm="1")


def import_case(client, record: Any = None, status="draft", title="新题"):
    organization = record.organization if record else make.make_organization()
    key = record.slug if record else "新"
    line = f"{key},{title},{organization.slug},,,,,,{status}"
    import_file(client, f"{import_pages.HEADER}\n{line}\n")


@deed("import modes")
def _(client):
    import_file(client, "slug,name,definition,position\n新,新,,1\n", Mode)
    return Mode.objects.exists()


@deed("import a new draft")
def _(client):
    import_case(client)
    return list(Case.objects.values_list("status", flat=True)) == ["draft"]


@deed("import a new published record")
def _(client):
    import_case(client, status="published")
    return Case.objects.exists()


@deed("import a change of a draft")
def _(client):
    case = make.make_case(status="draft")
    import_case(client, case)
    return row_of(case) == ("新题", "draft")


@deed("import a change of a published record")
def _(client):
    case = make.make_case()
    import_case(client, case, "published")
    return row_of(case) == ("新题", "published")


@deed("publish by import")
def _(client):
    case = make.make_case(status="draft")
    import_case(client, case, "published", case.title)
    return row_of(case) == ("城市大脑", "published")


@deed("withdraw by import")
def _(client):
    case = make.make_case()
    import_case(client, case, "draft", case.title)
    return row_of(case) == ("城市大脑", "draft")


def upload_note(client):
    file = SimpleUploadedFile("云-190912.md", "正文\n".encode())
    response = client.post(reverse("admin:research_note_upload"), {"notes": [file]})
    seen = response.context and response.context.get("seen")
    if seen:
        client.post(reverse("admin:research_note_upload"), {"seen": seen})


@deed("upload a note")
def _(client):
    upload_note(client)
    return list(Note.objects.values_list("status", flat=True)) == ["draft"]


@deed("upload a change of a published note")
def _(client):
    note = make.make_note("云-190912", slug="云-190912", body="旧文")
    upload_note(client)
    return now(note).body == "正文"


def undo(client, status):
    """Whether the imported case is gone again."""
    import_case(superuser(), status=status)
    client.post(reverse("admin:research_batch_undo", args=[Batch.objects.get().pk]))
    return not Case.objects.exists()


@deed("undo an import of drafts")
def _(client):
    return undo(client, "draft")


@deed("undo an import of published records")
def _(client):
    return undo(client, "published")


# --- reading -----------------------------------------------------------------------------------------------


@deed("export")
def _(client):
    case = make.make_case(status="draft")
    response = client.post(url(Case, "export"), {"format": "0"})
    return response.status_code == 200 and case.slug in response.getvalue().decode()


@deed("export all tables")
def _(client):
    return client.get(reverse("admin:data_package")).status_code == 200


@deed("read the history")
def _(client):
    return client.get(url(Case, "history", make.make_case().pk)).status_code == 200


@deed("preview a text")
def _(client):
    source = make.make_source("秘密", key="geheim", status="draft")
    response = client.post(reverse("admin:markdown_preview"), {"text": f"[@{source.key}]"})
    return "秘密" in response.content.decode()


# --- accounts ----------------------------------------------------------------------------------------------


def post_account(client, user, **changes):
    """The account's form as a superuser's page has it, with the changes; None takes a value away."""
    address = reverse("admin:auth_user_change", args=[user.pk])
    form = superuser().get(address).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if name not in ("password", "last_login")}
    joined = data.pop("date_joined")
    data |= {"date_joined_0": joined.strftime("%Y-%m-%d"), "date_joined_1": joined.strftime("%H:%M:%S")}
    data |= changes
    client.post(address, {name: value for name, value in data.items() if value})
    user = User.objects.filter(pk=user.pk).first()
    return user


@deed("add an account")
def _(client):
    data = {"username": "neu", "usable_password": "true", "password1": "Geheim-12", "password2": "Geheim-12"}
    client.post(reverse("admin:auth_user_add"), data)
    return User.objects.filter(username="neu").exists()


@deed("put an account into a group")
def _(client):
    group = Group.objects.get(name="editor")
    user = post_account(client, make.make_user("staff"), groups=[group.pk])
    return user.groups.filter(pk=group.pk).exists()


@deed("make a superuser")
def _(client):
    return bool(post_account(client, make.make_user("staff"), is_superuser="on").is_superuser)


def a_right():
    """One that none of the groups has."""
    return Permission.objects.get(codename="delete_session")


@deed("give what one lacks")
def _(client):
    user = post_account(client, make.make_user("staff"), user_permissions=[a_right().pk])
    own = Group.objects.create(name="mighty")
    own.permissions.add(a_right())
    post_account(client, user, groups=[own.pk])
    return bool(User.objects.get(pk=user.pk).has_perm("sessions.delete_session"))


@deed("give a group what one lacks")
def _(client):
    group = Group.objects.get(name="viewer")
    data = {"name": group.name, "permissions": [a_right().pk]}
    client.post(reverse("admin:auth_group_change", args=[group.pk]), data)
    return group.permissions.filter(codename="delete_session").exists()


@deed("change a superuser")
def _(client):
    chief = make.make_user("admin", username="chief")
    return post_account(client, chief, first_name="Neu").first_name == "Neu"


@deed("change a superuser's password")
def _(client):
    chief = make.make_user("admin", username="chief")
    data = {"usable_password": "true", "password1": "Geheim-12", "password2": "Geheim-12"}
    client.post(reverse("admin:auth_user_password_change", args=[chief.pk]), data)
    return User.objects.get(username="chief").check_password("Geheim-12")


@deed("delete a superuser")
def _(client):
    chief = make.make_user("admin", username="chief")
    client.post(reverse("admin:auth_user_delete", args=[chief.pk]), {"post": "yes"})
    data = {"action": "delete_selected", "_selected_action": [chief.pk], "post": "yes"}
    client.post(reverse("admin:auth_user_changelist"), data)
    return not User.objects.filter(username="chief").exists()
