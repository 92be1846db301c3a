"""Lists the offices above and below with what is missing, and enrols or stops one of their PCs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.errors import UserError
from desktop.exchange.packages import cards, certificates
from desktop.exchange.packages.cards import Card
from desktop.models import partners
from desktop.models.store import Store
from desktop.models.streams import Correspondent
from desktop.models.words import label
from desktop.moments import short_day
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import Card as Box
from desktop.ui.common.parts import button, muted_label, row
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.enrolling import CARD_FILES, choose_card, enrol
from desktop.ui.exchange.letter_words import OfficesState, office_state
from desktop.ui.exchange.package_dialogs import EnrolDialog
from desktop.ui.style import roomy

_FIRST = "还没有登记外单位。请对方存一份名片给您，点“登记名片…”，打电话核对指纹码。"

OFFICES: tuple[Column[Correspondent], ...] = (
    Column("单位", lambda r: _name(r)),
    Column("级别", lambda r: label("level", r.partner.level), width=56),
    Column("最近来件", lambda r: short_day(r.heard) or "还没有", width=76),
    Column(
        "情况", office_state, width=170,
        colour=lambda r: "muted" if r.partner.revoked else "warn" if r.missing else "",
    ),
)  # fmt: skip


def _name(row: Correspondent) -> str:
    other = row.partner
    return (
        other.office_name
        if other.name == other.office_name
        else (f"{other.office_name} {other.name}")
    )


class OfficesBox(QWidget):
    """The left side of 「上下级」."""

    def __init__(self, desk: Desk, reload: Callable[[], None]) -> None:
        super().__init__()
        self.desk = desk
        self._reload = reload
        self.view: RowsView[Correspondent] = RowsView(OFFICES, _FIRST, sortable=False)
        for place in (1, 2):  # large text has room for the name and what is missing
            self.view.show_column(place, roomy())
        self.gaps = muted_label()
        self.certify_button = button(
            "签发…", self.certify, tip="替下级单位的名片作保，别的单位登记它时不用再打电话核对"
        )
        self.certify_button.hide()
        box = Box("上级和下级单位")
        box.body.addWidget(self.view, 1)
        box.body.addWidget(self.gaps)
        box.body.addLayout(row(
            button("登记名片…", self.enrol, tip="选对方单位的名片，打电话核对指纹码"),
            self.certify_button,
            button("停用…", self.stop, "danger", "对方那台机丢失、被盗、换掉时用"), None,
        ))  # fmt: skip
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(box)

    def show_state(self, state: OfficesState) -> None:
        self.view.set_rows(state.offices)
        self.certify_button.setVisible(bool(state.below))
        lacking = [_name(each) for each in state.offices if each.missing]
        self.gaps.setText(
            f"{'、'.join(lacking)}前面有没收到的号：请对方在“上下级”里选中那一份，再拷一份来。"
        )
        self.gaps.setVisible(bool(lacking))

    def enrol(self) -> None:
        """Read a card, compare its fingerprint over the phone, then accept it."""
        choose_card(self.desk, "选择对方单位的名片", self.enrol_card)

    def enrol_card(self, path: Path) -> None:
        """A card somebody chose, or that was found on a stick."""
        store = self.desk.store

        def accept(name: str, fingerprint: str = "") -> None:
            enrol(
                self.desk, self, path, self._reload, role="office", name=name,
                fingerprint=fingerprint,
            )  # fmt: skip

        def ask(read: tuple[Card, str]) -> None:
            card, voucher = read
            if not voucher:
                EnrolDialog(
                    self, card, lambda name: accept(name, card.fingerprint), other_office=True
                ).open()
                return
            question = (
                f"“{card.office_name}”{card.name}的名片由“{voucher}”签发过，"
                "不用再打电话核对。登记吗？"
            )
            if self.desk.ask.confirm(question, "登记"):
                accept(card.office_name)

        self.desk.jobs.load(lambda: _read_card(store, path), ask, owner=self)

    def certify(self) -> None:
        """Vouch for an office below, so that others need no phone call to enrol it."""
        rows = self.view.selected()
        if not rows:
            self.desk.note("先在表里选一个下级单位。")
            return
        store, other = self.desk.store, rows[0].partner
        target = self.desk.ask.save_file(
            "存签发过的名片", f"{other.office_name}-签发.jlcard", CARD_FILES
        )
        if target is not None:
            self.desk.jobs.load(
                lambda: certificates.certify(store, other.uid, target),
                lambda _: self.desk.note(f"签发过的名片已存好：{target.name}"), owner=self,
            )  # fmt: skip

    def stop(self) -> None:
        rows = self.view.selected()
        if not rows:
            self.desk.note("先在表里选一个单位。")
            return
        store, other = self.desk.store, rows[0].partner
        question = (
            f"停用“{_name(rows[0])}”？对方那台机丢失、被盗、换掉时用。"
            "以后它的来件都不再接受，不能恢复。"
        )
        if self.desk.ask.confirm(question, "停用", careful=True):
            self.desk.jobs.load(
                lambda: partners.revoke_partner(store, other.uid), lambda _: self._reload(),
                owner=self,
            )  # fmt: skip


def _read_card(store: Store, path: Path) -> tuple[Card, str]:
    """The card, and the name of the enrolled office whose certificate on it holds, if any."""
    card = cards.card_to_enrol(store, path, role="office")
    try:
        certificates.check_certificate(store, card.certificate, card.text, card.level)
    except UserError:
        return card, ""
    return card, certificates.certifier_name(store, card.certificate) if card.certificate else ""
