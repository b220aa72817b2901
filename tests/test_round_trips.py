"""A table that is downloaded, opened elsewhere, saved there and imported again changes nothing."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import models, transaction

from research import exporting, importing, sheets
from research.models.dates import EdtfField
from research.plans import State
from research.rows import MODELS, TABLES
from tests import factories as make
from tests.table_files import as_csv, as_saved_xlsx, rows_in, rows_of

VALUES = [
    *("=1+1", "+1", "-1+1", "-5", "@SUM(A1)", "＝1", '="9787111558422"', "=1\n=2", "- 一\n- 二", "-1.20"),
    *("'text", "''two", "'=x", "'", '"quoted"', '他说“云”, "cloud"', 'a"b', "\\", 'a\\"b', "a|b;c,d\te"),
    *("阿；里，云、", "一\n\n二\n", "😀 𠮷𪚥", "e\u0301", "\u200b零宽", "_x000D_", "_x0041_", "sep=;"),
    *(
        "长" * 32_000,
        "a" * 32_000,
        "#N/A",
        "－１",
        "‘引’",
        "\u2028行",
        "null",
        "TODO: x",
        "<b>&amp;</b>",
        "a  b",
    ),
]
# What a spreadsheet takes for a number or a date, unless its column is read as text.
NUMBERS = [
    *("000123", "0001", "1e5", "1E5", "1.50", "1,000", "1234567890123456789", "9787111558422"),
    *("TRUE", "true", "1/2", "3-4", "2019/9/12", "12:30", "Jan 5", "50%", "￥5", "１２", "0x1F", "NaN"),
]
# What LibreOffice writes anew where it takes a column as it comes; Excel does so with dates, too.
ANEW = {
    *{("000123", "123"), ("0001", "1"), ("1e5", "100000"), ("1E5", "100000"), ("1.50", "1.5")},
    *{("1,000", "1000"), ("1234567890123456789", "1.23456789012346E+018")},
}
KEYS = ["000123", "1e5", "TRUE", "3-4", "-x", "--6", "-5", "0", "2019-09", "阿里云", "𠮷", "_", "1E400"]
DATES = ["197X", "2000~", "2018?", "19XX%", "2018-21", "../2015-04", "2015-04/..", "2015/2016", "2019-09-12"]
DAY = date(2019, 9, 12)
TAGS = ["2B", "=1", "+x", "云", "'x", "000", "腾讯 云", "@", "1e5"]
ADDRESS = "https://a.example/?a=1,2;b='三'&c=%20"


def texts(table: str) -> Iterator[Any]:
    """The fields of a table that take any text."""
    for name in TABLES[table].columns:
        field: Any = MODELS[table]._meta.get_field(name)
        special = field.choices or name in ("slug", "key", "unit")
        special = special or isinstance(field, EdtfField | models.URLField)
        if isinstance(field, models.CharField | models.TextField) and not special:
            yield field


def values_of(table: str, text: str) -> dict[str, Any]:
    return {field.name: text if fits(field, text) else "短" for field in texts(table)}


def fits(field: Any, text: str) -> bool:
    return len(text) <= (field.max_length or len(text))


def write_records(values: list[str]) -> None:
    """One record of each table for each value, in all of its texts; and relations by every kind of key."""
    keys = [*KEYS, *(f"k{number}" for number in range(len(values)))]
    person = make.make_user(username="+liu@a.example")
    with make.together():
        for number, text in enumerate(values):
            when, key = DATES[number % len(DATES)], keys[number]
            own = {table: {"slug": key, **values_of(table, text)} for table in TABLES}
            organization = make.make_organization(**own["organizations"], tags=TAGS, website=ADDRESS)
            mode = make.make_mode(**own["modes"], position=number)
            industries = [make.make_industry(**own["industries"]), make.make_industry()]
            own["sources"]["key"] = own["sources"].pop("slug").lstrip("-")
            addresses = {"url": ADDRESS, "archived_url": ADDRESS}
            make.make_source(**own["sources"], **addresses, issued=when, accessed=DAY, tags=TAGS)
            note = make.make_note(**own["notes"], date=DAY, tags=TAGS)
            case = make.make_case(
                **own["cases"], organization=organization, mode=mode, industries=industries, period=when
            )
            criterion = make.make_criterion(**own["criteria"])
            about: dict[str, Any] = {"organization": organization, "as_of": when}
            finding = make.make_finding(**own["findings"], criterion=criterion, **about)
            counted = make.make_criterion(value_kind="number", unit="家", name=text[:100], slug=f"n{key}")
            make.make_finding(f"约-{number}.5万", criterion=counted, **about)
            make.make_comparison(
                **own["comparisons"], organizations=[organization], criteria=[counted, criterion]
            )
            thesis = make.make_thesis(**own["theses"], tags=TAGS)
            make.make_argument(**own["arguments"], thesis=thesis, cases=[case], findings=[finding])
            make.make_event(**own["events"], date=when, organizations=[organization], tags=TAGS)
            make.make_todo(**own["todos"], due=DAY, state="done", note=note, assignee=person, status="draft")
            make.make_changelog_entry(**own["changelog"], note=note)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Path]:
    """The folder with the tables as a person downloads them; the records are there as long."""
    folder: Path = tmp_path_factory.mktemp("downloads")
    with django_db_blocker.unblock(), transaction.atomic():
        write_records([*VALUES, *NUMBERS])
        for table, codec in TABLES.items():
            lines = exporting.spreadsheet_lines(codec.columns, codec().rows())
            content = "".join(lines)
            (folder / f"{table}.csv").write_text(content, encoding="utf-8", newline="")
        yield folder
        transaction.set_rollback(True)


def assert_nothing_changes(file: Path) -> None:
    plan = importing.plan([sheets.read_file(file)])
    assert [str(problem)[:500] for problem in plan.problems] == []
    assert plan.tables[0].count() == {State.SAME: MODELS[file.stem].objects.count()}


def with_semicolons(text: str) -> bytes:
    """As a spreadsheet on Windows saves it where the comma is a decimal point."""
    return as_csv(rows_in(text), delimiter=";").replace("\n", "\r\n").encode()


SAVED: dict[str, Callable[[str], bytes]] = {
    "as it is.csv": lambda text: text.encode("utf-8-sig"),
    "UTF-8 without a mark.csv": lambda text: text.encode(),
    "UTF-16.csv": lambda text: text.encode("utf-16"),
    "GB18030.csv": lambda text: text.encode("gb18030"),
    "semicolons, CRLF.csv": with_semicolons,
    "tabs.txt": lambda text: as_csv(rows_in(text), delimiter="\t").encode(),
    "tags as people type them.csv": lambda text: text.replace("; 腾讯 云", "，腾讯  云、2B；云;").encode(),
    "workbook.xlsx": lambda text: as_saved_xlsx(rows_in(text)),
}


@pytest.mark.django_db
@pytest.mark.parametrize("form", SAVED)
@pytest.mark.parametrize("table", TABLES)
def test_a_download_saved_in_any_form_changes_nothing(
    world: Path, tmp_path: Path, table: str, form: str
) -> None:
    file = tmp_path / f"{table}.{form.rpartition('.')[2]}"
    file.write_bytes(SAVED[form]((world / f"{table}.csv").read_bytes().decode("utf-8-sig")))
    assert_nothing_changes(file)


SOFFICE = shutil.which("soffice")
AS_TEXT = "/".join(f"{column}/2" for column in range(1, 31))
SEMICOLONS_IN_GB18030 = "csv:Text - txt - csv (StarCalc):59,34,85,1,,0,false,true,false"


class Spreadsheet:
    """LibreOffice, with a profile of its own, started once for all tables."""

    def __init__(self, files: Path, folder: Path) -> None:
        self.files, self.folder = sorted(files.glob("*.csv")), folder

    def saved(self, columns: str, target: str) -> Path:
        """The folder with the tables opened as UTF-8 with these columns' types, and saved as `target`."""
        found = self.folder / f"{columns[:3]}-{target[:3]}".replace("/", "-")
        if not found.exists():
            profile = f"-env:UserInstallation={(self.folder / 'profile').as_uri()}"
            options = ["--headless", f"--infilter=CSV:44,34,76,1,{columns},0,false,false"]
            output = ["--convert-to", target, "--outdir", str(found)]
            command = ["soffice", profile, *options, *output, *map(str, self.files)]
            subprocess.run(command, check=True, capture_output=True, timeout=300)
        return found


