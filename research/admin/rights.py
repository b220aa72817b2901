"""Who may do what, beyond Django's add, change, delete and view."""

from typing import Any

from research.models import Publishable, Record


def may(user: Any, deed: str, model: type[Record]) -> bool:
    """`deed` is add, change, delete, view or publish."""
    return bool(user.has_perm(f"research.{deed}_{model._meta.model_name}"))


def may_publish(user: Any, model: type[Record]) -> bool:
    """Whoever may publish may also withdraw, and write what is public. A vocabulary has no such step."""
    return not issubclass(model, Publishable) or may(user, "publish", model)
