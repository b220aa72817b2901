"""No cell of a file for a spreadsheet is run there, and every value comes back as it was."""

import csv
import io

import pytest
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from research import exporting, importing, sheets
from research.models import Note
from tests import factories as make
from tests.admin.pages import url

BODIES = ["=1+1", "+1", "-1+1", "@SUM(A1)", "＝1", "'=x", "''=x", "''", "'text", '"=1', "- 一\n- 二", "-5"]
# The tables keep neither of the two: `Record.clean` makes CR a line feed and refuses NUL.
CELLS = (st.text() | st.text(alphabet="'\"=+-@＝\n\t 01;,阿")).map(
    lambda text: text.replace("\r", "").replace("\x00", "")
)


@given(st.lists(st.tuples(CELLS, CELLS)), st.booleans())
@example([("=x", "'=x"), ("''=x", "'text"), ("''", "-5")], True)
@example([("=x", "'=x"), ("''=x", "'text"), ("''", "-5")], False)
def test_any_cell_comes_back_from_either_form(tmp_path_factory, cells, safe):
    rows = [{"slug": "一", "title": title, "body": body} for title, body in cells]
    written = exporting.spreadsheet_lines if safe else exporting.csv_lines
    text = "".join(written(["slug", "title", "body"], rows))
    file = tmp_path_factory.getbasetemp() / "notes.csv"
    file.write_text(text, encoding="utf-8", newline="")
    sheet = sheets.read_file(file)
    assert [found for _number, found in sheet.rows] == [list(row.values()) for row in rows]


@pytest.fixture
def notes(db):
    for number, body in enumerate(BODIES):
        make.make_note(slug=f"{number:02}", body=body)


def bodies(content):
    return [row["body"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]


@pytest.mark.usefixtures("notes")
class TestFiles:
    SAFE = ["'=1+1", "'+1", "'-1+1", "'@SUM(A1)", "'＝1", "''=x", "'''=x", "''", "'text", "'\"=1"]

    def test_a_public_download_runs_nothing(self, client, tmp_path):
        content = client.get(reverse("notes_csv")).getvalue()
        assert bodies(content) == [*self.SAFE, "'- 一\n- 二", "-5"]
        assert self.states(tmp_path, content) == {"same"}

    def test_an_export_from_the_admin_runs_nothing(self, admin_client, tmp_path):
        content = admin_client.post(url(Note, "export"), {"format": "0", "resource": "0"}).getvalue()
        assert bodies(content) == [*self.SAFE, "'- 一\n- 二", "-5"]
        assert self.states(tmp_path, content) == {"same"}

    def test_export_csv_writes_what_is_there(self, tmp_path):
        exporting.export_folder(tmp_path)
        content = (tmp_path / "notes.csv").read_bytes()
        assert bodies(content) == [{"'=x": "''=x", "''=x": "'''=x"}.get(body, body) for body in BODIES], (
            "only what would lose its own apostrophe when it is read has one more"
        )
        assert self.states(tmp_path, content) == {"same"}

    @staticmethod
    def states(tmp_path, content):
        file = tmp_path / "notes.csv"
        file.write_bytes(content)
        return {row.state for row in importing.plan([sheets.read_file(file)]).rows()}
