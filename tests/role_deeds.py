"""What people do in each place, for `test_roles`: each deed says whether it had its effect.

What a person's own page does not offer is posted all the same, as a crafted request would be.
"""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from research import actions
from research.models import Argument, Case, Draft, Finding, Mode, Record, Revision
from tests import factories as make
from tests.admin.pages import open_form, url

Deed = Callable[[Client], bool]
DEEDS: dict[str, Deed] = {}


def deed(name: str) -> Callable[[Deed], Deed]:
    def keep(function: Deed) -> Deed:
        DEEDS[name] = function
        return function

    return keep


def superuser():
    client = Client()
    client.force_login(make.make_user("admin"))
    return client


def now(record: Record) -> Any:
    return type(record).objects.filter(pk=record.pk).first()


def row_of(record: Record) -> tuple[Any, ...]:
    """Title and status as the table has them; empty where it is gone."""
    found = now(record)
    return (str(found), getattr(found, "status", "")) if found else ()


# --- public pages ------------------------------------------------------------------------------------------


@deed("read a public page")
def _(client):
    return client.get(make.make_case().get_absolute_url()).status_code == 200


@deed("read the public CSV")
def _(client):
    case = make.make_case()
    return case.slug in client.get(reverse("cases_csv")).getvalue().decode()


@deed("read the public JSON")
def _(client):
    case = make.make_case()
    return case.slug in client.get(reverse("cases_json")).getvalue().decode()


@deed("write by the public JSON")
def _(client):
    case = make.make_case()
    for method in (client.post, client.put, client.patch, client.delete):
        method(reverse("cases_json"), {"slug": case.slug, "title": "改"})
        method(case.get_absolute_url(), {"title": "改"})
    return row_of(case) != ("城市大脑", "published") or Revision.objects.filter(via="form").exists()


# --- the form ----------------------------------------------------------------------------------------------


def post_form(client, record, **changes):
    """The form as a superuser's page has it, posted by the client."""
    return client.post(url(type(record), "change", record.pk), open_form(superuser(), record, **changes))


def post_new(client, **values):
    organization = make.make_organization()
    data = {"title": "新题", "slug": "新", "organization": organization.pk, "status": "draft", **values}
    client.post(url(Case, "add"), data)
    return list(Case.objects.values_list("status", flat=True))


@deed("add a draft by form")
def _(client):
    return post_new(client) == ["draft"]


@deed("add a published record by form")
def _(client):
    return post_new(client, _publish="x") == ["published"]


@deed("change a draft by form")
def _(client):
    case = make.make_case(status="draft")
    post_form(client, case, title="改")
    return row_of(case) == ("改", "draft")


@deed("submit by form")
def _(client):
    case = make.make_case(status="draft")
    post_form(client, case, _review="x")
    return row_of(case) == ("城市大脑", "review")


@deed("publish by form")
def _(client):
    case = make.make_case(status="review")
    post_form(client, case, status="published")
    return row_of(case) == ("城市大脑", "published")


@deed("redraft a published record by form")
def _(client):
    case = make.make_case()
    post_form(client, case, title="改", status="draft")
    assert row_of(case) == ("城市大脑", "published"), "what is public stays"
    return Draft.objects.filter(status="draft", row__title="改").exists()


@deed("change the published text by form")
def _(client):
    case = make.make_case()
    post_form(client, case, title="改", status="published")
    return row_of(case) == ("改", "published")


def redrafted(status="draft"):
    case = make.make_case()
    case.title, case.status = "改", status
    actions.write([actions.Change(case, aside=True)], by=None, via="test")
    return now(case)


@deed("publish a newer draft by form")
def _(client):
    case = redrafted()
    post_form(client, case, _publish="x")
    return row_of(case) == ("改", "published")


@deed("delete a draft by form")
def _(client):
    case = make.make_case(status="draft")
    client.post(url(Case, "delete", case.pk), {"post": "yes"})
    return now(case) is None


@deed("delete a published record by form")
def _(client):
    case = make.make_case()
    client.post(url(Case, "delete", case.pk), {"post": "yes"})
    return now(case) is None


# --- steps and bulk actions --------------------------------------------------------------------------------


