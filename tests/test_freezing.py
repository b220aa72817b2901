"""A comparison is frozen in the write that publishes it, whichever path that takes; and only then."""

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from research import actions, batches, exporting, freezing, importing, sheets
from research.models import Batch, Comparison, ComparisonVersion, Draft, Revision, VersionFile
from research.rows import TABLES
from tests import factories as make
from tests.admin.pages import open_form, url
from tests.frozen import addresses, last, make_world, numbers
from tests.public.changed import edit, keep_aside
from tests.public.urls import body

pytestmark = pytest.mark.django_db


def data_of(version):
    return json.loads(VersionFile.objects.get(version=version, name="data.json").content)


def content(version, name="page", language="zh-hans"):
    return VersionFile.objects.get(version=version, name=name, language=language).content.decode()


class TestEveryPath:
    """Each publishes a draft, or a change, of the world's comparison."""

    @pytest.fixture
    def draft(self):
        return make_world(status="draft").comparison

    def test_a_draft_has_none(self, draft):
        assert numbers(draft) == []

    def test_saving(self):
        world = make_world()
        version = last(world.comparison)
        assert (version.number, version.slug, version.title, version.via) == (1, "two", "阿里与腾讯", "test")

    def test_a_step_of_review_whose_note_stays_with_the_team(self, client, draft):
        reviewer = make.make_user("reviewer")
        actions.publish([draft], by=reviewer, via="review", note="geprüft")
        version = last(draft)
        assert (version.via, version.by, version.author) == ("review", reviewer, reviewer.username)
        assert version.note == ""
        for address in (*addresses(version), reverse("versions", args=[draft.slug])):
            assert "geprüft" not in body(client.get(address)), address

    def test_the_form(self, client, draft):
        client.force_login(make.make_user("reviewer"))
        data = open_form(client, draft, title="表单里的", _publish="1")
        assert client.post(url(Comparison, "change", draft.pk), data).status_code == 302
        assert (last(draft).title, last(draft).via) == ("表单里的", "form")

    def test_an_action_on_many(self, client, draft):
        other = make.make_comparison("另一个", status="draft")
        client.force_login(make.make_user("reviewer"))
        chosen = {"action": "publish", "_selected_action": [draft.pk, other.pk]}
        client.post(url(Comparison, "changelist"), chosen)
        assert numbers(draft) == numbers(other) == [1]

    def test_an_import_with_what_comes_after_it(self, tmp_path):
        """The thesis stands in a table that is written after the comparison's."""
        world = make_world()
        exporting.export_folder(tmp_path)
        self.forget_all()
        plan = importing.plan(sheets.read_file(file) for file in sheets.find_files([tmp_path]))
        batches.apply(plan, by=None, via="import")
        comparison = Comparison.objects.get(slug=world.comparison.slug)
        tables = data_of(last(comparison))["tables"]
        assert [row["slug"] for row in tables["theses"]] == ["wins"]
        assert len(tables["cases"]) == len(tables["findings"]) == 8

    @staticmethod
    def forget_all():
        """As on another machine."""
        ComparisonVersion.objects.all().delete()
        for table in reversed(TABLES):
            model = TABLES[table].model
            order = [one for one in model.objects.all() if table != "sources"]
            actions.delete(order, by=None, via="test")
        actions.delete(TABLES["sources"].model.objects.all(), by=None, via="test")

    def test_the_command(self, draft, tmp_path):
        row = {**TABLES["comparisons"]().row(draft), "status": "published"}
        file = tmp_path / "comparisons.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            exporting.write_csv(out, TABLES["comparisons"].columns, [row])
        call_command("import_csv", str(file), "--apply", verbosity=0)
        assert (numbers(draft), last(draft).via) == ([1], "command")

    def test_publishing_a_newer_draft(self):
        comparison = make_world().comparison
        keep_aside(comparison, title="新稿")
        assert numbers(comparison) == [1], "what is kept aside is not public yet"
        comparison.refresh_from_db()
        actions.publish([comparison], by=None, via="test")
        assert (numbers(comparison), last(comparison).title) == ([1, 2], "新稿")
        assert not Draft.objects.exists()

    def test_restoring(self):
        comparison = make_world().comparison
        edit(comparison, title="第二题")
        edit(comparison, status="draft")
        first = Revision.objects.of(comparison).get(version=1)
        actions.write([actions.restoring(first, public=True)], by=None, via="restore")
        assert (numbers(comparison), last(comparison).title) == ([1, 2, 3], "阿里与腾讯")

    def test_undoing_what_withdrew_it(self, tmp_path):
        comparison = make_world().comparison
        row = {**TABLES["comparisons"]().row(comparison), "status": "draft"}
        file = tmp_path / "comparisons.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            exporting.write_csv(out, TABLES["comparisons"].columns, [row])
        call_command("import_csv", str(file), "--apply", verbosity=0)
        edit(make.make_case(organization=comparison.organizations.first()), title="新的")
        batches.undo(Batch.objects.latest("pk"), by=None)
        assert numbers(comparison) == [1, 2]

    def test_where_freezing_fails_nothing_is_published(self, draft, monkeypatch):
        def fail(*args):
            raise OSError("disk full")

        monkeypatch.setattr(freezing, "files_of", fail)
        with pytest.raises(OSError, match="full"):
            actions.publish([draft], by=None, via="test")
        draft.refresh_from_db()
        assert (draft.status, numbers(draft)) == ("draft", [])


