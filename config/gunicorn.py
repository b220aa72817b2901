"""How gunicorn serves; `manage.py serve` gives the address."""

import signal
from typing import Any

wsgi_app = "config.wsgi"
worker_class = "gthread"
workers = 2
threads = 4
loglevel = "warning"
graceful_timeout = 5


def post_worker_init(worker: Any) -> None:
    # Ctrl-C reaches the workers too, and again as the arbiter's SIGQUIT: in one of thirty stops the second
    # signal met the first inside a lock, and the worker hung until it was killed (gunicorn 27.0).
    signal.signal(signal.SIGINT, signal.SIG_IGN)
