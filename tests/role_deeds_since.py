"""More deeds for `test_roles`: what was written, deleted and said before."""

from django.contrib.auth.models import Permission, User
from django.urls import reverse

from research import actions
from research.models import Case, ChangelogEntry, Comment, Notice, NoticeKind, Todo
from tests import factories as make
from tests.admin.pages import change_url, url
from tests.public.changed import edit, publish_entry
from tests.public.urls import difference_url
from tests.role_deeds import deed, now, row_of, superuser

SECRET = "密不外传"


def the_user(client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def blind(client, model=Case):
    """The client, whose groups lose all rights on the table."""
    if "_auth_user_id" in client.session:
        lost = Permission.objects.filter(codename__endswith=f"_{model._meta.model_name}")
        for group in the_user(client).groups.all():
            group.permissions.remove(*lost)
    return client


def shows_secret(response) -> bool:
    return SECRET in response.content.decode()


# --- versions restored -------------------------------------------------------------------------------------


def restore(client, record, version=1):
    """The restoring page's form as a superuser's page has it."""
    address = url(type(record), "restore", record.pk, version)
    client.post(address, superuser().get(address).context["form"].initial)
    return record


def a_changed(maker=make.make_case, name="title", **values):
    record = maker("旧", **values)
    edit(record, **{name: "新"})
    return record


@deed("restore a version of a draft")
def _(client):
    return row_of(restore(client, a_changed(status="draft"))) == ("旧", "draft")


@deed("restore a published version in public")
def _(client):
    return row_of(restore(client, a_changed())) == ("旧", "published")


@deed("restore a draft's version beside what is published")
def _(client):
    case = make.make_case("旧", status="draft")
    edit(case, title="新", status="published")
    restore(client, case)
    assert row_of(case) == ("新", "published"), "what is public stays"
    return newer_title(case) == "旧"


def newer_title(case):
    form = superuser().get(change_url(case)).context["adminform"].form
    return form["title"].value()


@deed("restore what was published before it was withdrawn")
def _(client):
    case = make.make_case("旧")
    edit(case, title="新", status="draft")
    restore(client, case)
    return now(case).status == "published"


@deed("restore a version of a mode")
def _(client):
    return now(restore(client, a_changed(make.make_mode, "name"))).name == "旧"


def deleted(maker, **values):
    record = maker(**values)
    actions.delete([type(record).objects.get(pk=record.pk)], by=None, via="test")
    return record


@deed("bring back a deleted draft")
def _(client):
    return row_of(restore(client, deleted(make.make_case, status="draft"))) == ("城市大脑", "draft")


@deed("bring back a deleted published record")
def _(client):
    return now(restore(client, deleted(make.make_case))) is not None


@deed("bring a deleted published record back to the public")
def _(client):
    return row_of(restore(client, deleted(make.make_case))) == ("城市大脑", "published")


@deed("bring back a deleted mode")
def _(client):
    return now(restore(client, deleted(make.make_mode))) is not None


@deed("look at the deleted records of a table")
def _(client):
    deleted(make.make_case, title=SECRET)
    return shows_secret(client.get(reverse("admin:deleted"), {"table": "cases"}))


@deed("look at deleted records of a table one may not see")
def _(client):
    case = deleted(make.make_case, title=SECRET)
    blind(client)
    addresses = [reverse("admin:deleted"), reverse("admin:deleted") + "?table=cases"]
    addresses += [url(Case, "history", case.pk), url(Case, "restore", case.pk, 1)]
    return any(shows_secret(client.get(address, follow=True)) for address in addresses)


# --- comments, presence, notices ---------------------------------------------------------------------------


def say(client, record):
    client.post(url(type(record), "comments", record.pk), {"comment": "问"})
    return Comment.objects.exists()


def settle(client, comment, **data):
    client.post(url(Case, "comment", comment.record_id, comment.pk), data)
    comment.refresh_from_db()
    return comment.resolved_at is not None


def a_comment():
    return actions.comment(make.make_case(status="draft"), SECRET, by=make.make_user("admin"))


@deed("comment")
def _(client):
    return say(client, make.make_case(status="draft"))


@deed("comment on what one may not see")
def _(client):
    return say(blind(client), make.make_case())


@deed("resolve a comment")
def _(client):
    return settle(client, a_comment())


@deed("reopen a comment")
def _(client):
    comment = a_comment()
    actions.resolve(comment, by=make.make_user("admin"))
    return not settle(client, comment, reopen="")


@deed("resolve a comment on what one may not see")
def _(client):
    return settle(blind(client), a_comment())


def who_is_here(client):
    case = make.make_case(status="draft")
    actions.come(case, make.make_user("admin", username="chief"))
    edit(case, title="新")
    response = client.post(url(Case, "presence", case.pk), {"seen": "1"})
    return "chief" in response.content.decode()


@deed("see who has a record open")
def _(client):
    return who_is_here(client)


@deed("see who has a record open that one may not see")
def _(client):
    return who_is_here(blind(client))


@deed("learn who deleted what one may not see")
def _(client):
    case = make.make_case()
    actions.delete([case], by=make.make_user("admin", username="chief"), via="test")
    response = blind(client).post(url(Case, "presence", case.pk), {"seen": "1"})
    return "chief" in response.content.decode()


def told(client):
    """All that the pages of notices and of one's own work say, of what the person was told before."""
    if "_auth_user_id" not in client.session:
        return False
    user, chief = the_user(client), make.make_user("admin")
    case, todo = make.make_case(SECRET, status="draft", by=user), make.make_todo(SECRET, assignee=user)
    said = Comment.objects.create(table="cases", record_id=case.pk, text=SECRET, author="chief")
    for record, kind, comment in (
        (case, NoticeKind.MENTION, said),
        (case, NoticeKind.RETURNED, None),
        (todo, NoticeKind.ASSIGNED, None),
    ):
        named = {"table": record.table, "record_id": record.pk, "name": SECRET, "text": SECRET}
        Notice.objects.create(user=user, kind=kind, author=str(chief), comment=comment, **named)
    return True


def own_pages(client):
    pages = [reverse("admin:notices"), reverse("admin:my_work"), reverse("admin:index")]
    pages += [reverse("admin:notice", args=[notice.pk]) for notice in Notice.objects.all()]
    return [client.get(page, follow=True) for page in pages]


@deed("be told of records")
def _(client):
    return told(client) and any(map(shows_secret, own_pages(client)))


@deed("be told of records one may no longer see")
def _(client):
    told(client)
    blind(blind(client), Todo)
    return any(map(shows_secret, own_pages(client)))


# --- the changelog -----------------------------------------------------------------------------------------


@deed("have a changelog entry proposed")
def _(client):
    make.make_case(SECRET)
    return shows_secret(client.get(url(ChangelogEntry, "add"), {"propose": "1"}))


@deed("have hidden records proposed for the changelog")
def _(client):
    make.make_case(SECRET, status="draft")
    make.make_argument(SECRET, thesis=make.make_thesis(status="draft"))
    return shows_secret(client.get(url(ChangelogEntry, "add"), {"propose": "1"}))


@deed("read a public difference")
def _(client):
    case = a_changed()
    return client.get(difference_url(publish_entry(case), case)).status_code == 200


@deed("read the difference of what is hidden")
def _(client):
    case = a_changed()
    entry, hidden = publish_entry(case), publish_entry(case, status="draft")
    edit(case, status="draft")
    addresses = [difference_url(entry, case), difference_url(hidden, case)]
    return any(client.get(address).status_code == 200 for address in addresses)
