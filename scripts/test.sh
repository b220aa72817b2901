#!/bin/sh
# Runs the whole suite on SQLite, then on PostgreSQL what uses the database, but for the browser tests. Called by
# `make test`.
#   CHROMIUM           the browser to use; otherwise scripts/browser.sh finds or installs one
#   ARGDOWN_CORE       the node_modules with Argdown's own parser; otherwise scripts/argdown.sh finds or installs it
#   TEST_POSTGRES_URL  the server to use (postgres://user:password@host:port/name, allowed to create databases; the
#                      tests make test_<name> there); otherwise 127.0.0.1:5432 is tried as user postgres
# For a part of the suite call pytest itself: .venv/bin/python -m pytest -k merge
set -u
cd "$(dirname "$0")/.."
python=.venv/bin/python
failed=0

run() { # run NAME [pytest option...]: sets $outcome
    echo
    echo "== Tests on $1"
    shift
    if "$python" -m pytest --numprocesses auto --maxprocesses 8 "$@"; then
        outcome=passed
    else
        outcome=FAILED
        failed=1
    fi
}

if CHROMIUM=$(scripts/browser.sh); then
    export CHROMIUM
    browser="with $CHROMIUM"
    chosen=
else
    unset CHROMIUM
    browser="SKIPPED: no browser found, and none could be installed (see the top of this output); install chromium or set CHROMIUM"
    chosen="not browser"
    echo "The browser tests will be $browser"
fi

if ARGDOWN_CORE=$(scripts/argdown.sh); then
    export ARGDOWN_CORE
    argdown="with $ARGDOWN_CORE"
else
    unset ARGDOWN_CORE
    argdown="SKIPPED: Argdown's own parser was neither found nor installed (see the top of this output)"
    echo "The tests with Argdown's own parser will be $argdown"
fi

export DATABASE_URL= # empty, so that neither the environment nor .env puts another database in its place
run SQLite -m "$chosen"
sqlite=$outcome

probe='
import psycopg, sys
try:
    server = psycopg.connect("host=127.0.0.1 port=5432 user=postgres dbname=postgres connect_timeout=3")
except psycopg.Error as error:
    sys.exit(str(error).strip().splitlines()[0])
version = server.info.server_version // 10000
if version < 14:
    sys.exit(f"the one on 127.0.0.1:5432 is version {version}, Django needs 14 or newer")
'
if [ -n "${TEST_POSTGRES_URL:-}" ]; then
    DATABASE_URL=$TEST_POSTGRES_URL
elif reason=$("$python" -c "$probe" 2>&1); then
    DATABASE_URL=postgres://postgres@127.0.0.1:5432/comparanda
fi
if [ -n "$DATABASE_URL" ]; then
    run PostgreSQL -m "database and not browser"
    postgres="$outcome (the tests that use the database, without a browser)"
else
    postgres="SKIPPED: no server found; start one or set TEST_POSTGRES_URL ($reason)"
fi

echo
echo "== Summary"
echo "SQLite:        $sqlite"
echo "PostgreSQL:    $postgres"
echo "Browser tests: $browser"
echo "Argdown:       $argdown"
exit "$failed"
