"""Export of all cases, against the same columns from a cursor to a CSV writer."""

import csv
import io
from pathlib import Path

from django.db import connection

from benchmarks.watch import Watch
from research import exporting
from research.rows import TABLES


def export(folder: Path, watch: Watch) -> None:
    """As a download: streamed, safe for a spreadsheet."""
    codec = TABLES["cases"]
    with watch.running():
        for _lines in exporting.spreadsheet_lines(codec.columns, codec().rows()):
            pass


DUMP = """
    SELECT c.slug, c.title, o.slug, m.slug,
        (SELECT {join}(i.slug, '; ') FROM research_case_industries ci
            JOIN research_industry i ON i.id = ci.industry_id WHERE ci.case_id = c.id),
        c.period, c.body,
        (SELECT {join}(t.name, '; ') FROM taggit_taggeditem ti
            JOIN taggit_tag t ON t.id = ti.tag_id WHERE ti.object_id = c.id),
        c.status
    FROM research_case c JOIN research_organization o ON o.id = c.organization_id
        LEFT JOIN research_mode m ON m.id = c.mode_id
    ORDER BY c.slug
"""


def dump_plainly(folder: Path, watch: Watch) -> None:
    """The floor: joined by the database, written whole."""
    join = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    with watch.running(), connection.cursor() as cursor:
        cursor.execute(DUMP.format(join=join))
        csv.writer(io.StringIO()).writerows(cursor)
