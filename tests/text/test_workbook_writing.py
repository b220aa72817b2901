"""A table written as a workbook reads back as it was, or is refused."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from research.text.tables.writing import Unfit, write_xlsx
from tests.table_files import as_xlsx, read_table

CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"])) | st.text("_x0041=1'\t\n 云😀")


def written(rows: list[list[str]]) -> bytes:
    file = io.BytesIO()
    write_xlsx(file, "notes", ["slug", "body"], rows)
    return file.getvalue()


@given(st.lists(CELLS, min_size=1, max_size=5))
@example(["_x0041_", "_x005F_x0041_", "_x000D_", "_xD83D_", " a ", "\n", "#N/A"])
def test_any_text_comes_back(cells: list[str]) -> None:
    rows = [
        [f"k{number}", cell.replace("\ufffe", "").replace("\uffff", "")] for number, cell in enumerate(cells)
    ]
    assert [row for _number, row in read_table(written(rows), "notes.xlsx").rows] == rows


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1f", "\r", "\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_refused(character: str) -> None:
    with pytest.raises(Unfit, match=f"“k”.* body.*U\\+{ord(character):04X}"):
        written([["k", f"a{character}b"]])


@pytest.mark.parametrize(
    ("cell", "shown"),
    [("a_x0041_b", "aAb"), ("_x005F_x0041_", "_x0041_"), ("_xD83D_", "_xD83D_"), ("_x1_", "_x1_")],
)
def test_characters_that_a_spreadsheet_program_escapes_are_read(cell: str, shown: str) -> None:
    assert read_table(as_xlsx([["slug"], [cell]]), "notes.xlsx").rows == [(2, [shown])]
