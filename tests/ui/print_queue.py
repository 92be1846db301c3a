"""A real print system with one queue that writes what it would print into a file."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.tools import tool

QUEUE = "jinlin-test"
_SIZES = {"A3": (842, 1191), "A4": (595, 842), "A5": (420, 595)}
_SERVER = """Listen {folder}/socket
Browsing Off
WebInterface No
DefaultAuthType None
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
    Allow all
  </Limit>
</Policy>
"""
_FILES = """ServerRoot {folder}/etc
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/state
TempDir {folder}/tmp
ErrorLog {folder}/error_log
AccessLog {folder}/access_log
PageLog {folder}/page_log
FileDevice Yes
Sandboxing relaxed
"""


class Printing:
    """Where the queue puts its paper, and how programs reach it."""

    def __init__(self, folder: Path) -> None:
        self.paper = folder / "out" / "paper.pdf"
        self.pages = folder / "page_log"
        self.env: Mapping[str, str] = {
            **os.environ, "CUPS_SERVER": str(folder / "socket"), "QT_QPA_PLATFORM": "offscreen",
        }  # fmt: skip

    def ask(self, *words: str) -> str:
        done = subprocess.run(words, env=self.env, capture_output=True, text=True, check=True)
        return done.stdout

    def wait(self) -> None:
        """Until every job has left the queue."""
        _until(lambda: not self.ask(tool("lpstat"), "-W", "not-completed", "-o").strip())


def _until(is_so: object) -> None:
    assert callable(is_so)
    pause = threading.Event()
    for _ in range(300):
        if is_so():
            return
        pause.wait(0.1)
    raise AssertionError("the print system did not come to an end within 30 seconds")


@contextmanager
def a_print_system() -> Iterator[Printing]:
    """Starts a private print server with one queue of A3, A4 and A5 paper."""
    # the address of a socket must be short, and the server's filters run as another user
    with tempfile.TemporaryDirectory(prefix="jl-cups-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for part in ("etc", "spool", "cache", "state", "tmp", "out"):
            (folder / part).mkdir()
        (folder / "etc" / "cupsd.conf").write_text(_SERVER.format(folder=folder))
        (folder / "etc" / "cups-files.conf").write_text(_FILES.format(folder=folder))
        (folder / "queue.ppd").write_text(_ppd())
        settings = ["-c", f"{folder}/etc/cupsd.conf", "-s", f"{folder}/etc/cups-files.conf"]
        server = subprocess.Popen([tool("cupsd"), "-f", *settings])
        try:
            printing = Printing(folder)
            _until((folder / "socket").exists)
            device = f"file:{printing.paper}"
            printing.ask(
                tool("lpadmin"), "-p", QUEUE, "-E", "-v", device, "-P", f"{folder}/queue.ppd"
            )
            yield printing
        finally:
            server.terminate()
            server.wait(20)


def _ppd() -> str:
    """The description of a printer that takes PDF."""
    lines = [
        '*PPD-Adobe: "4.3"', '*FormatVersion: "4.3"', '*FileVersion: "1.0"',
        "*LanguageVersion: English", "*LanguageEncoding: ISOLatin1", '*PCFileName: "JINLIN.PPD"',
        '*Manufacturer: "Jinlin"', '*Product: "(Jinlin Test)"', '*ModelName: "Jinlin Test"',
        '*ShortNickName: "Jinlin Test"', '*NickName: "Jinlin Test"', '*PSVersion: "(3010) 0"',
        "*ColorDevice: True", "*DefaultColorSpace: RGB", "*FileSystem: False",
        '*cupsFilter2: "application/vnd.cups-pdf application/pdf 0 -"',
    ]  # fmt: skip
    for key in ("PageSize", "PageRegion"):
        lines += [f"*OpenUI *{key}: PickOne", f"*Default{key}: A4"]
        lines += [f'*{key} {size}: ""' for size in _SIZES]
        lines.append(f"*CloseUI: *{key}")
    lines += ["*DefaultImageableArea: A4", "*DefaultPaperDimension: A4"]
    for size, (wide, high) in _SIZES.items():
        lines.append(f'*ImageableArea {size}: "12 12 {wide - 12} {high - 12}"')
        lines.append(f'*PaperDimension {size}: "{wide} {high}"')
    return "\n".join(lines) + "\n"
