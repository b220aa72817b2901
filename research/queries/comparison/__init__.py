"""The comparison: organizations side by side, cases by two axes, findings by criterion."""

from research.queries.comparison.matrix import (
    CaseCell,
    CountRow,
    CriterionRow,
    FindingCell,
    Matrix,
    ModeRow,
)
from research.queries.comparison.theses import ThesisView, thesis_view
from research.queries.comparison.witnesses import Witness, witnesses

__all__ = [
    "CaseCell",
    "CountRow",
    "CriterionRow",
    "FindingCell",
    "Matrix",
    "ModeRow",
    "ThesisView",
    "Witness",
    "thesis_view",
    "witnesses",
]
