"""What the comparison's page says of its versions and of its frame."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from research.models import Comparison, ComparisonVersion
from research.views import oembed
from research.views.addresses import absolute

register = template.Library()


@register.simple_tag(takes_context=True)
def oembed_address(context: dict[str, Any], page: Any, form: str = "json") -> str:
    """Where a program asks how the page is embedded."""
    request: HttpRequest = context["request"]
    query = urlencode({"url": absolute(request, page.get_absolute_url()), "format": form})
    return absolute(request, f"{reverse('oembed')}?{query}")


@register.simple_tag(takes_context=True)
def embedding(context: dict[str, Any], page: Comparison | ComparisonVersion) -> str:
    """The frame that other pages copy."""
    request: HttpRequest = context["request"]
    if isinstance(page, ComparisonVersion):
        src = oembed.src(request, "version_embed", [page.slug, page.number])
    else:
        src = oembed.src(request, "comparison_embed", [page.slug])
    return oembed.Framed(str(page), src).html(oembed.WIDTH, oembed.HEIGHT)
