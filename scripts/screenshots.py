"""Pictures of the pages for docs/looks.md: `make screenshots`. Run it when the look has changed.

Serves the seed from a database of its own, looks at every page of PAGES in Chromium on a phone, a tablet and
a desk, light, dark and printed, and writes docs/images/looks/ and docs/looks.md. Pages that are not there
are named and left out. Paper needs pdftoppm (poppler-utils); without it the print style is shown on screen.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/images/looks"
DOC = ROOT / "docs/looks.md"
WIDTHS = (390, 768, 1440)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
TALLEST = 1500  # pixels of a page that a picture shows
QUALITY = 55  # of a JPEG; the whole folder should stay below 6 MB
PAPER = 673  # A4 within its margins, at 96 pixels an inch


@dataclass(frozen=True)
class Look:
    """A page to look at: where it is, or the links that lead to it from there, each the first that fits."""

    name: str
    title: str
    start: str
    follow: tuple[str, ...] = ()
    team: bool = False


COMPARISON = ("main a[href^='/comparisons/']:not([href*='?'])",)
PAGES = (
    Look("comparison", "A comparison", "/comparisons/", COMPARISON),
    Look("figure", "A figure", "/comparisons/", (*COMPARISON, "main a[href$='/figures/industries/']")),
    Look("arguments", "An argument board", "/theses/阿里赢过腾讯/"),
    Look("todos", "The to-dos, for readers", "/todos/"),
    Look("todo-board", "The to-dos, for the team", "/admin/research/todo/board/", team=True),
    Look("gaps", "What is missing", "/gaps/"),
    Look("team-gaps", "What is missing, for the team", "/admin/gaps/", team=True),
    Look("home", "The home page", "/"),
)


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with serving() as (site, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or None, args=["--no-sandbox", "--disable-gpu"]
        )
        taken = [look for look in PAGES if take(browser, site, look, password)]
        browser.close()
    DOC.write_text(document(taken), encoding="utf-8")
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    print(
        f"{len(list(FOLDER.iterdir()))} pictures of {len(taken)} pages, {size / 1e6:.1f} MB; see {DOC.name}"
    )


# --- the site ----------------------------------------------------------------------------------------------


@contextmanager
def serving() -> Iterator[tuple[str, str]]:
    """(address, password of the demo accounts) of a site with the seed, on a database that is thrown away."""
    password, port = secrets.token_urlsafe(12), free_port()
    with tempfile.TemporaryDirectory() as folder:
        own = {
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "FILES_FOLDER": f"{folder}/files",
            "DEMO_PASSWORD": password,
            "SITE_URL": "",
            "HTTPS": "false",
        }
        command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)]
        server = subprocess.Popen(command, env={**os.environ, **own}, stdout=subprocess.DEVNULL)
        try:
            site = f"http://127.0.0.1:{port}"
            wait_for(site, server)
            yield site, password
        finally:
            server.terminate()
            server.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(site: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if server.poll() is not None:
            sys.exit("The site does not start; try `make serve`.")
        try:
            urllib.request.urlopen(f"{site}/about/", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit("The site does not answer.")


# --- the pictures ------------------------------------------------------------------------------------------


def take(browser: Browser, site: str, look: Look, password: str) -> bool:
    """All pictures of the page; False where there is no such page."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    if look.team:
        log_in(page, site, password)
    found = find(page, site, look)
    if found:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            for width in WIDTHS:
                screen(page, width, FOLDER / f"{look.name}-{width}-{scheme}.jpg")
        page.emulate_media(color_scheme="light")
        print_out(page, FOLDER / f"{look.name}-print.jpg")
    else:
        print(f"{look.title}: not there, left out")
    context.close()
    return found


def log_in(page: Page, site: str, password: str) -> None:
    page.goto(f"{site}/admin/")
    page.fill("#id_username", "reviewer")
    page.fill("#id_password", password)
    page.locator("input[type=submit]").click()
    page.wait_for_load_state()


def find(page: Page, site: str, look: Look) -> bool:
    """Go to the page; whether it is there."""
    there = visit(page, f"{site}{look.start}")
    for selector in look.follow:
        link = page.locator(selector).first
        there = there and link.count() > 0 and visit(page, f"{site}{link.get_attribute('href')}")
    return there


def visit(page: Page, address: str) -> bool:
    """False where another page answers, as the admin's first does for what it does not know."""
    response = page.goto(address)
    return response is not None and response.ok and unquote(page.url) == unquote(address)


def screen(page: Page, width: int, file: Path) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("window.scrollTo(0, 0)")
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
    page.screenshot(
        path=file,
        type="jpeg",
        quality=QUALITY,
        full_page=True,
        clip={"x": 0, "y": 0, "width": width, "height": height},
        animations="disabled",
    )


def print_out(page: Page, file: Path) -> None:
    """The first sheet of paper."""
    if not shutil.which("pdftoppm"):
        page.emulate_media(media="print")
        screen(page, PAPER, file)
        page.emulate_media(media="screen")
        return
    with tempfile.TemporaryDirectory() as folder:
        page.pdf(path=f"{folder}/page.pdf", prefer_css_page_size=True, format="A4")
        options = ["-jpeg", "-jpegopt", f"quality={QUALITY}", "-r", "96", "-f", "1", "-l", "1", "-singlefile"]
        subprocess.run(["pdftoppm", *options, f"{folder}/page.pdf", str(file.with_suffix(""))], check=True)


# --- the page that shows them ------------------------------------------------------------------------------


def document(taken: list[Look]) -> str:
    """docs/looks.md: a table for each page, schemes by widths, and the page printed."""
    parts = [
        "# How it looks",
        "The seed on a phone, a tablet and a desk, light, dark and printed; of a long page the beginning.\n"
        "Made by `make screenshots`: run it again when the look has changed, and look.",
    ]
    for look in taken:
        head = "| | " + " | ".join(f"{width} px" for width in WIDTHS) + " |\n|---|" + "---|" * len(WIDTHS)
        rows = [
            f"| {scheme} | " + " | ".join(picture(look, f"{width}-{scheme}") for width in WIDTHS) + " |"
            for scheme in SCHEMES
        ]
        parts += [f"## {look.title}", "\n".join([head, *rows]), f"Printed:\n\n{picture(look, 'print')}"]
    return "\n\n".join(parts) + "\n"


def picture(look: Look, kind: str) -> str:
    words = f"{look.title}, {kind.replace('-', ' px, ')}" if "-" in kind else f"{look.title}, printed"
    return f"![{words}](images/looks/{look.name}-{kind}.jpg)"


if __name__ == "__main__":
    main()
