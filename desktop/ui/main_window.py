"""The window: rail, search box, the screen in view, and the foot line with undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop import paths
from desktop.exchange import backup
from desktop.models import erasure, partners, profile, sites, users
from desktop.models.changes import Touched
from desktop.models.store import Store
from desktop.models.undo import OwnChange, UndoResult, last_own, undo_change
from desktop.moments import short_moment
from desktop.ui.common.ask import Ask
from desktop.ui.common.desk import Desk, Place
from desktop.ui.common.jobs import Jobs
from desktop.ui.common.lookout import Lookout
from desktop.ui.common.page import Page
from desktop.ui.common.parts import button
from desktop.ui.common.watch import Watcher
from desktop.ui.preferences import Preferences
from desktop.ui.roster.household_dialog import open_household
from desktop.ui.screens import screens_of
from desktop.ui.search.box import SearchBox
from desktop.ui.style import scaled

_NOTE_MS = 12_000


class MainWindow(QMainWindow):
    """Keeps screens fresh: what is in view redraws from a change, the others become stale."""

    def __init__(self, store: Store, jobs: Jobs, ask: Ask, preferences: Preferences) -> None:
        super().__init__()
        self.desk = Desk(
            store, jobs, ask, self.go, self.note, preferences, self.undo, self.show_safety,
            Lookout(store, jobs, self),
        )  # fmt: skip
        self.screens = screens_of(store)
        self.pages: dict[str, Page] = {}
        self._stale: set[str] = set()
        self._undoable: list[OwnChange] = []
        last = last_own(store)
        self._seen = last.id if last else 0
        self.setWindowTitle("近邻")
        self.setMinimumSize(960, 600)
        self.search = SearchBox(store, jobs, self)
        self.search.chosen.connect(lambda uid: self.go(Place("household", uid)))
        self._stack = QStackedWidget()
        self.rail = self._build_rail()
        self._lay_out()
        self._build_foot()
        self._build_keys()
        self.show_safety()
        self._watcher = Watcher(store, self)
        self._watcher.touched.connect(self._on_change)
        self.go(self._first_place())
        self._entries.button(1).setFocus()

    def _build_rail(self) -> QFrame:
        rail = QFrame()
        rail.setObjectName("rail")
        inside = QVBoxLayout(rail)
        inside.setContentsMargins(0, scaled(12), 0, scaled(12))
        inside.setSpacing(scaled(2))
        self._entries = QButtonGroup(self)
        for number, screen in enumerate(self.screens, 1):
            entry = QToolButton()
            entry.setText(screen.title)
            entry.setCheckable(True)
            entry.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            entry.setIcon(QIcon(str(paths.resource("icons", f"{screen.name}.svg"))))
            entry.setIconSize(QSize(scaled(20), scaled(20)))
            entry.setToolTip(f"{screen.title}（Ctrl+{number}）")
            entry.setFixedWidth(scaled(132))
            entry.clicked.connect(partial(self.go, Place(screen.name)))
            self._entries.addButton(entry, number)
            inside.addWidget(entry)
        inside.addStretch(1)
        return rail

    def _lay_out(self) -> None:
        office = profile.office(self.desk.store)
        user = users.current(self.desk.store)
        top = QFrame()
        top.setObjectName("topbar")
        bar = QHBoxLayout(top)
        bar.setContentsMargins(scaled(16), scaled(8), scaled(24), scaled(8))
        self.office = QLabel(office.name or "等待接收本单位数据")
        self.office.setProperty("role", "section")
        self.search.setFixedWidth(scaled(460))
        self.search.setVisible(self._searches)
        bar.addWidget(self.office)
        bar.addStretch(1)
        bar.addWidget(self.search)
        bar.addStretch(1)
        who = QLabel(user.name)
        who.setProperty("role", "muted")
        bar.addWidget(who)
        centre = QWidget()
        lines = QVBoxLayout(centre)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(top)
        beside = QHBoxLayout()
        beside.setSpacing(0)
        beside.addWidget(self.rail)
        beside.addWidget(self._stack, 1)
        lines.addLayout(beside, 1)
        self.setCentralWidget(centre)

    def _build_foot(self) -> None:
        self._foot = QLabel()
        self.safety = button("", lambda: self.go(Place("settings", "safety")), "link")
        self.safety.setToolTip("口令与备份")
        self.undo_button = button("撤销（Ctrl+Z）", self.undo, "link")
        self.undo_button.hide()
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(scaled(12), 0, scaled(12), 0)
        bar.addPermanentWidget(self.safety)
        bar.addWidget(self._foot)
        bar.addWidget(self.undo_button)
        self._clear_note = QTimer(self)
        self._clear_note.setSingleShot(True)
        self._clear_note.timeout.connect(lambda: self._foot.setText(""))

    def _build_keys(self) -> None:
        keys: list[tuple[QKeySequence, Callable[[], None]]] = [
            (QKeySequence(f"Ctrl+{number}"), partial(self.go, Place(screen.name)))
            for number, screen in enumerate(self.screens, 1)
        ]
        keys += [
            (QKeySequence("Ctrl+K"), self._focus_search),
            (QKeySequence("F5"), self.reload),
            (QKeySequence("Ctrl+Z"), self.undo),
        ]
        for sequence, action in keys:
            QShortcut(sequence, self).activated.connect(action)

    @property
    def _searches(self) -> bool:
        """An office without a roster has nobody to search for."""
        return any(screen.name == "roster" for screen in self.screens)

    def _focus_search(self) -> None:
        if not self._searches:
            return
        self.search.setFocus()
        self.search.selectAll()

    @property
    def current(self) -> str:
        """The name of the screen in view."""
        return self.screens[self._entries.checkedId() - 1].name

    def go(self, place: Place) -> None:
        """Show a screen (and what its key names); "household" opens that window over it."""
        if place.screen == "household":
            open_household(self.desk, self, place.key)
            return
        number, screen = next(
            (n, s) for n, s in enumerate(self.screens, 1) if s.name == place.screen
        )
        page = self.pages.get(screen.name)
        if page is None:
            page = self.pages[screen.name] = screen.page(self.desk)
            self._stack.addWidget(page)
            self._stale.add(screen.name)
        entry = self._entries.button(number)
        entry.setChecked(True)
        if self.focusWidget() in (self.search, *self._entries.buttons()):
            entry.setFocus()
        self._stack.setCurrentWidget(page)
        if screen.name in self._stale:
            self._stale.discard(screen.name)
            page.load()
        if place.key:
            page.show_key(place.key)

    def reload(self) -> None:
        """Read the screen in view again, and the others when they are shown."""
        self._stale = set(self.pages) - {self.current}
        self.pages[self.current].load()

    def _on_change(self, touched: Touched) -> None:
        last = last_own(self.desk.store)
        if last is not None and last.id > self._seen:
            self._seen = last.id
            if last.kind not in ("undo", erasure.KIND, partners.KIND):
                self._undoable.append(last)
                self.note(f"已保存：{last.reason}")
            self.undo_button.setVisible(bool(self._undoable))
        if touched.tables.keys() & {"office", "*"}:
            self.office.setText(profile.office(self.desk.store).name)
            if screens_of(self.desk.store) != self.screens:
                self.note("本单位是街道或区，画面不同。请关掉近邻，再打开一次。")
        for name, page in self.pages.items():
            if not (page.concerns & touched.tables.keys() or "*" in touched):
                continue
            if name == self.current:
                page.redraw(touched)
            else:
                self._stale.add(name)

    def note(self, text: str) -> None:
        """An unobtrusive line at the foot, gone after a while."""
        self._foot.setText(text)
        self._clear_note.start(_NOTE_MS)

    def show_safety(self) -> None:
        """Say at the foot which PC this is and when it was last backed up."""
        store = self.desk.store

        def read() -> str:
            made = backup.backups(store.folder / backup.FOLDER)
            when = short_moment(made[0].made) if made else "还没有"
            return f"{sites.own_site(store).name}　上次备份：{when}"

        self.desk.jobs.load(read, self.safety.setText, owner=self)

    def undo(self) -> None:
        """Take back the last thing done in this window since it was opened."""
        if not self._undoable:
            self.note("没有可以撤销的操作。")
            return
        last = self._undoable[-1]
        question = f"“{last.reason}”是一次成批操作，确定整批撤销吗？"
        if last.kind != "edit" and not self.desk.ask.confirm(question, "整批撤销", careful=True):
            return
        self._undoable.pop()

        def then(result: UndoResult) -> None:
            kept = f"，{len(result.kept)}处之后有人改过，保留未动" if result.kept else ""
            self.note(f"已撤销：{last.reason}{kept}")
            self.undo_button.setVisible(bool(self._undoable))

        self.desk.jobs.load(
            lambda: undo_change(self.desk.store, last.id, reason=f"撤销：{last.reason}"), then
        )

    def _first_place(self) -> Place:
        """A PC that waits to join its office opens where that is done."""
        joined = profile.office(self.desk.store).uid
        return Place(self.screens[0].name) if joined else Place("exchange", "packages")

    def restore_place(self) -> None:
        """Stand where the window stood last time, or take a size that fits the screen."""
        if not self.restoreGeometry(self.desk.preferences.geometry):
            self.resize(1366, 768)
            self.setWindowState(self.windowState() | Qt.WindowState.WindowMaximized)

    def come_forward(self) -> None:
        """Somebody started the program a second time."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        lost = [words for words in (page.unsaved() for page in self.pages.values()) if words]
        question = f"{''.join(lost)}不保存就退出吗？"
        if lost and not self.desk.ask.confirm(question, "不保存，退出", careful=True):
            event.ignore()
            return
        self.leave()
        super().closeEvent(event)

    def leave(self) -> None:
        """Remember where the window stood and listen to nothing any more."""
        self.desk.preferences.geometry = self.saveGeometry()
        self._watcher.stop()
        self.desk.lookout.stop()