class TestWhenThereIsNone:
    def test_where_readers_would_see_the_same(self):
        comparison = make_world().comparison
        actions.withdraw([comparison], by=None, via="test")
        actions.publish([comparison], by=None, via="test")
        assert numbers(comparison) == [1]

    def test_where_only_a_case_has_changed(self):
        world = make_world()
        edit(world.cases[0], title="改过")
        assert numbers(world.comparison) == [1]

    def test_where_a_newer_draft_is_kept_or_discarded(self):
        world = make_world()
        edit(world.cases[0], title="改过")
        keep_aside(world.comparison, title="新稿")
        actions.discard([world.comparison], by=None, via="test")
        assert numbers(world.comparison) == [1]

    def test_where_the_part_that_published_was_taken_back(self):
        comparison = make_world(status="draft").comparison
        with actions.one_write(by=None, via="test"):
            try:
                with actions.one_write(by=None, via="test"):
                    actions.publish([comparison], by=None, via="test")
                    raise LookupError
            except LookupError:
                pass
        comparison.refresh_from_db()
        assert (comparison.status, numbers(comparison)) == ("draft", [])


class TestByHand:
    def test_freezes_what_changed_since(self):
        world = make_world()
        edit(world.cases[0], title="改过")
        version: Any = actions.freeze(world.comparison, by=None, via="form", note="新案例")
        assert (version.number, version.note) == (2, "新案例")
        assert "改过" in content(version)
        assert actions.freeze(world.comparison, by=None, via="form") is None

    def test_not_by_who_may_not_publish(self):
        world = make_world()
        with pytest.raises(actions.NotAllowed):
            actions.freeze(world.comparison, by=make.make_user("editor"), via="form")

    def test_not_what_is_hidden_or_gone(self):
        comparison = make_world().comparison
        actions.withdraw([comparison], by=None, via="test")
        with pytest.raises(actions.Meanwhile):
            actions.freeze(comparison, by=None, via="form")
        actions.delete([comparison], by=None, via="test")
        with pytest.raises(actions.Meanwhile):
            actions.freeze(comparison, by=None, via="form")

    def test_the_command_freezes_what_has_none_yet(self, capsys):
        comparison = make_world().comparison
        ComparisonVersion.objects.all().delete()  # as it is after an upgrade
        assert actions.lacks_versions()
        call_command("freeze_comparisons")
        assert numbers(comparison) == [1]
        assert "two v1" in capsys.readouterr().out
        call_command("freeze_comparisons")
        assert numbers(comparison) == [1]


class TestNumbers:
    def test_an_address_is_given_once(self):
        """A second comparison under a key that was given up goes on counting."""
        first = make_world().comparison
        edit(first, slug="renamed")
        second = make.make_comparison("第二个", slug="two")
        assert numbers(first) == [1, 2]
        assert numbers(second) == [2]
        edit(second, title="第二个，改过")
        found = ComparisonVersion.objects.order_by("pk").values_list("slug", "number")
        assert list(found) == [("two", 1), ("renamed", 2), ("two", 2), ("two", 3)]

    def test_versions_outlive_their_comparison_and_go_on_with_it(self):
        comparison = make_world().comparison
        actions.delete([comparison], by=None, via="test")
        assert ComparisonVersion.objects.count() == 1
        deletion = Revision.objects.at("comparisons", comparison.pk)[0]
        actions.write([actions.restoring(deletion, public=True)], by=None, via="restore")
        again = Comparison.objects.get(slug="two")
        assert numbers(again) == [1], "it says the same"


