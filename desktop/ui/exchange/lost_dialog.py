"""Leads through a lost stick: what it may hold, who could open that, and what to do now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QLabel, QWidget

from desktop.exchange.packages.lost import OnTheWay, advice
from desktop.models.sites import Site
from desktop.moments import short_moment
from desktop.ui.common.form import Dialog, scrolling
from desktop.ui.common.parts import Card, button, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.package_words import KINDS
from desktop.ui.style import roomy, scaled


@dataclass(frozen=True, slots=True)
class LostSteps:
    """What the dialog can start for a package: write it anew, or stop the PC it was meant for."""

    export_for: Callable[[str], None]
    copy_again: Callable[[str], None]
    stop: Callable[[Site], None]


def who_opens(each: OnTheWay) -> str:
    if each.by_words:
        return each.receiver
    return f"{each.receiver}（已停用）和本机" if each.receiver_stopped else f"{each.receiver}和本机"


PACKAGES: tuple[Column[OnTheWay], ...] = (
    Column("写出时间", lambda p: short_moment(p.made), width=110, firm=True),
    Column("内容", lambda p: KINDS.get(p.kind, p.kind), width=90),
    Column("更改", lambda p: f"{p.changes}条", width=70, number=True),
    Column("只有谁能打开", who_opens, colour=lambda p: "late" if p.receiver_stopped else ""),
    Column("当时写到", lambda p: str(Path(p.path).parent), width=150),
)


class LostDialog(Dialog):
    """Everything stands on one page; the buttons below act for the selected package."""

    def __init__(
        self,
        parent: QWidget,
        packages: Sequence[OnTheWay],
        sites: Sequence[Site],
        steps: LostSteps,
    ) -> None:
        super().__init__("U盘丢了怎么办", parent, width=760)
        self._sites = {site.uid: site for site in sites if not site.revoked}
        self._steps = steps
        self.view: RowsView[OnTheWay] = RowsView(
            PACKAGES, "写出的数据包都已有回执，没有还在路上的。", sortable=False
        )
        self.view.show_column(4, roomy())
        self.view.setMinimumHeight(scaled(110))
        self.view.set_rows(packages)
        self.again = button("重新写一份…", self.write_again, "primary")
        self.stop = button("停用对方的机器…", self.stop_receiver, "danger")
        self.body.addWidget(section_label("一、可能在上面、还没有回执的"))
        self.body.addWidget(self.view, 1)
        self.body.addWidget(section_label("二、现在怎么办"))
        self.body.addWidget(scrolling(_advice(packages), scaled(190)), 1)
        self.body.addLayout(row(self.again, self.stop, None, button("关闭", self.reject)))
        self.view.picked.connect(self._able)
        if packages:
            self.view.selectRow(0)
        self._able()
        self.fit(820, 620)

    def _able(self) -> None:
        chosen = self.view.selected()[:1]
        for one in chosen:
            self.again.setText(f"重新写给{one.receiver}…")
            self.stop.setText(f"停用{one.receiver}…")
        # with new words it is another package: that is asked for in the menu
        able = bool(chosen) and not chosen[0].receiver_stopped and not chosen[0].by_words
        self.again.setEnabled(able)
        self.stop.setEnabled(bool(chosen) and chosen[0].to_site in self._sites)

    def write_again(self) -> None:
        """For a colleague a new package with all he lacks, for another office the same one."""
        [chosen] = self.view.selected()[:1]
        super().accept()
        if chosen.to_site in self._sites:
            self._steps.export_for(chosen.to_site)
        else:
            self._steps.copy_again(chosen.package)

    def stop_receiver(self) -> None:
        [chosen] = self.view.selected()[:1]
        super().accept()
        self._steps.stop(self._sites[chosen.to_site])


def _advice(packages: Sequence[OnTheWay]) -> QWidget:
    card = Card()
    for number, words in enumerate(advice(list(packages)), 1):
        line = QLabel(f"{number}. {words}")
        line.setWordWrap(True)
        card.body.addWidget(line)
    card.body.addStretch(1)
    return card
