#!/bin/sh
# Installs Debian packages where that can be done unattended: apt-get is there, and we are root or sudo asks nothing.
# Usage: scripts/apt.sh PACKAGE...    Fails, having said why, where it cannot.
set -eu

command -v apt-get >/dev/null || { echo "apt.sh: no apt-get here, cannot install: $*" >&2; exit 1; }
if [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "apt.sh: not root, cannot install: $*" >&2
    exit 1
fi

echo "Installing with apt-get: $*" >&2
$as_root apt-get -qq update >&2
$as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" >&2
