"""/comparisons/<slug>/: organizations side by side."""

from django.http import HttpRequest, HttpResponse

from research.models import Comparison
from research.queries.comparison import Matrix
from research.views import figures
from research.views.pages import detail, public_or_404


def comparison(request: HttpRequest, slug: str) -> HttpResponse:
    record = public_or_404(Comparison.objects.all(), slug)
    matrix = Matrix(record)
    context = {"industries": figures.by_industry(matrix), "legend": figures.legend(matrix)}
    return detail(request, "comparison", record, apparatus=matrix.apparatus, matrix=matrix, **context)
