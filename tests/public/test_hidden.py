"""What is not published appears nowhere: every public address is tried, and found by itself."""

import pytest
from django.urls import reverse

from research import actions, search
from research.models import Publishable
from tests import factories as make
from tests.public.changed import edit, publish_entry
from tests.public.urls import (
    BIBLIOGRAPHIES,
    DETAIL,
    ENDINGS,
    FIGURES,
    TABLES,
    argdown_urls,
    body,
    card_urls,
    cell_url,
    detail_urls,
    difference_url,
    every_url,
    figure_urls,
    file_urls,
    keyed_names,
    reference_urls,
    table_urls,
)

SECRET = "绝密记号"
WORDS = ("可见", "甲", "绝", SECRET[:2])

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["draft", "review"])
def world(request):
    """A hidden record of every table, published ones beside them, every relation from seen to hidden."""
    hidden_status = request.param

    def hide(maker, field, **values):
        return maker(
            **{field: f"{SECRET}{field}"}, tags=[SECRET], body=SECRET, status=hidden_status, **values
        )

    organization = make.make_organization(
        SECRET, slug=f"{SECRET}-org", summary=SECRET, tags=[SECRET], status=hidden_status
    )
    shown_organization = make.make_organization("甲公司", slug="甲")
    mode, industry = make.make_mode(), make.make_industry()
    criterion = make.make_criterion()
    note = hide(make.make_note, "title", slug=f"{SECRET}-note")
    thesis = hide(make.make_thesis, "statement", slug=f"{SECRET}-thesis")
    source = hide(make.make_source, "title", key=f"{SECRET}-key")
    common = {"organization": shown_organization}
    case = hide(make.make_case, "title", slug=f"{SECRET}-case", mode=mode, industries=[industry], **common)
    finding = make.make_finding(
        SECRET, slug=f"{SECRET}-finding", criterion=criterion, body=SECRET, status=hidden_status, **common
    )
    argument = make.make_argument(
        SECRET,
        slug=f"{SECRET}-argument",
        thesis=make.make_thesis("可见论点"),
        body=SECRET,
        status=hidden_status,
    )
    event = hide(make.make_event, "title", slug=f"{SECRET}-event", organizations=[shown_organization])
    todo = make.make_todo(SECRET, slug=f"{SECRET}-todo", body=SECRET, due="2026-01-09", status=hidden_status)
    entry = make.make_changelog_entry(SECRET, slug=f"{SECRET}-entry", summary=SECRET, status=hidden_status)
    comparison = make.make_comparison(
        SECRET,
        slug=f"{SECRET}-comparison",
        organizations=[shown_organization],
        intro=SECRET,
        status=hidden_status,
    )
    # Published, but resting on a parent that is not: hidden too.
    orphans = [
        make.make_case(SECRET, slug=f"{SECRET}-orphan-case", organization=organization, tags=[SECRET]),
        make.make_finding(
            SECRET, slug=f"{SECRET}-orphan-finding", organization=organization, criterion=criterion
        ),
        make.make_argument(SECRET, slug=f"{SECRET}-orphan-argument", thesis=thesis),
    ]
    make.make_source(SECRET, key="hidden", status=hidden_status)
    citing = [
        make.make_note("可见札记", body="[@hidden]"),
        make.make_case("可见引文", body="[@hidden]"),
        make.make_comparison("可见并列", slug="并列", intro="[@hidden]", organizations=[shown_organization]),
    ]
    # Published, and pointing to what is not.
    seen = [
        *citing,
        make.make_event("可见事件", organizations=[organization, shown_organization]),
        make.make_argument("可见论据", cases=[case, orphans[0]], findings=[finding, orphans[1]]),
        make.make_comparison(
            "可见对照", slug="可见", organizations=[organization, shown_organization], criteria=[criterion]
        ),
        make.make_todo("可见待办", note=note, due="2026-01-09"),
        make.make_changelog_entry("可见更新", note=note),
        make.make_case("可见案例", mode=mode, industries=[industry], **common),
    ]
    # An entry that names what may be seen, and one beside it that is hidden.
    told = publish_entry(*seen, shown_organization, criterion)
    untold = publish_entry(*seen, slug=f"{SECRET}-untold", kind=SECRET, status=hidden_status)
    # Hidden, and pointing to what is published by link and citation.
    shown_source = make.make_source("可见来源", key="shown")
    make.make_file(source, SECRET, name=f"{SECRET}.txt", shared=True)
    make.make_file(shown_source, SECRET, name=f"{SECRET}.txt", note=SECRET)
    make.make_file(shown_source, "可见文本", name="可见.txt", shared=True, note=SECRET)
    quoting = make.make_note(SECRET, slug=f"{SECRET}-quoting", body="[[甲]] [@shown]", status=hidden_status)
    hidden = [
        organization,
        note,
        thesis,
        source,
        case,
        finding,
        argument,
        event,
        todo,
        entry,
        comparison,
        quoting,
    ]
    return {
        "hidden": [*hidden, *orphans, untold],
        "seen": [*seen, told, shown_organization, criterion, shown_source],
        "told": told,
        "named": [*seen, shown_organization, criterion],
        "untold": untold,
    }


