"""Shows the opened household beside the form, and settles what was promised there last time."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.models import promises
from desktop.models.promises import Promise
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import Card, button, muted_label, row, section_label
from desktop.ui.visits.doorstep import Doorstep, people_words, visit_words


class DoorstepCard(Card):
    """Head, members, due sentence, last visits, open promises."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.door = section_label("还没有打开住户")
        self.door.setWordWrap(True)
        self.body.addWidget(self.door)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.viewport().setAutoFillBackground(False)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(self.area, 1)
        self.clear()

    def clear(self) -> None:
        self.door.setText("还没有打开住户")
        inside = _Pane()
        inside.layout_.addWidget(muted_label(
            "扫表上的二维码，或键入表上的编号（如 4F7K-2M9Q-3）、门牌（如 3栋2单元501），按回车。"
        ))  # fmt: skip
        inside.layout_.addStretch(1)
        self._put(inside)

    def show_door(self, at: Doorstep) -> None:
        home = at.household
        self.door.setText(home.door)
        inside = _Pane()
        add = inside.layout_.addWidget
        add(_words(f"户主：{home.head_name or '（未登记）'}"))
        if len(home.residents) > 1:
            add(_words(people_words(home)))
        if at.tags:
            add(_words(f"关爱：{'、'.join(at.tags)}"))
        if home.mute_until:
            add(_words(f"暂不上门到 {home.mute_until}（{home.mute_reason or '未写原因'}）"))
        if home.quiet_hours:
            add(_words(f"不上门时段：{home.quiet_hours}"))
        if at.due:
            add(muted_label(at.due.reason))
        self._add_visits(inside, at)
        self._add_promises(inside, at)
        inside.layout_.addStretch(1)
        self._put(inside)

    def _put(self, inside: _Pane) -> None:
        self.area.setWidget(inside)
        inside.setAutoFillBackground(False)  # the area would paint the window's ground

    def _add_visits(self, inside: _Pane, at: Doorstep) -> None:
        inside.layout_.addWidget(section_label("最近走访"))
        if not at.last:
            inside.layout_.addWidget(muted_label("还没有走访记录"))
        for visit in at.last:
            inside.layout_.addWidget(_words(visit_words(visit)))
            said = "；".join(t for t in (visit.changed, visit.answered, visit.note) if t)
            if said:
                inside.layout_.addWidget(muted_label(said))

    def _add_promises(self, inside: _Pane, at: Doorstep) -> None:
        if not at.promises:
            return
        inside.layout_.addWidget(section_label("上次答应的事"))
        for promise in at.promises:
            until = f"，{promise.until}前" if promise.until else ""
            line = QWidget()
            box = QVBoxLayout(line)
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(2)
            box.addWidget(_words(f"{promise.text}（{promise.by or '未写由谁'}{until}）"))
            box.addLayout(row(
                button("已办", partial(self._settle, promise, line, "kept")),
                button("未能办成…", partial(self._not_kept, promise, line)),
                None,
            ))  # fmt: skip
            inside.layout_.addWidget(line)

    def _not_kept(self, promise: Promise, line: QWidget) -> None:
        why = self.desk.ask.text(f"“{promise.text}”为什么没有办成？下次上门时要向住户说明。")
        if why:
            self._settle(promise, line, "not_kept", why)

    def _settle(self, promise: Promise, line: QWidget, state: str, why: str = "") -> None:
        store = self.desk.store

        def done(_: object) -> None:
            line.setEnabled(False)
            self.desk.note("已记：承诺办理情况")

        self.desk.jobs.load(
            lambda: promises.settle(store, promise.uid, state, why), done, owner=line
        )


class _Pane(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.layout_ = QVBoxLayout(self)
        self.layout_.setContentsMargins(0, 0, 8, 0)
        self.layout_.setSpacing(6)


def _words(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label
