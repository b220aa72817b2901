"""A table's file is open only while it is read."""

import json
from pathlib import Path

import pytest

from research.text.tables import TableError, open_table
from tests.table_files import as_xlsx

DESCRIPTORS = Path("/proc/self/fd")


@pytest.mark.skipif(not DESCRIPTORS.exists(), reason="which files are open stands in /proc, which Linux has")
class TestOpenFiles:
    def is_open(self, file):
        return any(link.exists() and link.samefile(file) for link in DESCRIPTORS.iterdir())

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("wide.csv", b"a," * 2000 + b"\n1\n"),
            ("quote.csv", b'a,b\n1,2\n3,"4\n'),
            ("wide.json", json.dumps([{f"c{place}": "" for place in range(2000)}]).encode()),
            ("wide.xlsx", as_xlsx([["a"] * 2000])),
        ],
    )
    def test_a_refused_file_is_closed(self, tmp_path, name, data):
        file = tmp_path / name
        file.write_bytes(data)
        with pytest.raises(TableError) as refused:
            list(open_table(file, name).rows)
        assert not self.is_open(file), refused  # which holds on to all that was at work

    def test_one_that_is_left_half_read_is_closed_with_its_table(self, tmp_path):
        file = tmp_path / "a.csv"
        file.write_bytes(b"a\n1\n2\n")
        table = open_table(file, "a.csv")
        assert next(table.rows) == (2, ["1"])
        assert self.is_open(file)
        table.close()
        assert not self.is_open(file)
