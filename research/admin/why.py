"""The optional note on why something is done, which lands in the revisions."""

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from research.models import Revision

LONGEST_WHY = Revision._meta.get_field("note").max_length or 0


class WhyActionForm(ActionForm):
    """The bar of bulk actions above a list."""

    why = forms.CharField(label=_("Why"), max_length=LONGEST_WHY, required=False)


def why_of(request: HttpRequest) -> str:
    """What was typed on the bar of actions or on a page that asks whether to delete."""
    return request.POST.get("why", "").replace("\x00", "").strip()[:LONGEST_WHY]
