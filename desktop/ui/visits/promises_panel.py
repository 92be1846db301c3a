"""Everything promised at the doors and not yet done, the earliest deadline first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop import clock
from desktop.models import promises, residents
from desktop.models.promises import Promise
from desktop.models.store import Store
from desktop.ui.common.desk import Desk, Place
from desktop.ui.common.parts import button, row
from desktop.ui.common.rows_table import Column, RowsView


@dataclass(frozen=True, slots=True)
class PromiseRow:
    promise: Promise
    door: str
    head: str
    late: bool


def read_promises(store: Store) -> list[PromiseRow]:
    found = promises.open_promises(store)
    homes = {
        home.uid: home
        for home in residents.households(store, sorted({each.household for each in found}))
    }
    today = clock.today().isoformat()
    return [
        PromiseRow(
            each,
            homes[each.household].door if each.household in homes else "",
            homes[each.household].head_name if each.household in homes else "",
            bool(each.until and each.until < today),
        )
        for each in found
    ]


COLUMNS: tuple[Column[PromiseRow], ...] = (
    Column("答应的事", lambda r: r.promise.text),
    Column("门牌", lambda r: r.door, width=210),
    Column("户主", lambda r: r.head, width=90),
    Column("由谁办", lambda r: r.promise.by or "", width=100),
    Column(
        "何时前", lambda r: r.promise.until or "没有定", width=110,
        sort=lambda r: r.promise.until or "9", colour=lambda r: "late" if r.late else "",
    ),
    Column("哪天答应的", lambda r: r.promise.made_on or "", width=110),
)  # fmt: skip


class PromisesPanel(QWidget):
    """Open promises; each is settled as done or, with the reason, as not kept."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.count = QLabel()
        self.view: RowsView[PromiseRow] = RowsView(COLUMNS, "没有未办的承诺。")
        self.view.opened.connect(lambda r: desk.go(Place("household", r.promise.household)))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.addLayout(row(self.count, None))
        inside.addWidget(self.view, 1)
        inside.addLayout(row(
            button("已办", self.settle_kept, "primary"),
            button("未能办成…", self.settle_not_kept),
            None,
        ))  # fmt: skip

    def load(self) -> None:
        store = self.desk.store
        self.desk.jobs.load(lambda: read_promises(store), self._show, owner=self)

    def _show(self, rows: list[PromiseRow]) -> None:
        late = sum(each.late for each in rows)
        self.count.setText(f"共 {len(rows)} 件未办，其中过了期限 {late} 件")
        self.view.set_rows(rows)

    def settle_kept(self) -> None:
        self._settle("kept", "")

    def settle_not_kept(self) -> None:
        if self.view.selected():
            why = self.desk.ask.text("为什么没有办成？下次上门时要向住户说明。")
            if why:
                self._settle("not_kept", why)

    def _settle(self, state: str, why: str) -> None:
        store = self.desk.store
        chosen = [each.promise.uid for each in self.view.selected()]
        for uid in chosen:
            self.desk.jobs.load(
                partial(promises.settle, store, uid, state, why),
                lambda _: self.desk.note("已记：承诺办理情况"),
                owner=self,
            )
        if not chosen:
            self.desk.note("先在表里选一件。")
