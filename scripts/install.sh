#!/bin/sh
# Creates .venv if need be and installs one lock file into it. Called by the Makefile.
# Usage: PYTHON=python3 scripts/install.sh requirements.lock
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
lock=$1

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Comparanda needs Python 3.11 or newer; '$python --version' says: $("$python" --version 2>&1)" >&2
    echo "Name another one: make PYTHON=python3.12 …" >&2
    exit 1
fi

has_pip() { "$1" -m pip --version >/dev/null 2>&1; }
ready() { has_pip .venv/bin/python || { .venv/bin/python -c '' 2>/dev/null && has_pip "$python"; }; }

# Debian keeps venv's pip (ensurepip) in a package of its own. Without it, the pip outside can install into .venv;
# where there is none either, the package is wanted.
if ! ready; then
    echo "Creating .venv with $("$python" --version)"
    "$python" -m venv --clear .venv >/dev/null 2>&1 || "$python" -m venv --clear --without-pip .venv
fi
if ! ready; then
    scripts/apt.sh python3-venv && "$python" -m venv --clear .venv || {
        echo "$python has neither ensurepip nor pip. On Debian or Ubuntu: apt install python3-venv" >&2
        exit 1
    }
fi

echo "Installing $lock"
set -- install --quiet --no-input --disable-pip-version-check --require-hashes -r "$lock"
if has_pip .venv/bin/python; then
    .venv/bin/python -m pip "$@"
else
    "$python" -m pip --python .venv/bin/python "$@"
fi
