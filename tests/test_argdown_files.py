"""`export_argdown`, `import_argdown`, and the admin's pages for the same."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from research import actions, argdown_files, batches, importing
from research.models import Argument, Batch, Case, Finding, Revision, Thesis
from research.plans import WRITTEN
from research.rows import ArgumentRows, ThesisRows
from research.sheets import read_file
from research.text_files import TextsPlan
from tests import factories as make
from tests.argdown_boards import NASTY
from tests.conftest import FIXTURES, Outcome

pytestmark = pytest.mark.django_db

HAND = """[平台胜过产品]: 平台胜过产品。 #模式
  + <伙伴更多>: 伙伴更多。 {cases: [云]}
  - 产品更好。
    - <驳>: 未必。
"""


def everything() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    return list(ThesisRows().rows()), list(ArgumentRows().rows())


def written() -> str:
    return "".join(argdown_files.written(ThesisRows().rows()))


def planned(text: str, name: str = "a.argdown") -> TextsPlan:
    return argdown_files.plan_files([(name, text.encode())])


def put(text: str) -> TextsPlan:
    found = planned(text)
    assert found.plan.problems == [], "\n".join(map(str, found.plan.problems))
    batches.apply(found.plan, by=None, via="test")
    return found


def states(text: str) -> list[tuple[str, str]]:
    return [(row.key, row.state.value) for row in planned(text).plan.rows()]


def delete_boards() -> None:
    for model in (Argument, Thesis):
        actions.delete(model.objects.all(), by=None, via="test")


@pytest.fixture
def run(command: Callable[..., Outcome], tmp_path: Path) -> Callable[..., Outcome]:
    """Import this text, with these options."""

    def run(text: str | bytes, *options: str) -> Outcome:
        file = tmp_path / "a.argdown"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return command("import_argdown", file, "--language", "en", *options)

    return run


class TestThereAndBack:
    def test_an_export_changes_nothing(self, seed, command, tmp_path):
        file = tmp_path / "out.argdown"
        outcome = command("export_argdown", file, "--language", "en")
        assert outcome.out == [f"{file}: {Thesis.objects.count()} theses"]
        again = command("import_argdown", file, "--apply", "--language", "en")
        assert again.out[-3:] == [
            "theses: 0 new, 0 changed, 20 same, 0 invalid",
            "arguments: 0 new, 0 changed, 74 same, 0 invalid",
            "Written: 0 rows.",
        ]

    def test_it_makes_the_same_boards_where_there_are_none(self, seed):
        before, text = everything(), written()
        delete_boards()
        put(text)
        assert everything() == before
        assert written() == text

    def test_whatever_is_in_the_texts(self):
        cases = [make.make_case(slug=f"案例-{place}") for place in range(3)]
        finding = make.make_finding(slug="指标-1")
        for place, piece in enumerate(filter(str.strip, NASTY)):
            thesis = make.make_thesis(piece, body=f"{piece}\n\n{piece}", tags=["云", "a b"], status="draft")
            for stance in ("supports", "opposes"):
                make.make_argument(piece, thesis=thesis, stance=stance, body=piece, cases=cases[: place % 4])
            make.make_argument(
                f"又{piece}", thesis=thesis, findings=[finding], position=place, status="review"
            )
        before, text = everything(), written()
        assert {state for _key, state in states(text)} == {"same"}
        delete_boards()
        put(text)
        assert everything() == before

    def test_what_was_emptied_since_is_put_back_and_the_other_way_round(self):
        thesis = make.make_thesis(body="", tags=[])
        argument = make.make_argument(thesis=thesis, body="文", cases=[make.make_case()])
        text = written()
        thesis.body, argument.body = "新文", ""
        actions.save(thesis, by=None, via="test")
        actions.save(argument, by=None, via="test")
        put(text)
        thesis.refresh_from_db()
        argument.refresh_from_db()
        assert (thesis.body, argument.body) == ("", "文")

    def test_an_import_can_be_undone(self, seed, command):
        text = written()
        delete_boards()
        put(text)
        assert command("undo_import", Batch.objects.latest("id").pk).code == 0
        assert (Thesis.objects.count(), Argument.objects.count()) == (0, 0)

    def test_only_what_is_public_goes_to_the_public(self, command, tmp_path):
        thesis = make.make_thesis("可见。")
        hidden = make.make_case(slug="绝密", status="draft")
        make.make_argument("可见。", thesis=thesis, cases=[hidden, make.make_case(slug="可见案例")])
        make.make_argument("绝密。", thesis=thesis, status="draft")
        make.make_thesis("绝密。", status="review")
        command("export_argdown", tmp_path / "a", "--public")
        text = (tmp_path / "a").read_text(encoding="utf-8")
        assert "绝密" not in text
        assert 'cases: ["可见案例"]' in text
        command("export_argdown", tmp_path / "b")
        assert (tmp_path / "b").read_text(encoding="utf-8").count("绝密。") == 2

    def test_it_is_printed_too(self, command):
        make.make_thesis("论。", slug="论")
        assert command("export_argdown", "-").out[0] == "[论]: 论。 {"

    def test_a_folder_that_is_not_there_is_said(self, command, tmp_path):
        outcome = command("export_argdown", tmp_path / "no" / "a.argdown")
        assert (outcome.code, len(outcome.err)) == (2, 1)


class TestByHand:
    def test_a_dry_run_says_what_would_become_of_each_line(self, run):
        make.make_case(slug="云")
        outcome = run(HAND)
        assert outcome.code == 0
        assert outcome.out == [
            "a.argdown",
            "  line 1, thesis, new: 平台胜过产品。",
            "  line 2, argument, new: 伙伴更多。",
            "  line 3, argument, new: 产品更好。",
            "  line 4 is left out: an argument about an argument: “产品更好。”",
            "theses: 1 new, 0 changed, 0 same, 0 invalid",
            "arguments: 2 new, 0 changed, 0 same, 0 invalid",
            "A dry run: nothing was written. Add --apply to write.",
        ]
        assert not Thesis.objects.exists()

    def test_then_it_is_written_as_drafts(self, run):
        case = make.make_case(slug="云")
        assert run(HAND, "--apply").out[-1] == "Written: 3 rows."
        thesis = Thesis.objects.get()
        assert (thesis.slug, thesis.statement, thesis.status) == ("平台胜过产品", "平台胜过产品。", "draft")
        assert list(thesis.tags.names()) == ["模式"]
        found = Argument.objects.order_by("position")
        assert list(found.values_list("slug", "stance", "claim", "status")) == [
            ("平台胜过产品-伙伴更多", "supports", "伙伴更多。", "draft"),
            ("平台胜过产品-产品更好", "opposes", "产品更好。", "draft"),
        ]
        assert list(found[0].cases.all()) == [case]
        assert set(Revision.objects.values_list("via", flat=True)) == {"test", "command"}

    def test_a_second_time_nothing_is_new(self):
        make.make_case(slug="云")
        put(HAND)
        assert {state for _key, state in states(HAND)} == {"same"}

    def test_what_the_file_does_not_say_stays(self):
        thesis = make.make_thesis("平台胜过产品。", slug="平台胜过产品", body="正文", tags=["甲"])
        argument = make.make_argument("伙伴更多。", thesis=thesis, body="文", position=7)
        put("[平台胜过产品]\n  + 伙伴更多。\n")
        assert Argument.objects.count() == 1
        assert ThesisRows().row(Thesis.objects.get())["body"] == "正文"
        argument.refresh_from_db()
        assert (argument.body, argument.position, argument.status) == ("文", 7, "published")

    def test_the_other_side_is_a_change(self):
        argument = make.make_argument("据。", slug="甲-据", thesis=make.make_thesis("论。", slug="甲"))
        found = put("[甲]: 论。\n  - <据>: 据。\n")
        assert [row.changed_columns for row in found.plan.rows() if row.key == "甲-据"] == [["stance"]]
        argument.refresh_from_db()
        assert argument.stance == "opposes"

    def test_titles_that_are_common_do_not_meet_those_of_other_boards(self):
        put("[甲]: 论\n  + <A1>: 据\n\n[乙]: 又论\n  + <B>: 据\n")
        put("[丙]: 三论\n  + <A1>: 别的据\n")
        assert set(Argument.objects.values_list("slug", flat=True)) == {"甲-A1", "乙-B", "丙-A1"}

    def test_gb18030_is_read(self, run):
        assert run("[甲]: 论。\n".encode("gb18030"), "--apply").code == 0
        assert Thesis.objects.get().statement == "论。"


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[甲]: 论\n  + <乙>: 据 {cases: [无此]}", "a.argdown, line 2: cases: "),
            ("[甲]: 论\n  + <乙>: 据 {status: 公开}", "a.argdown, line 2: status: "),
            ("[甲]: 论\n  + <乙>: 据 {position: 一}", "a.argdown, line 2: position: "),
            ("[甲]: 论 {slug: 甲/乙}", "a.argdown, line 1: slug: “甲/乙” is no slug"),
            ("[……]: 论", "a.argdown, line 1: slug: "),
            ("[甲]: 论\n\n[乙]: 又论 {slug: 甲}", "a.argdown, line 3: slug: “甲” stands already in line 1."),
            ("[甲]: " + "长" * 501, "a.argdown, line 1: statement: "),
            ("[甲]: 论 {body: 未完", "a.argdown, line 1: { is not closed"),
            ('[甲]: 新论\n{statement: "旧  论"}', "a.argdown, line 1: statement: the data has other"),
            ('[甲]: 论\n  + <乙>: 据 {claim: "旧\\n据"}', "a.argdown, line 2: claim: the data has other"),
            ("没有论点的话", "a.argdown: There is no thesis in it"),
            ("", "a.argdown: The file holds no text."),
            (b"\xff\xff\x00", "a.argdown: This is not a text in UTF-8 or GB18030."),
        ],
        ids=[
            "case",
            "status",
            "position",
            "slug",
            "no slug",
            "twice",
            "long",
            "open",
            "other words of a thesis",
            "other words of a claim",
            "none",
            "empty",
            "bytes",
        ],
    )
    def test_file_line_and_what_to_do_are_said_and_nothing_is_written(self, run, text, said):
        outcome = run(text, "--apply")
        assert outcome.code == 2
        assert outcome.err[0].startswith(said)
        assert outcome.err[-1] == "1 problems. Nothing was written."
        assert not Thesis.objects.exists()

    def test_a_file_that_is_not_there(self, command, tmp_path):
        outcome = command("import_argdown", tmp_path / "no.argdown", "--language", "en")
        assert (outcome.code, outcome.err[-1]) == (2, "Nothing was written.")

    def test_what_the_data_cannot_say_is_named(self, run):
        out = run("[甲]: 论 {color: red}\n  + <乙>: 据 #标签\n").out
        assert any(line.startswith("  line 1 is left out: “color” in the data") for line in out)
        assert any(line.startswith("  line 2 is left out: the tags of an argument") for line in out)


class TestInTheAdmin:
    @pytest.fixture(autouse=True)
    def own_folder(self, tmp_path, monkeypatch):
        monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))

    def upload(self, client, *files):
        sent = [SimpleUploadedFile(name, text.encode()) for name, text in files]
        return client.post(reverse("admin:research_thesis_argdown"), {"boards": sent})

    def test_preview_then_confirm(self, admin_client):
        make.make_case(slug="云")
        response = self.upload(admin_client, ("甲.argdown", HAND))
        assert response.context["counts"]["new"] == 3
        assert "产品更好。" in response.content.decode()
        assert not Thesis.objects.exists()
        admin_client.post(
            reverse("admin:research_thesis_argdown"), {"seen": response.context["seen"]}, follow=True
        )
        assert (Thesis.objects.count(), Argument.objects.count()) == (1, 2)
        assert Batch.objects.get().files == "甲.argdown"

    def test_what_is_wrong_cannot_be_confirmed(self, admin_client):
        response = self.upload(admin_client, ("甲.argdown", "[甲]: 论 {body: 未完"))
        assert response.context["seen"] == ""
        assert len(response.context["problems"]) == 1

    def test_another_page_s_upload_is_refused(self, admin_client):
        note = SimpleUploadedFile("云-190912.md", "正文\n".encode())
        seen = admin_client.post(reverse("admin:research_note_upload"), {"notes": [note]}).context["seen"]
        admin_client.post(reverse("admin:research_thesis_argdown"), {"seen": seen}, follow=True)
        assert not Batch.objects.exists()

    def test_the_list_leads_to_it_and_tables_are_imported_as_before(self, admin_client):
        page = admin_client.get(reverse("admin:research_thesis_changelist")).content.decode()
        assert reverse("admin:research_thesis_argdown") in page
        assert "import_file" in admin_client.get(reverse("admin:research_thesis_import")).content.decode()
        assert "import_file" in admin_client.get(reverse("admin:research_note_import")).content.decode()

    def test_export(self, admin_client):
        argument = make.make_argument("据。", thesis=make.make_thesis("论。", slug="甲", status="draft"))
        url = reverse("admin:research_thesis_export")
        choices = dict(admin_client.get(url).context["form"].fields["format"].choices)
        number = next(value for value, title in choices.items() if title == "Argdown")
        response = admin_client.post(url, {"format": number})
        assert response["Content-Disposition"] == 'attachment; filename="theses.argdown"'
        text = response.getvalue().decode()
        assert text == written()
        assert f"<{argument.slug}>: 据。" in text


def test_a_table_and_argdown_are_one_thing(seed):
    """The rows of the CSV files and those of the Argdown files are planned to the same records."""
    plan = importing.plan([read_file(FIXTURES / f"{table}.csv") for table in ("theses", "arguments")])
    assert not plan.count(*WRITTEN)
    assert {state for _key, state in states(written())} == {"same"}
    assert Case.objects.exists()
    assert Finding.objects.exists()