def take_step(client, record, step, **more):
    data = {"step": step, "version": record.version, "note": "因为", **more}
    client.post(url(type(record), "step", record.pk), data)


def run_action(client, record, name, **more):
    data = {"action": name, "_selected_action": [record.pk], **more}
    client.post(url(type(record), "changelist"), data)


def both_ways(names: dict[str, str], step: str, maker: Callable[[], Any], after: tuple[str, str]) -> None:
    @deed(names["step"])
    def by_step(client):
        case = maker()
        take_step(client, case, step)
        return row_of(case) == after and not Draft.objects.exists()

    @deed(names["action"])
    def by_action(client):
        case = maker()
        run_action(client, case, step)
        return row_of(case) == after and not Draft.objects.exists()


def a_case(status):
    return lambda: make.make_case(status=status)


for _step, _maker, _after in (
    ("submit", a_case("draft"), "review"),
    ("publish", a_case("review"), "published"),
    ("return", a_case("review"), "draft"),
    ("withdraw", a_case("published"), "draft"),
):
    both_ways(
        {way: f"{_step} by {way}" for way in ("step", "action")},
        {"return": "give_back"}.get(_step, _step),
        _maker,
        ("城市大脑", _after),
    )
both_ways(
    {"step": "discard a newer draft by step", "action": "discard newer drafts by action"},
    *("discard", redrafted, ("城市大脑", "published")),
)


@deed("delete drafts by action")
def _(client):
    case = make.make_case(status="draft")
    run_action(client, case, "delete_selected", post="yes")
    return now(case) is None


@deed("delete published records by action")
def _(client):
    case = make.make_case()
    run_action(client, case, "delete_selected", post="yes")
    return now(case) is None


# --- inlines -----------------------------------------------------------------------------------------------


@deed("add a draft inline")
def _(client):
    thesis = make.make_thesis(status="draft")
    new = {"claim": "新论据", "stance": "supports", "position": "0", "status": "draft", "body": ""}
    rows = {f"arguments-0-{name}": value for name, value in new.items()}
    post_form(client, thesis, **rows, **{"arguments-0-slug": "", "arguments-TOTAL_FORMS": "1"})
    return list(Argument.objects.values_list("status", flat=True)) == ["draft"]


def an_argument(status):
    return make.make_argument(thesis=make.make_thesis(status="draft"), status=status)


def post_inline(client, argument, **changes):
    post_form(client, argument.thesis, **{f"arguments-0-{name}": value for name, value in changes.items()})
    return argument


@deed("publish inline")
def _(client):
    argument = post_inline(client, an_argument("draft"), status="published")
    return row_of(argument) == ("伙伴更多。", "published")


@deed("redraft a published record inline")
def _(client):
    argument = post_inline(client, an_argument("published"), status="draft", claim="改")
    assert row_of(argument) == ("伙伴更多。", "published")
    return Draft.objects.filter(row__claim="改").exists()


@deed("delete a draft inline")
def _(client):
    return now(post_inline(client, an_argument("draft"), DELETE="on")) is None


@deed("delete a published record inline")
def _(client):
    argument = an_argument("published")
    post_inline(client, argument, DELETE="on", status="draft")  # as an editor's page has it
    return now(argument) is None


@deed("change a finding inside its criterion")
def _(client):
    finding = make.make_finding(status="draft")
    post_form(client, finding.criterion, **{"findings-0-value": "改"})
    return Finding.objects.get().value == "改"


# --- vocabulary --------------------------------------------------------------------------------------------


@deed("add a mode")
def _(client):
    client.post(url(Mode, "add"), {"name": "新", "slug": "新", "position": "1", "definition": ""})
    return Mode.objects.exists()


@deed("change a mode")
def _(client):
    mode = make.make_mode()
    post_form(client, mode, name="改")
    return now(mode).name == "改"


@deed("delete a mode")
def _(client):
    mode = make.make_mode()
    client.post(url(Mode, "delete", mode.pk), {"post": "yes"})
    return now(mode) is None


@deed("change a criterion beside its findings")
def _(client):
    criterion = make.make_finding(status="draft").criterion
    post_form(client, criterion, name="改")
    return now(criterion).name == "改"
