"""The four groups, each with what the one before may and more. Their names are codes; the admin labels them."""

from types import SimpleNamespace

from django.contrib.auth.management import create_permissions
from django.db import migrations

# With a status, and so with a step from draft to public.
PUBLISHABLE = [
    *("organization", "source", "note", "case", "finding", "comparison", "thesis", "argument", "event"),
    *("todo", "changelogentry"),
]
# Public at once (decision 0009): for reviewers to change.
VOCABULARY = ["mode", "industry", "criterion"]
# The places in a comparison, imports, and what is derived.
BESIDE = ["comparisonorganization", "comparisoncriterion", "batch", "revision", "citation", "link", "passage"]
ACCOUNTS = ["user", "group"]
WRITE = ["add", "change", "delete"]

ROLES = {
    "viewer": [("view", [*PUBLISHABLE, *VOCABULARY, *BESIDE])],
    "editor": [(deed, PUBLISHABLE) for deed in WRITE],
    "reviewer": [("publish", PUBLISHABLE), *((deed, VOCABULARY) for deed in WRITE)],
    "administrator": [(deed, ACCOUNTS) for deed in ["view", *WRITE]],
}


def make_groups(apps, schema_editor=None):
    """Safe to run again: what somebody gave a group besides stays."""
    ensure_permissions(apps)
    groups = apps.get_model("auth", "Group").objects
    permissions = apps.get_model("auth", "Permission").objects
    may = []
    for name, more in ROLES.items():
        may += [f"{deed}_{model}" for deed, models in more for model in models]
        group, _made = groups.get_or_create(name=name)
        found = permissions.filter(content_type__app_label__in=["research", "auth"], codename__in=may)
        group.permissions.add(*found)


def ensure_permissions(apps):
    """Django makes them after the last migration of all, which is too late for this one."""
    for label in ("research", "auth"):
        create_permissions(SimpleNamespace(label=label, models_module=True), verbosity=0, apps=apps)


def drop_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("research", "0005_notice_comment"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_groups, drop_groups)]
