"""Find a Chromium for the browser tests, or install one: prints its path.

Tried in this order: one that is installed, Playwright's own download, Debian's package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # it is not installed yet where this file is run to find a browser
    from playwright.sync_api import Browser, BrowserContext

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def installed() -> str | None:
    """Path of a Chromium on this machine, or None. CHROMIUM=… names one by hand."""
    for name in (os.environ.get("CHROMIUM"), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    return downloaded()


def visitor(browser: Browser, **options: Any) -> BrowserContext:
    """A visitor whose pages let Playwright wait for expressions, which the policy of the app forbids."""
    return browser.new_context(bypass_csp=True, **options)


def downloaded() -> str | None:
    """Path of the Chromium that Playwright has downloaded, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def run(*command: str, seconds: int = 600) -> bool:
    """Run an installer; its output goes to stderr, since stdout carries the path."""
    print("$", *command, file=sys.stderr)
    try:
        done = subprocess.run(command, stdout=sys.stderr, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False
    return done.returncode == 0


def install() -> None:
    """Playwright's download first, then Debian's package (as root, or through sudo without a password)."""
    if run(sys.executable, "-m", "playwright", "install", "chromium", seconds=300) and installed():
        return
    sudo = () if os.geteuid() == 0 else ("sudo", "-n")
    if run(*sudo, "apt-get", "update", "-qq"):
        run(*sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")


def main() -> int:
    """Print the path; exit with 1 and a hint when there is no browser to be had."""
    path = installed()
    if path is None:
        install()
        path = installed()
    if path is None:
        print(
            "No Chromium found and none could be installed. CHROMIUM=/path/to/it names one.", file=sys.stderr
        )
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
