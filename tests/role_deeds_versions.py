"""Deeds with the frozen versions of comparisons, for `test_roles`."""

from django.urls import reverse

from research.models import ComparisonVersion
from tests import factories as make
from tests.public.changed import edit
from tests.role_deeds import deed


def a_comparison():
    return make.make_comparison("对照", organizations=[make.make_organization()])


@deed("read a frozen version")
def _(client):
    version = a_comparison().versions.get()
    return client.get(version.get_absolute_url()).status_code == 200


@deed("freeze a comparison")
def _(client):
    comparison = a_comparison()
    edit(comparison.organizations.get(), name="另一个名字")
    client.post(reverse("admin:research_comparison_versions", args=[comparison.pk]), {"note": "x"})
    return ComparisonVersion.objects.filter(comparison=comparison, number=2).exists()


@deed("withdraw a frozen version")
def _(client):
    version = a_comparison().versions.get()
    at = [version.comparison_id, version.number]
    client.post(reverse("admin:research_comparison_version_withdraw", args=at), {"reason": "x"})
    return client.get(version.get_absolute_url()).status_code == 410
