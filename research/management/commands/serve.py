"""`make serve`: from an empty machine to a running workbench, and on later starts just the server.

The only command that creates accounts and loads `fixtures/`, each only where there is nothing yet.
"""

import errno
import hashlib
import os
import secrets
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections, transaction
from django.utils.translation import gettext as _

from research import actions, batches, importing, sheets
from research.management.base import ResearchCommand
from research.models import Revision
from research.plans import State
from research.rows import MODELS

# The demo accounts and their groups; a superuser needs none.
DEMO = {"admin": "", "reviewer": "reviewer", "editor": "editor", "editor2": "editor"}
IGNORED = ["CVS", ".*", "*~"]  # as collectstatic


class Command(ResearchCommand):
    needs_tables = False  # it makes them
    help = "Prepare what is missing (tables, fixtures/, demo accounts, static files) and serve with gunicorn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", default=8000, type=int, help="port to listen on (default: %(default)s)")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        refuse_taken_port(host, port)
        call_command("migrate", interactive=False, verbosity=0)
        if loaded := load_fixtures(settings.BASE_DIR / "fixtures"):
            self.stdout.write(_("Loaded %s records from fixtures/.") % loaded)
        if actions.lacks_sentences():
            call_command("rederive", verbosity=0)
        if actions.lacks_versions():
            call_command("freeze_comparisons", verbosity=0)
        self.accounts(os.environ.get("DEMO_PASSWORD", ""))
        collect_static()
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.stdout.write(
            _("%(site)s: http://%(address)s/") % {"site": settings.SITE_NAME, "address": address}
        )
        self.stdout.write(_("Log in at http://%s/admin/; stop with Ctrl-C.") % address)
        self.stdout.flush()
        connections.close_all()
        # In place of this process, so that signals reach the server itself.
        os.execv(sys.executable, [sys.executable, *gunicorn_arguments(address)])

    def accounts(self, wanted: str) -> None:
        """Create the demo accounts where there is none, and say how to log in."""
        password = wanted or secrets.token_urlsafe(12)
        if create_accounts(password):
            said = _("as in DEMO_PASSWORD") if wanted else _("%s (shown this once; keep it)") % password
        elif wanted and set_by(wanted):
            said = _("as in DEMO_PASSWORD")
        else:
            said = _("as printed at the first start")
        if names := ", ".join(demo_accounts().values_list("username", flat=True)):
            self.stdout.write(
                _("Accounts: %(names)s. Password: %(password)s") % {"names": names, "password": said}
            )


def refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise CommandError(f"{host}:{port}: {error.strerror}", returncode=2) from error
            taken = _("Port %(port)s is taken; stop what uses it or choose another: make serve PORT=%(next)s")
            raise CommandError(taken % {"port": port, "next": port + 1}, returncode=2) from error


@transaction.atomic
def load_fixtures(folder: Path) -> int:
    """Import the folder if there has never been a record; returns how many records there are then."""
    if Revision.objects.exists() or any(model.objects.exists() for model in MODELS.values()):
        return 0
    files = sheets.find_files([folder])
    plan = importing.plan(sheets.read_file(file) for file in files)
    if plan.problems:
        raise CommandError("\n".join(map(str, plan.problems)), returncode=2)
    batches.apply(plan, by=None, via="serve", files="; ".join(file.name for file in files))
    return plan.count(*State)


@transaction.atomic
def create_accounts(password: str) -> bool:
    """The demo accounts, if there is no account at all; whether they were created."""
    users = get_user_model().objects
    if users.exists():
        return False
    for name, group in DEMO.items():
        if group:
            user = users.create_user(name, password=password, is_staff=True)
            user.groups.add(Group.objects.get(name=group))
        else:
            users.create_superuser(name, password=password)
    return True


def demo_accounts() -> Any:
    return get_user_model().objects.filter(username__in=DEMO).order_by("id")


def set_by(password: str) -> bool:
    first = demo_accounts().first()
    return first is not None and first.check_password(password)


def collect_static() -> bool:
    """Run collectstatic where its sources have changed since; whether it ran."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    wanted = static_fingerprint()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return False
    # Cleared first: collectstatic alone leaves an older file that is not older by a second.
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(wanted, encoding="ascii")
    return True


def static_fingerprint() -> str:
    """Names, sizes and times of all static files, and how they are stored."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list(IGNORED), key=lambda found: found[0]):
            found = os.stat(storage.path(name))
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def gunicorn_arguments(address: str) -> list[str]:
    folder = settings.BASE_DIR
    return [
        "-m",
        "gunicorn",
        "--config",
        str(folder / "config/gunicorn.py"),
        "--chdir",
        str(folder),
        "--bind",
        address,
    ]
