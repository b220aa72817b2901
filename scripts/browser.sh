#!/bin/sh
# Prints the path of a Chromium for the browser tests, installing one if none is found. Called by scripts/test.sh.
# Looks at $CHROMIUM, then on PATH, then asks apt-get, then Playwright. Fails where there is none to be had.
set -u
cd "$(dirname "$0")/.."

# A browser counts if it starts: some distributions ship a stub, and a downloaded one may lack its libraries.
try() {
    found=$(command -v "$1") && "$found" --version >/dev/null 2>&1 && echo "$found" && exit 0
}

if [ -n "${CHROMIUM:-}" ]; then
    try "$CHROMIUM"
    echo "browser.sh: CHROMIUM=$CHROMIUM does not start; looking for another" >&2
fi
for name in chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    try "$name"
done

playwright_path() {
    .venv/bin/python -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as p: print(p.chromium.executable_path)'
}
try "$(playwright_path)"
scripts/apt.sh chromium fonts-noto-cjk && try chromium
.venv/bin/python -m playwright install chromium >&2 && try "$(playwright_path)"

echo "browser.sh: no Chromium or Chrome on PATH, and neither apt-get nor 'playwright install' gave one" >&2
exit 1
