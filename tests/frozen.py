"""A comparison with something of everything, and what its versions hold, for the tests of versions."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from research.models import Case, Comparison, ComparisonVersion, Criterion, Finding, Organization, Publishable
from research.queries import versions
from research.rows import MODELS, TABLES
from tests import factories as make
from tests.public.changed import edit

FILES = (
    "",
    "table.csv",
    "data.json",
    "style.css",
    "embed/",
    "embed/?figure=modes",
    "embed/?figure=industries",
)


@dataclass
class World:
    organizations: list[Organization]
    criteria: list[Criterion]
    cases: list[Case]
    findings: list[Finding]
    comparison: Comparison


def make_world(**values: Any) -> World:
    """Two organizations, two modes, two industries, two criteria: eight cases, eight findings."""
    organizations = [
        make.make_organization("阿里巴巴", slug="ali"),
        make.make_organization("腾讯", slug="tx"),
    ]
    modes = [make.make_mode("赋能平台", slug="platform"), make.make_mode("连接器", slug="link")]
    industries = [make.make_industry("金融", slug="bank"), make.make_industry("医疗", slug="health")]
    criteria = [
        make.make_criterion("客户", slug="customers", group="规模", value_kind="number", unit="家"),
        make.make_criterion("定位", slug="position", group="战略"),
    ]
    sources = [make.make_source(f"报告{name}", key=name) for name in ("idc", "report")]
    cases, findings = [], []
    for place, organization in enumerate(organizations):
        for number in range(4):
            cases.append(
                make.make_case(
                    f"{organization}案例{number}",
                    slug=f"{organization.slug}-case-{number}",
                    organization=organization,
                    mode=modes[number % 2] if number < 3 else None,
                    industries=industries[: number % 3],
                    period=str(2010 + number),
                    body=f"正文 [@{sources[number % 2].key}, p. {number}]" if number else "",
                )
            )
            findings.append(
                make.make_finding(
                    str(1000 * number + place) if number % 2 else f"说法{number}",
                    slug=f"{organization.slug}-finding-{number}",
                    organization=organization,
                    criterion=criteria[0] if number % 2 else criteria[1],
                    as_of=str(2015 + number) if number else "",
                    body=f"[@{sources[0].key}]" if number > 1 else "",
                )
            )
    thesis = make.make_thesis("阿里赢过腾讯。", slug="wins")
    make.make_argument("客户更多。", slug="more", thesis=thesis, findings=[findings[1]], body="[@idc]")
    make.make_argument("产品更好。", slug="better", thesis=thesis, stance="opposes", cases=[cases[4]])
    own = {"slug": "two", "organizations": organizations, "criteria": criteria, "intro": "见 [@idc]。"}
    comparison = make.make_comparison("阿里与腾讯", **{**own, **values})
    return World(organizations, criteria, cases, findings, comparison)


@contextmanager
def without_files() -> Iterator[None]:
    """Versions made inside have no files: for lists of hundreds of comparisons, where nobody opens one."""

    def freeze(comparison: Comparison, *, by: Any, via: str, note: str) -> ComparisonVersion:
        values = {"slug": comparison.slug, "title": comparison.title, "digest": "0" * 64}
        number = versions.next_number(comparison)
        more = {"number": number, "at": timezone.now(), "via": via, "note": note, "by": by}
        return ComparisonVersion.objects.create(comparison_id=comparison.pk, **values, **more)

    with patch("research.actions.versions._freeze", freeze):
        yield


def last(comparison: Any) -> ComparisonVersion:
    found = ComparisonVersion.objects.filter(comparison_id=comparison.pk).order_by("-number").first()
    assert found is not None
    return found


def numbers(comparison: Any) -> list[int]:
    found = ComparisonVersion.objects.filter(comparison_id=comparison.pk).order_by("number")
    return list(found.values_list("number", flat=True))


def addresses(version: ComparisonVersion) -> list[str]:
    """Every address of the version's own files, in both languages."""
    with override("zh-hans"):
        at = version.get_absolute_url()
    return [f"{prefix}{at}{name}" for prefix in ("", "/en") for name in FILES]


def fetched(client: Client, version: ComparisonVersion) -> dict[str, tuple[bytes, str, str]]:
    """By address what is sent: bytes, type and ETag."""
    found = {}
    for address in addresses(version):
        response = client.get(address)
        assert response.status_code == 200, address
        found[address] = (response.content, response["Content-Type"], response["ETag"])
    return found


def random_edits(chance: random.Random, number: int, keep: Comparison) -> list[str]:
    """So many writes through the actions, to records of all tables; `keep` alone stays public."""
    done = []
    tables = list(MODELS)
    for step in range(number):
        table = tables[step % len(tables)] if step < len(tables) else chance.choice(tables)
        record = chance.choice(list(MODELS[table].objects.order_by("pk")) or [make.MAKERS[table]()])
        name = chance.choice([record.title_fields[0], *record.text_fields])
        if name == "value":
            name = "body"
        values: dict[str, Any] = {name: f"改{step}：{chance.randint(0, 10**9)}"}
        if isinstance(record, Publishable) and record != keep and chance.random() < 0.2:
            values = {"status": chance.choice(["draft", "published"])}
        elif "tags" in TABLES[table].relations() and chance.random() < 0.2:
            values = {"tags": [f"标签{step}"]}
        edit(record, **values)
        done.append(table)
    return done
