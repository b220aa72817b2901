"""`manage.py list_gaps`: a gap a line, for a person or a cron job."""

from typing import Any

import pytest

from research.models import Todo
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(db):
    common: dict[str, Any] = {"mode": make.make_mode(), "industries": [make.make_industry()]}
    make.make_case("城市大脑", slug="a", body="待补充", **common)
    make.make_case("乙", slug="b", status="draft", **common)


def names(outcome):
    return [line.partition("\t")[0] for line in outcome.out]


def test_each_gap_is_a_line(command, cases):
    outcome = command("list_gaps")
    assert names(outcome) == ["placeholder cases/a 待补充", "uncited_case cases/a", "uncited_case cases/b"]
    assert (outcome.code, outcome.err) == (0, [])
    assert "城市大脑" in outcome.out[0]


def test_only_some(command, cases):
    assert names(command("list_gaps", "--kind", "placeholder")) == ["placeholder cases/a 待补充"]
    assert names(command("list_gaps", "--public", "--kind", "uncited_case")) == ["uncited_case cases/a"]


def test_to_dos_of_them(command, cases):
    outcome = command("list_gaps", "--kind", "uncited_case", "--todo")
    assert (outcome.code, len(outcome.err)) == (0, 1)
    assert sorted(Todo.objects.values_list("gap", flat=True)) == [
        "uncited_case cases/a",
        "uncited_case cases/b",
    ]
    command("list_gaps", "--kind", "uncited_case", "--todo")
    assert Todo.objects.count() == 2


def test_nothing_missing(command, db):
    assert (command("list_gaps").out, command("list_gaps").code) == ([], 0)


def test_an_unknown_kind_is_refused(command, db):
    with pytest.raises(Exception, match="invalid choice"):
        command("list_gaps", "--kind", "nothing")