@pytest.fixture(scope="module")
def spreadsheet(world: Path, tmp_path_factory: Any) -> Spreadsheet:
    return Spreadsheet(world, tmp_path_factory.mktemp("spreadsheet"))


@pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice (`soffice`) on this machine")
@pytest.mark.django_db
class TestSpreadsheet:
    @pytest.mark.parametrize(
        "target", ["xlsx", SEMICOLONS_IN_GB18030], ids=["xlsx", "GB18030 with semicolons"]
    )
    @pytest.mark.parametrize("table", TABLES)
    def test_columns_read_as_text_change_nothing(
        self, spreadsheet: Spreadsheet, table: str, target: str
    ) -> None:
        assert_nothing_changes(spreadsheet.saved(AS_TEXT, target) / f"{table}.{target.partition(':')[0]}")

    @pytest.mark.parametrize("table", TABLES)
    def test_opened_without_care_only_long_or_unusual_numbers_are_written_anew(
        self, world: Path, spreadsheet: Spreadsheet, table: str
    ) -> None:
        file = spreadsheet.saved("", SEMICOLONS_IN_GB18030) / f"{table}.csv"
        saved = rows_in(file.read_bytes().decode("gb18030"), delimiter=";")
        cells = zip(rows_of(world / file.name), saved, strict=True)
        changed = {
            (old, new)
            for old_row, new_row in cells
            for old, new in zip(old_row, new_row, strict=True)
            if old != new
        }
        assert changed == ANEW
