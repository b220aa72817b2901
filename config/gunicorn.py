"""How gunicorn serves; `manage.py serve` gives the address."""

import os
import signal
from typing import Any

wsgi_app = "config.wsgi"
worker_class = "gthread"
workers = 2
threads = 4
loglevel = "warning"
graceful_timeout = 5
# Loaded once, before the fork: workers are ready at once and share the memory.
preload_app = True
# Nobody uses it; a server that is killed would leave its socket in the home folder, and two would share it.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Uploads that nobody reads any more go; and Ctrl-C ends a worker at once.

    Ctrl-C reaches the workers themselves and comes again as the arbiter's SIGQUIT. gunicorn's own handler
    takes the thread pool's lock inside a signal handler, and now and then hangs until it is killed (27.0).
    A write that is cut off is rolled back by the database, so there is nothing to tidy.
    """
    from research import storage  # only now is Django set up
    from research.admin.uploads import sweep

    storage.sweep()
    sweep()  # also what a worker that was killed, and that this one replaces, was still reading
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, lambda *_: os._exit(0))
