"""A line of tags, as Chinese and Latin keyboards write it."""

import pytest
from django.test import Client
from django.urls import reverse

from research.models import tags
from tests.factories import make_note


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("云; 金融", ["云", "金融"]),
        ("云；金融，零售、SaaS,2B\nIoT", ["2B", "IoT", "SaaS", "云", "金融", "零售"]),
        ("  腾讯 云 ;; ,，", ["腾讯 云"]),
        ("云; 云; 云 ", ["云"]),
        ("SaaS; saas", ["SaaS", "saas"]),
        ("Ａ; A", ["A", "Ａ"]),
        ("e\u0301; \u00e9", ["\u00e9"]),
        ("", []),
        (" ；， ", []),
    ],
)
def test_a_line_of_tags_is_split(line: str, names: list[str]) -> None:
    assert tags.split(line) == names


def test_names_that_are_joined_split_to_the_same(db: None) -> None:
    note = make_note(tags=["腾讯 云", "2B", "C++"])
    line = tags.join(note.tags.all())
    assert line == "2B; C++; 腾讯 云"
    assert tags.split(line) == ["2B", "C++", "腾讯 云"]


def test_tags_whose_addresses_would_be_alike_stay_apart(db: None) -> None:
    note = make_note(tags=["C", "C++", "C#", "!", "?"])
    slugs = [tag.slug for tag in note.tags.all()]
    assert len(set(slugs)) == 5


@pytest.mark.parametrize("name", ["@", "⭐", "—", "İ" * 100, "ﷺ" * 50, "云" * 100])
def test_every_tag_has_a_page(db: None, client: Client, name: str) -> None:
    note = make_note(tags=[name])
    (tag,) = note.tags.all()
    assert 0 < len(tag.slug) <= 100
    assert client.get(reverse("tag", args=[tag.slug])).status_code == 200
    assert reverse("tag", args=[tag.slug]) in client.get(note.get_absolute_url()).content.decode()


@pytest.mark.parametrize("slug", ["%00", "no-such", "x" * 3000])
def test_a_tag_that_is_not_there_answers_404(db: None, client: Client, slug: str) -> None:
    assert client.get(f"/tags/{slug}/").status_code == 404
