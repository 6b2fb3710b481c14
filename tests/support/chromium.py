"""The browser of the tests: Debian's Chromium, or another one that is installed. `python -m tests.support.chromium`
installs it where it is missing and that is possible.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PACKAGES = ("chromium", "fonts-noto-cjk")
_PATIENCE_SECONDS = 300

_UNUSED = (
    # For each new page these load pages of the browser's own for its address bar, which take longer than ours.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "SpareRendererForSitePerProcess",
    # The rest is Playwright's own list, which ours replaces, as far as pages on this machine can tell the difference.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
)

OPTIONS = (
    "--no-sandbox",  # the tests may run as root, and show it nothing but their own pages
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_UNUSED)}",
)


def chromium() -> Path | None:
    """The program, if there is one: that of `CHROMIUM`, or what is on the path."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    return Path(named) if named else None


def install() -> None:
    """Install it with the system's own packages; what cannot be done is said, and is no failure."""
    if chromium() is not None:
        return
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        sys.stderr.write(f"The browser tests will be skipped: install {' and '.join(_PACKAGES)} to run them.\n")
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (("update",), ("install", "-y", "--no-install-recommends", *_PACKAGES)):
        try:
            subprocess.run([apt, "-qq", *arguments], check=True, env=environment, timeout=_PATIENCE_SECONDS, stdout=2)  # noqa: S603 - our own words
        except (subprocess.SubprocessError, OSError) as error:
            sys.stderr.write(f"The browser tests will be skipped: {error}\n")
            return


if __name__ == "__main__":
    install()