class TestData:
    def test_holds_all_rows_and_is_read_elsewhere(self, tmp_path):
        world = make_world()
        found = data_of(last(world.comparison))
        assert {table: len(rows) for table, rows in found["tables"].items()} == {
            **{"organizations": 2, "modes": 2, "industries": 2, "sources": 2, "cases": 8, "criteria": 2},
            **{"findings": 8, "comparisons": 1, "theses": 1, "arguments": 2, "events": 0},
        }
        TestEveryPath.forget_all()
        for table, rows in found["tables"].items():
            with (tmp_path / f"{table}.csv").open("w", encoding="utf-8", newline="") as out:
                exporting.write_csv(out, TABLES[table].columns, rows)
        call_command("import_csv", str(tmp_path), "--apply", verbosity=0)
        again = data_of(last(Comparison.objects.get(slug="two")))
        assert again["tables"] == found["tables"]
        assert (again["cells"], again["digest"]) == (found["cells"], found["digest"])

    def test_has_what_arguments_rest_on_elsewhere(self):
        """Otherwise its rows would name what is not there."""
        world = make_world()
        other = make.make_organization("华为", slug="hw")
        case = make.make_case("别家的", slug="other", organization=other)
        make.make_argument("旁证。", thesis=make.make_thesis(), cases=[world.cases[0], case])
        found = data_of(actions.freeze(world.comparison, by=None, via="test"))
        assert "other" in [row["slug"] for row in found["tables"]["cases"]]
        assert "hw" in [row["slug"] for row in found["tables"]["organizations"]]
        assert not [cell for cell in found["cells"] if cell["organization"] == "hw"]

    def test_has_the_theses_that_its_page_has(self):
        """Also one that is argued from a finding of another criterion than its own."""
        world = make_world()
        beside = make.make_finding(organization=world.organizations[0], slug="beside")
        make.make_argument("旁证。", thesis=make.make_thesis(slug="other"), findings=[beside])
        found = data_of(actions.freeze(world.comparison, by=None, via="test"))
        assert [row["slug"] for row in found["tables"]["theses"]] == ["other", "wins"]
        assert not [cell for cell in found["cells"] if "beside" in str(cell)]

    def test_has_nothing_that_is_hidden(self):
        world = make_world()
        secret = make.make_source("绝密来源", key="secret", status="draft")
        hidden: Any = {"organization": world.organizations[0], "status": "draft"}
        case = make.make_case("绝密案例", body=f"[@{secret.key}]", **hidden)
        make.make_finding("绝密值", criterion=world.criteria[1], **hidden)
        make.make_argument("绝密论据", cases=[case], status="draft")
        argument = make.make_argument("可见论据", cases=[world.cases[0], case])
        edit(world.cases[0], body="[@secret]")
        version: Any = actions.freeze(world.comparison, by=None, via="test")
        for file in version.files.all():
            assert "绝密" not in file.content.decode(), file
        row = next(row for row in data_of(version)["tables"]["arguments"] if row["slug"] == argument.slug)
        assert row["cases"] == world.cases[0].slug
        cell = next(cell for cell in data_of(version)["cells"] if cell["line"] == "modes/platform")
        assert cell["readings"][0]["sources"] == []


def test_a_page_lists_so_many_cases_and_the_table_has_all(monkeypatch):
    world = make_world()
    monkeypatch.setattr(freezing.layout, "MOST_ON_PAGE", 10)
    monkeypatch.setattr(freezing.layout, "MOST", 3)
    with make.together():
        for place in range(30):
            make.make_case(f"又一个{place}号", organization=world.organizations[0], mode=world.cases[0].mode)
    version: Any = actions.freeze(world.comparison, by=None, via="test")
    page = content(version)
    assert page.count("又一个") < 3
    assert page.count('<a href="table.csv">另有 29 条') == 1
    assert '<p class="count">32</p>' in page
    assert all(content(version, "table.csv").count(f"又一个{place}号") for place in range(30))


def test_freezing_takes_a_fixed_number_of_queries():
    world = make_world()

    def taken(number):
        with make.together():
            for place in range(number):
                organization = world.organizations[place % 2]
                make.make_case(organization=organization, body="[@idc] [[ali]]", tags=["云"])
                make.make_finding(f"{place}", organization=organization, criterion=world.criteria[0])
        with CaptureQueriesContext(connection) as queries:
            assert actions.freeze(world.comparison, by=None, via="test")
        return len(queries)

    assert taken(20) == taken(300) < 160
