"""Users and groups: whoever keeps them can give away what they may themselves, and no more."""

from typing import Any

from django.contrib.admin import ModelAdmin, display
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

# The groups' names are codes.
ROLES = {
    "viewer": _("viewer"),
    "editor": _("editor"),
    "reviewer": _("reviewer"),
    "administrator": _("administrator"),
}


PERMISSIONS = ("permissions", "user_permissions")


def role_label(group: Group) -> Any:
    return ROLES.get(group.name, group.name)


def granted(user: Any) -> QuerySet[Permission]:
    """By a group or in person; what a superuser has without either is not among them."""
    return Permission.objects.filter(Q(group__user=user) | Q(user=user)).distinct()


def is_within(user: Any, other: Any) -> bool:
    """Whether the user may do all that the other account, or the group, may."""
    if user.is_superuser:
        return True
    if isinstance(other, User) and other.is_superuser:
        return False
    theirs = other.permissions.all() if isinstance(other, Group) else granted(other)
    return not theirs.exclude(pk__in=granted(user).values("pk")).exists()


class WithinOwnRights(ModelAdmin):
    """Who has more than oneself is out of reach: neither changed (their password neither) nor deleted."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or is_within(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or is_within(request.user, obj))

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Only what the person may pass on."""
        if not request.user.is_superuser and db_field.name == "groups":
            allowed = [group.pk for group in Group.objects.all() if is_within(request.user, group)]
            kwargs["queryset"] = Group.objects.filter(pk__in=allowed).order_by("name")
        elif not request.user.is_superuser and db_field.name in PERMISSIONS:
            own = granted(request.user).values("pk")
            kwargs["queryset"] = Permission.objects.select_related("content_type").filter(pk__in=own)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class AccountRules(WithinOwnRights):
    list_display = ("username", "email", "roles", "is_staff", "is_active")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @display(description=_("roles"))
    def roles(self, user: User) -> str:
        return ", ".join(str(role_label(group)) for group in user.groups.all())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Superusers are made by superusers."""
        found = super().get_readonly_fields(request, obj)
        return found if request.user.is_superuser else [*found, "is_superuser"]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["form_class"] = RoleField
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class RoleRules(WithinOwnRights):
    list_display = ("label", "name")

    @display(description=_("role"))
    def label(self, group: Group) -> Any:
        return role_label(group)


class RoleField(ModelMultipleChoiceField):
    def label_from_instance(self, group: Any) -> str:
        return str(role_label(group))


RULES: dict[Any, type[ModelAdmin]] = {User: AccountRules, Group: RoleRules}


def bound(model: Any, admin_class: Any) -> Any:
    """Django's own admin of accounts under these rules; it cannot be imported before there is a site."""
    return type(admin_class.__name__, (RULES[model], admin_class), {}) if model in RULES else admin_class
