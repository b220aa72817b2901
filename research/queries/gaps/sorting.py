"""What is not sorted yet: cases without a mode or an industry, theses with one side."""

from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research.models import Argument, Case, Stance, Thesis
from research.queries.gaps.base import Gap, Kind, Scope
from research.queries.gaps.narrowing import for_its_readers, records


class CaseWithoutMode(Kind):
    name, tables = "case_without_mode", frozenset({"cases"})
    label = gettext_lazy("cases without a mode")
    advice = gettext_lazy("Choose its mode; without one it stands in no row of a comparison.")
    task = gettext_lazy("Choose a mode: %(record)s")

    def found(self, scope: Scope) -> QuerySet[Any]:
        return records(Case, scope).filter(mode=None)

    def gap(self, found: Any) -> Gap:
        return Gap(self, found, sentence=_("It has no mode."))


class CaseWithoutIndustry(Kind):
    name, tables = "case_without_industry", frozenset({"cases"})
    label = gettext_lazy("cases without an industry")
    advice = gettext_lazy("Choose its industries.")
    task = gettext_lazy("Choose industries: %(record)s")

    def found(self, scope: Scope) -> QuerySet[Any]:
        return records(Case, scope).filter(industries=None)

    def gap(self, found: Any) -> Gap:
        return Gap(self, found, sentence=_("It has no industry."))


class OneSidedThesis(Kind):
    """A thesis that nothing speaks for, or nothing against, of what its readers see."""

    name, tables = "one_sided_thesis", frozenset({"theses"})
    label = gettext_lazy("theses with one side only")
    advice = gettext_lazy("Look for what speaks for the other side, and enter it as an argument.")
    task = gettext_lazy("Look for the other side: %(record)s")

    def found(self, scope: Scope) -> QuerySet[Any]:
        sides = {}
        for name, stance in (("supported", Stance.SUPPORTS), ("opposed", Stance.OPPOSES)):
            of_side = {"thesis": OuterRef("pk"), "stance": stance}
            shown = Argument.objects.public().filter(**of_side).order_by()
            sides[name] = for_its_readers(Thesis, shown, Argument.objects.filter(**of_side).order_by())
        found = records(Thesis, scope).annotate(**sides)
        return found.filter(Q(supported=False) | Q(opposed=False))

    def gap(self, found: Any) -> Gap:
        if found.supported:
            return Gap(self, found, sentence=_("Nothing speaks against it."))
        if found.opposed:
            return Gap(self, found, sentence=_("Nothing speaks for it."))
        return Gap(self, found, sentence=_("Nothing speaks for or against it."))
