"""Lets a second start bring the first window to the front instead of opening another one."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 500


def _name(profile: Path) -> str:
    """One name a profile; a path may be too long for a socket and may name a person."""
    digest = hashlib.sha256(str(profile.resolve()).encode("utf-8", "surrogatepass"))
    return f"jinlin-{digest.hexdigest()[:20]}"


def raise_first(profile: Path) -> bool:
    """Whether a window of this profile is open already; it has been asked to come forward."""
    socket = QLocalSocket()
    socket.connectToServer(_name(profile))
    found = socket.waitForConnected(_WAIT_MS)
    if found:
        socket.disconnectFromServer()
    return found


class FirstWindow(QObject):
    """Held by the first window: emits `called` when somebody starts the program again."""

    called = Signal()

    def __init__(self, profile: Path) -> None:
        super().__init__()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        # a socket left by a crash would refuse the name; nobody answered on it a moment ago
        QLocalServer.removeServer(_name(profile))
        self._server.listen(_name(profile))

    def _answer(self) -> None:
        caller = self._server.nextPendingConnection()
        if caller is not None:
            caller.disconnected.connect(caller.deleteLater)
            self.called.emit()
