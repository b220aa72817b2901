#!/bin/sh
# Prints the folder (a node_modules) that holds @argdown/core for the tests of Argdown, installing it if none is found.
# Called by scripts/test.sh. Looks at $ARGDOWN_CORE, then into a cache folder. Fails without node, or if npm gets nothing.
set -u

has() {
    [ -n "$1" ] && [ -f "$1/@argdown/core/package.json" ] &&
        node -e 'require(process.argv[1])' "$1/@argdown/core" >/dev/null 2>&1
}

if ! node --version >/dev/null 2>&1; then
    echo "argdown.sh: there is no node on PATH; install Node.js 18 or newer" >&2
    exit 1
fi
if [ -n "${ARGDOWN_CORE:-}" ]; then
    has "$ARGDOWN_CORE" && echo "$ARGDOWN_CORE" && exit 0
    echo "argdown.sh: ARGDOWN_CORE=$ARGDOWN_CORE holds no @argdown/core that loads; looking for another" >&2
fi
cache=${XDG_CACHE_HOME:-$HOME/.cache}/comparanda-argdown
has "$cache/node_modules" && echo "$cache/node_modules" && exit 0
npm install --prefix "$cache" --no-audit --no-fund --no-save @argdown/core@1.7.5 >&2 &&
    has "$cache/node_modules" && echo "$cache/node_modules" && exit 0

echo "argdown.sh: 'npm install @argdown/core' gave nothing that loads" >&2
exit 1
