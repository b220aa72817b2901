"""The comparison: organizations side by side, cases along two axes, findings by criterion."""

from research.queries.comparison.criteria import CriterionRow, FindingCell
from research.queries.comparison.matrix import CountRow, Matrix, ModeRow
from research.queries.comparison.options import Options
from research.queries.comparison.pivot import Pivot
from research.queries.comparison.theses import ThesisView, thesis_view
from research.queries.comparison.witnesses import Witness, witnesses

__all__ = [
    "CountRow",
    "CriterionRow",
    "FindingCell",
    "Matrix",
    "ModeRow",
    "Options",
    "Pivot",
    "ThesisView",
    "Witness",
    "thesis_view",
    "witnesses",
]
