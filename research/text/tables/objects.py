"""JSON as a table: a list of flat objects, one a row."""

import json
import re
from typing import Any

from django.utils.translation import gettext as _

from research.text.tables.table import MOST_ROWS, Table, TableError, too_many_rows

SURROGATE = re.compile("[\ud800-\udfff]")


class Pairs(list[tuple[str, Any]]):
    """An object as written: a name that stands twice is still there."""


class NotANumber(str):
    """NaN or Infinity, which JSON does not have but Python reads."""


def read_json(text: str, table: Table) -> None:
    if text.count("{") > MOST_ROWS:
        raise too_many_rows()  # before they take their memory
    try:
        # Numbers stay as they are written: 45.50 is not 45.5.
        objects = json.loads(
            text, object_pairs_hook=Pairs, parse_int=str, parse_float=str, parse_constant=NotANumber
        )
    except json.JSONDecodeError as error:
        message = _("Not readable as JSON in line %(line)s: %(error)s.")
        raise TableError(message % {"line": error.lineno, "error": error.msg}) from None
    except RecursionError:
        raise TableError(_("The JSON is nested too deeply; it must be a list of flat objects.")) from None
    if isinstance(objects, Pairs) or not isinstance(objects, list):
        raise TableError(_("The file must be a list of objects, one for each row."))
    rows = [pairs(value, number) for number, value in enumerate(objects, start=2)]
    header = list(dict.fromkeys(name for row in rows for name in row))
    table.add(1, header)
    for number, row in enumerate(rows, start=2):
        # A name that the object lacks shows as a cell too few.
        table.add(number, [cell(row[name], number, name) for name in header if name in row])


def pairs(value: Any, number: int) -> dict[str, Any]:
    if not isinstance(value, Pairs):
        raise TableError(_("The file must be a list of objects, one for each row."), number)
    row = dict(value)
    if len(row) < len(value):
        names = [name for name, _value in value]
        twice = next(name for name in names if names.count(name) > 1)
        raise TableError(_("The name stands twice in the object."), number, twice)
    return row


def cell(value: Any, number: int, column: str) -> str:
    if isinstance(value, list) and not isinstance(value, Pairs):
        if any(isinstance(part, list) for part in value):
            raise TableError(_("A list within a list does not fit into a cell."), number, column)
        return "; ".join(cell(part, number, column) for part in value)
    if isinstance(value, Pairs):
        raise TableError(_("An object does not fit into a cell; write text or a number."), number, column)
    if isinstance(value, NotANumber):
        raise TableError(_("%s is not a value; write a number, or null.") % value, number, column)
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if SURROGATE.search(value):
        raise TableError(
            _("Half of a surrogate pair is not a character; write the text again."), number, column
        )
    return str(value)
