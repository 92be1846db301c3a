"""Carries changes between the office's PCs on a stick: who exchanges, what went out, what came."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from desktop.exchange.packages.lost import OnTheWay, on_the_way
from desktop.models.sites import Site, sites
from desktop.ui.common.desk import Desk
from desktop.ui.exchange.join_steps import JoinSteps
from desktop.ui.exchange.lost_dialog import LostDialog, LostSteps
from desktop.ui.exchange.machines_box import MachinesBox
from desktop.ui.exchange.package_words import PackageState, read_packages
from desktop.ui.exchange.receiving_box import ReceivingBox
from desktop.ui.exchange.sending_box import SendingBox


class PackagesPanel(QWidget):
    """Left this PC's card and the colleagues, right what was sent and what was received."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.machines = MachinesBox(desk, self.load)
        self.sending = SendingBox(desk, self.load)
        self.receiving = ReceivingBox(desk, self.load)
        self.machines.wanted.connect(self.sending.export_for)
        self.sending.lost.connect(self.stick_lost)
        right = QWidget()
        lines = QVBoxLayout(right)
        lines.setContentsMargins(4, 0, 0, 0)
        self.joining = JoinSteps(self.machines.save_card, self.receiving.import_packages)
        self.joining.hide()
        lines.addWidget(self.joining, 1)
        lines.addWidget(self.sending, 1)
        lines.addWidget(self.receiving, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.machines)
        split.addWidget(right)
        split.setSizes([420, 700])
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addWidget(split, 1)
        inside.addWidget(self.sending.shared)

    def load(self) -> None:
        store = self.desk.store
        self.desk.jobs.load(lambda: read_packages(store), self._show, owner=self)
        self.desk.lookout.look()

    def _show(self, state: PackageState) -> None:
        for box in (self.machines, self.sending, self.receiving):
            box.show_state(state)
        self.joining.show_name(state.card.name)
        self.joining.setVisible(not state.joined)
        self.sending.setVisible(state.joined)

    def stick_lost(self) -> None:
        """What may be on it, who could open that, what to do."""
        store = self.desk.store
        steps = LostSteps(self.sending.export_for, self.sending.copy_package, self.machines.stop)

        def show(found: tuple[list[OnTheWay], list[Site]]) -> None:
            LostDialog(self, *found, steps).open()

        self.desk.jobs.load(lambda: (on_the_way(store), sites(store)), show, owner=self)

    def preview_files(self, files: Sequence[Path]) -> None:
        """Packages that were dropped on the window or found on a stick."""
        self.receiving.preview_files(files)
