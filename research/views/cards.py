"""Pictures of pages for those who show a link to them: 1200 × 630, drawn from the page's chart."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse

from research.models import Record


@dataclass(frozen=True)
class Card:
    url: str
    alt: str
    width: int = 1200
    height: int = 630


def card_of(request: HttpRequest, record: Record | None) -> Card | None:
    return None


def comparison_card(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404
