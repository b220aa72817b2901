"""Findings of one criterion of numbers as points of a chart, and as rows of the table beside it."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from research.charts.figures import Cell, Row
from research.charts.lines import Point, Series
from research.models import Finding
from research.queries.comparison import Witness
from research.text import numbers

MYRIADS = ("百", "千", "万", "亿")


def series(witness: Witness, look: int, findings: Sequence[Finding]) -> Series:
    """The witness's line, `look` being its place among the compared; `findings` have the newest last.

    Its numbers without a date stand in the table only.
    """
    dated = [one for one in findings if one.as_of]
    return Series(
        witness.siglum,
        witness.organization.name,
        witness.colour,
        tuple(map(point, dated)),
        dated[-1].display_value() if dated else "",
        look,
    )


def point(finding: Finding) -> Point:
    said = f"{finding.organization} · {finding.display_as_of()}: {finding.display_value()}"
    number, bound = exact(finding)
    return Point(number, finding.as_of_earliest, finding.as_of_latest, bound, said)


def exact(finding: Finding) -> tuple[Decimal, str]:
    """Its number and bound from the text: SQLite keeps but 15 digits of the number.

    A value from before its criterion was one of numbers has a number and no bound.
    """
    try:
        quantity = numbers.parse_quantity(finding.value)
    except ValueError:
        return finding.number or Decimal(0), ""
    return quantity.number, quantity.bound


def writer(unit: str) -> Callable[[Decimal], str]:
    """How a number is said on the axis: as short as it stays exact, with a unit that is one sign."""
    language = get_language() or "zh-hans"

    def write(number: Decimal) -> str:
        if unit.startswith(MYRIADS):
            return f"{number:,f}"
        sign = unit if unit in ("%", "‰", "°") else ""
        return numbers.describe_quantity(f"{number:f}", sign, language)

    return write


def columns(unit: str) -> tuple[str, ...]:
    value = _("value")
    return _("organization"), _("as of"), f"{value} ({unit})" if unit else value


def row(finding: Finding) -> Row:
    organization = finding.organization
    as_of = Cell(finding.display_as_of(), data=finding.as_of)
    return Row(
        (
            Cell(organization.name, organization.get_absolute_url()),
            as_of if finding.as_of else Cell(_("no date"), missing=True, data=""),
            Cell(finding.display_value(), finding.get_absolute_url(), is_number=True, data=finding.value),
        ),
        finding,
    )


def caption(findings: Sequence[Finding]) -> str:
    """What the marks mean, and how many findings have no place on the axis."""
    undated = sum(not one.as_of for one in findings)
    said = _("Bars reach from the first to the last day that a date can mean; arrows say more or less than.")
    if not undated:
        return said
    words = ngettext(
        "%(number)s finding without a date stands in the table only.",
        "%(number)s findings without a date stand in the table only.",
        undated,
    )
    return f"{said} {words % {'number': undated}}"
