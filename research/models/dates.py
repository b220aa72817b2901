"""EDTF dates as model fields: the text as written, and its first and last day for sorting and filtering."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from research.text import edtf


class EdtfField(models.CharField):
    """A date with its own precision, kept as canonical EDTF (ISO 8601-2); empty where unknown."""

    description = _("EDTF date")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault(
            "help_text", _("For example 2014, 2015-04, 2018-11-26, 197X, 2000~, 2015-04/2015-06.")
        )
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not text.strip():
            return ""
        try:
            return edtf.parse(text).value
        except ValueError as error:
            raise ValidationError(str(error), code="edtf") from error


class EdtfBound(models.DateField):
    """The first (or last) day of the EDTF field `of`; follows it on every save."""

    def __init__(self, of: str, *, last: bool = False, **kwargs: Any) -> None:
        self.of, self.last = of, last
        super().__init__(null=True, editable=False, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("null"), kwargs.pop("editable")
        return name, path, [self.of, *args], {**kwargs, "last": self.last}

    def pre_save(self, model_instance: models.Model, add: bool) -> date | None:
        text = getattr(model_instance, self.of)
        span = edtf.parse(text) if text else None
        day = None if span is None else span.latest if self.last else span.earliest
        setattr(model_instance, self.attname, day)
        return day


def ordered(field: str) -> models.CheckConstraint:
    """First day not after last day, and both or neither."""
    first, last = f"{field}_earliest", f"{field}_latest"
    # Said with IS NOT NULL: a CHECK lets pass what is neither true nor false, such as NULL <= '2018-12-31'.
    given = models.Q(**{f"{first}__isnull": False, f"{last}__isnull": False, f"{first}__lte": models.F(last)})
    unknown = models.Q(**{f"{first}__isnull": True, f"{last}__isnull": True, field: ""})
    return models.CheckConstraint(condition=given | unknown, name=f"%(class)s_{field}_ordered")
