"""Writes crash reports that help an engineer and hold nothing about residents.

A report names exception types and code places only: no messages, no values, no source lines of
data, because a message may quote what somebody typed.
"""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

import platformdirs

from desktop import clock

try:
    import resource
except ImportError:  # Windows writes no core files
    resource = None  # type: ignore[assignment]


def folder() -> Path:
    return Path(platformdirs.user_log_dir("jinlin", appauthor=False))


def forbid_core_files() -> None:
    """The system's own dump of a dead process would hold names and the key in clear."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def crash_text(error: BaseException) -> str:
    """Where and of what type, for the error and each of its causes."""
    lines = [f"jinlin crash {clock.now().isoformat(timespec='seconds')}",
             f"python {platform.python_version()} {sys.platform} {platform.machine()}"]  # fmt: skip
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        for frame in traceback.extract_tb(seen.__traceback__):
            lines.append(f"  {_short(frame.filename)}:{frame.lineno} {frame.name}")
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines) + "\n"


def _short(filename: str) -> str:
    parts = Path(filename).parts
    return "/".join(parts[-3:])


def write_crash(error: BaseException) -> Path:
    """Keep the report under the log folder; returns its path."""
    target = folder() / f"crash-{clock.now():%Y%m%d-%H%M%S}.txt"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(crash_text(error), "utf-8")
    except OSError:
        sys.stderr.write(crash_text(error))
    return target
