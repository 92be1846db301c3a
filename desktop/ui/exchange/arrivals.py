"""Says in one bar what has come on a stick or in the shared folder, and offers to take it in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop.exchange.packages.watch import (
    ARRIVING,
    FOREIGN,
    NEW,
    STRANGER,
    TOO_NEW,
    WORDS,
    Found,
)
from desktop.ui.common.desk import Desk
from desktop.ui.common.lookout import Sighting
from desktop.ui.common.parts import button, muted_label
from desktop.ui.style import roomy, scaled

_CARD = "card"
_CHANGE, _NONE = "换一个文件夹…", "不用共享文件夹"


class ArrivalsBar(QFrame):
    """Hidden while nothing is new. `take` gets the packages; only when none is left, a card is
    offered to `enrol`: one thing at a time."""

    def __init__(
        self,
        desk: Desk,
        page: QWidget,
        take: Callable[[list[Path]], None],
        enrol: Callable[[Path], None],
    ) -> None:
        super().__init__(page)  # without a parent, showing it would open a window
        self.desk = desk
        self._take, self._enrol = take, enrol
        self.setProperty("role", "arrivals")
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.take_button = button("查看并导入…", self.take, "primary")
        self.enrol_button = button("登记名片…", self.enrol, "primary")
        self.later_button = button("暂不", desk.lookout.put_off, tip="不再提醒这几个文件")
        inside = QHBoxLayout(self)
        inside.setContentsMargins(scaled(14), scaled(6), scaled(10), scaled(6))
        inside.addWidget(self.words, 1)
        for each in (self.enrol_button, self.take_button, self.later_button):
            inside.addWidget(each)
        desk.lookout.serve(page)
        desk.lookout.changed.connect(self.show_news)
        self.show_news()

    def show_news(self) -> None:
        sightings = self.desk.lookout.sightings
        self.words.setText("\n".join(sighting_words(each) for each in sightings))
        packages = bool(self._new(cards=False))
        self.take_button.setVisible(packages)
        self.enrol_button.setVisible(not packages and bool(self._new(cards=True)))
        self.setVisible(bool(sightings))

    def act(self) -> None:
        """The one thing that is offered now; nothing if the stick has been pulled out meanwhile."""
        if self._new(cards=False):
            self.take()
        elif self._new(cards=True):
            self.enrol()

    def take(self) -> None:
        self._take([found.path for found in self._new(cards=False)])

    def enrol(self) -> None:
        self._enrol(self._new(cards=True)[0].path)

    def _new(self, *, cards: bool) -> list[Found]:
        return [
            found
            for sighting in self.desk.lookout.sightings
            for found in sighting.found
            if found.state in (NEW, WORDS, FOREIGN) and (found.kind == _CARD) == cards
        ]


class SharedFolderLine(QWidget):
    """Which folder is shared with colleagues besides sticks; a quiet word when it is offline.

    Large text has no room for it while there is nothing to say.
    """

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.desk = desk
        self.words = muted_label()
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.choose_button = button("", self.choose, "link")
        inside = QHBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.words, 1)
        inside.addWidget(self.choose_button)
        desk.lookout.changed.connect(self.show_news)
        self.show_news()

    def show_news(self) -> None:
        folder, offline = self.desk.lookout.shared, self.desk.lookout.offline
        if folder is None:
            self.words.setText(
                "共享文件夹：没有设。同事的电脑都能打开同一个文件夹时，可以不用U盘。"
            )
        else:
            state = "（现在打不开，先用U盘也行）" if offline else ""
            self.words.setText(f"共享文件夹{state}：{_short(str(folder))}")
        self.words.setToolTip(str(folder or ""))
        self.choose_button.setText("选一个…" if folder is None else "更改…")
        self.setVisible(roomy() or offline)

    def choose(self) -> None:
        """A folder of a sync tool or a shared drive that colleagues' PCs choose as well."""
        now = self.desk.lookout.shared
        if now is not None:
            answer = self.desk.ask.choose(f"现在的共享文件夹：{now}", [_CHANGE, _NONE])
            if answer == _NONE:
                self.desk.lookout.share(None)
            if answer != _CHANGE:
                return
        folder = self.desk.ask.folder("和同事共享的文件夹（同步盘、共享盘里的）")
        if folder is not None:
            self.desk.lookout.share(folder)


def sighting_words(sighting: Sighting) -> str:
    """«U盘“KINGSTON”里有2个新数据包（2号机、3号机）。»"""
    packages = [f for f in sighting.found if f.state == NEW and f.kind != _CARD]
    cards = [f for f in sighting.found if f.state == NEW and f.kind == _CARD]
    parts = []
    if packages:
        parts.append(f"{len(packages)}个新数据包{_names(packages)}")
    if cards:
        parts.append(f"{len(cards)}张没登记的名片{_names(cards)}")
    foreign = [f for f in sighting.found if f.state == FOREIGN]
    if foreign:
        parts.append(f"{len(foreign)}张没登记的外单位名片{_names(foreign)}")
    for state, words in (
        (WORDS, "个数据包要对方告诉您六个词才能打开"),
        (STRANGER, "个数据包来自没登记的机器，要先登记它的名片"),
        (TOO_NEW, "个数据包由更新版本写成，要先升级本机的近邻"),
        (ARRIVING, "个还在拷贝"),
    ):
        count = sum(found.state == state for found in sighting.found)
        if count:
            parts.append(f"{count}{words}")
    return f"{sighting.place}里有{'；'.join(parts)}。"


def _names(found: list[Found]) -> str:
    names = sorted({each.sender_name for each in found} - {""})
    return f"（{'、'.join(names)}）" if names else ""


def _short(path: str) -> str:
    """A path as long as a line holds; its end says most."""
    return path if len(path) <= 48 else f"…{path[-47:]}"