def test_a_hidden_record_is_on_no_public_page(client, world):
    for url in every_url(world["seen"], WORDS):
        response = client.get(url)
        assert response.status_code == 200, url
        shown = body(response).replace(f"q={SECRET[:2]}", "")
        assert SECRET not in shown, url


def test_a_hidden_related_record_is_in_no_difference(client, world):
    """Of the records named every one is new; then each is written again, with all its relations."""
    records = world["named"]
    for url in [difference_url(world["told"], record) for record in records]:
        assert SECRET not in body(client.get(url)), url
    for record in records:
        name = "name" if hasattr(record, "name") else record.title_fields[0]
        edit(record, **{name: "新的"})
    again = publish_entry(*records)
    for url in [difference_url(again, record) for record in records]:
        response = client.get(url)
        assert response.status_code == 200, url
        assert SECRET not in body(response), url


def test_its_own_address_answers_404(client, world):
    urls = detail_urls(*world["hidden"]) + reference_urls(*world["hidden"]) + table_urls(*world["hidden"])
    urls += argdown_urls(*world["hidden"]) + card_urls(*world["hidden"])
    urls += [*file_urls(*world["hidden"], shared=True), *file_urls(*world["seen"], shared=False)]
    assert len([url for url in urls if "/files/" in url]) == 2
    assert figure_urls(*world["hidden"])
    urls += figure_urls(*world["hidden"])
    urls += [difference_url(world["told"], record) for record in world["hidden"]]
    urls += [difference_url(world["untold"], record) for record in world["named"]]
    urls += [
        cell_url(record, "?row=-&column=甲") for record in world["hidden"] if record.table == "comparisons"
    ]
    for url in urls:
        assert client.get(url).status_code == 404, url


def test_its_tag_answers_404(client, world):
    assert client.get(reverse("tag", args=[SECRET])).status_code == 404


def test_asking_a_list_for_a_hidden_record_finds_nothing(client, world):
    """Otherwise a guess could be confirmed."""
    assert client.get(reverse("todos_json"), {"note": f"{SECRET}-note"}).getvalue() == b"[]\n"
    assert client.get(reverse("timeline_json"), {"organization": f"{SECRET}-org"}).getvalue() == b"[]\n"


def test_asking_a_comparison_for_a_hidden_organization_adds_none(client, world):
    url = reverse("comparison", args=["可见"])
    for query in ({"organization": f"{SECRET}-org"}, {"add": f"{SECRET}-org"}, {"add": "绝密记号"}):
        response = client.get(url, query)
        assert response.status_code == 200  # not sent on to a view with it
        shown = response.context["matrix"].witnesses
        assert [witness.organization.slug for witness in shown] == ["甲"]


def test_no_count_knows_of_it(client, world):
    groups = {group.table: group.count for group in search.find(SECRET)}
    assert groups == {}
    matrix = client.get(reverse("comparison", args=["可见"])).context["matrix"]
    assert [witness.organization.slug for witness in matrix.witnesses] == ["甲"]
    assert (matrix.case_count, matrix.finding_count) == (1, 0)
    assert sum(row.total for row in matrix.count_rows) == 1
    assert [len(view.supports) + len(view.opposes) for view in matrix.theses] == []


def test_publishing_it_shows_it(client, world):
    """The test above can fail: the same records, once published, are found."""
    records = [record for record in world["hidden"] if isinstance(record, Publishable)]
    for record in records:
        record.refresh_from_db()
    actions.publish(records, by=None, via="test")
    files = [*table_urls(*records), *argdown_urls(*records), *file_urls(*records, shared=True)]
    for url in [*detail_urls(*records), *files]:
        assert SECRET in body(client.get(url)), url
    assert {group.table for group in search.find(SECRET)} >= {"cases", "notes", "findings", "arguments"}


def test_every_page_of_a_record_is_tried():
    """A new address with a key must be added to DETAIL, or a hidden record would not be tried there."""
    files = {f"{name}_{ending}" for name in BIBLIOGRAPHIES.values() for ending in ENDINGS}
    others = {"tag", "changelog_difference", "source_file", "comparison_cell", "comparison_card"}
    others |= {"thesis_argdown", "my_calendar"}  # the last: test_calendar.py
    assert set(keyed_names()) == {*DETAIL.values(), *files, *TABLES, *others, *FIGURES}
