"""Who exchanges packages: this PC's card, and the office's other PCs with what each still lacks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.exchange.packages import cards
from desktop.exchange.packages.cards import Card
from desktop.exchange.print.office_card import CardFacts, print_card
from desktop.models import rotation, sites
from desktop.models.exchange_log import vector
from desktop.models.sites import Site
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import Card as Box
from desktop.ui.common.parts import button, muted_label, row, section_label
from desktop.ui.common.rows_table import Column, RowsView
from desktop.ui.exchange.enrolling import CARD_FILES, choose_card, enrol
from desktop.ui.exchange.package_dialogs import EnrolDialog, fingerprint_label
from desktop.ui.exchange.package_words import (
    PackageState,
    SiteRow,
    heard_words,
    site_colour,
    site_details,
    site_state,
)
from desktop.ui.exchange.stop_dialog import StopDialog
from desktop.ui.reports.print_preview import preview
from desktop.ui.style import roomy, scaled

SITES: tuple[Column[SiteRow], ...] = (
    Column("机器", lambda r: r.site.name, width=80),
    Column("对方有多少", site_state, colour=site_colour),
    Column("最近回执", heard_words, width=96, firm=True),
)


class MachinesBox(QWidget):
    """`wanted` names the PC that somebody wants to write a package for."""

    wanted = Signal(str)

    def __init__(self, desk: Desk, reload: Callable[[], None]) -> None:
        super().__init__()
        self.desk = desk
        self._reload = reload
        self.card: Card | None = None
        self.name = section_label("")
        self.name.setWordWrap(True)
        self.code = fingerprint_label("")
        self.sites: RowsView[SiteRow] = RowsView(
            SITES, "还没有别的机器。请同事把他的名片存到U盘，再点“登记名片…”。", sortable=False
        )
        self.sites.setMinimumHeight(scaled(80))
        self.sites.show_column(2, roomy())
        self.sites.opened.connect(self._open)
        self.sites.picked.connect(self._tell)
        self.details = muted_label()
        self.enrol_button = button(
            "登记名片…", self.enrol, tip="让同事的一台机加入：选他的名片，核对指纹码"
        )
        self.stop_button = button("停用…", self.revoke, "danger", "丢失、被盗、换新机时用")
        self.keys_button = button(
            "换钥匙…", self.change_keys, "link", "怀疑口令或钥匙泄露、换了使用人时，换一副新的"
        )
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self._mine())
        lines.addWidget(self._others(), 1)

    def _mine(self) -> QWidget:
        mine = Box()
        mine.body.addWidget(self.name)
        mine.body.addLayout(row(
            muted_label("指纹码（电话里念）："), None,
            button("复制", self.copy_code, "link", "把指纹码放到剪贴板"), self.keys_button,
        ))  # fmt: skip
        mine.body.addWidget(self.code)
        mine.body.addLayout(row(
            button("保存名片…", self.save_card, tip="把本机名片存到U盘，交给同事登记"),
            button("打印名片…", self.print_card, tip="一页纸：指纹码和二维码"), None,
        ))  # fmt: skip
        return mine

    def _others(self) -> QWidget:
        others = Box("本单位的机器")
        others.body.addWidget(self.sites, 1)
        others.body.addWidget(self.details)
        self.details.hide()
        others.body.addLayout(row(self.enrol_button, self.stop_button, None))
        return others

    def show_state(self, state: PackageState) -> None:
        self.card = state.card
        office = state.card.office_name or "还没有加入单位"
        self.name.setText(f"本机：{state.card.name}（{office}）")
        for each in (self.enrol_button, self.stop_button, self.keys_button):
            each.setEnabled(state.joined)
        self.code.setText(state.card.fingerprint)
        self.sites.set_rows([row for row in state.sites if not row.here])

    def _tell(self) -> None:
        """The selected colleague in a sentence, where the text leaves room for it."""
        chosen = self.sites.selected()[:1]
        self.details.setText("".join(map(site_details, chosen)))
        self.details.setVisible(bool(chosen) and roomy())

    def _open(self, chosen: SiteRow) -> None:
        if not chosen.site.revoked:
            self.wanted.emit(chosen.site.uid)

    def copy_code(self) -> None:
        QGuiApplication.clipboard().setText(self.code.text())
        self.desk.note("指纹码已复制。")

    def save_card(self) -> None:
        if self.card is None:
            return
        target = self.desk.ask.save_file("保存本机名片", f"{self.card.name}.jlcard", CARD_FILES)
        if target is not None:
            store = self.desk.store
            self.desk.jobs.load(
                lambda: cards.write_card(store, target),
                lambda _: self.desk.note(f"名片已保存：{target.name}"), owner=self,
            )  # fmt: skip

    def print_card(self) -> None:
        """One page with the fingerprint, and the whole card as a QR code."""
        store = self.desk.store
        made = cards.own_card(store)
        facts = CardFacts(
            made.office_name or "（还没有加入单位）",
            made.name,
            made.fingerprint,
            cards.card_text(store).decode("utf-8"),
        )
        preview(
            self.desk, self, "本机名片",
            lambda target, progress: print_card(target, facts, progress=progress),
        )  # fmt: skip

    def enrol(self) -> None:
        """Read a card, compare its fingerprint with the colleague, then accept it."""
        choose_card(self.desk, "选择同事的名片", self.enrol_card)

    def enrol_card(self, path: Path) -> None:
        """A card somebody chose, or that was found on a stick."""
        store = self.desk.store

        def compare(card: Card) -> None:
            EnrolDialog(
                self, card,
                lambda name: enrol(
                    self.desk, self, path, self._reload, role="peer", name=name,
                    fingerprint=card.fingerprint,
                ),
                taken=self._names(card.site),
            ).open()  # fmt: skip

        self.desk.jobs.load(
            lambda: cards.card_to_enrol(store, path, role="peer"), compare, owner=self
        )

    def _names(self, but: str) -> frozenset[str]:
        """What the PCs in use are called, this one too; two of one name nobody can tell apart."""
        others = (row.site for row in self.sites.rows() if not row.site.revoked)
        own = {self.card.name} if self.card else set()
        return frozenset(own | {site.name for site in others if site.uid != but})

    def revoke(self) -> None:
        rows = self.sites.selected()
        if not rows:
            self.desk.note("先在表里选一台机。")
            return
        if rows[0].site.revoked:
            self.desk.note("这台机已经停用。")
            return
        self.stop(rows[0].site)

    def stop(self, site: Site) -> None:
        """Ask up to which number it is still believed, then stop a PC for good."""
        store = self.desk.store

        def work(after: int | None) -> None:
            sites.revoke_site(store, site.uid, after)
            rotation.forget_former(store)

        def show(number: int) -> None:
            StopDialog(
                self, site, number,
                lambda after: self.desk.jobs.load(
                    lambda: work(after), lambda _: self._reload(), owner=self
                ),
            ).open()  # fmt: skip

        self.desk.jobs.load(lambda: vector(store).get(site.uid, 0), show, owner=self)

    def change_keys(self) -> None:
        """A new pair of keys for this PC; colleagues hear of it with the next package."""
        store = self.desk.store
        question = (
            "给本机换一副新钥匙？怀疑口令或钥匙泄露、换了使用人时用。\n"
            "机器还是这一台；旧的签名钥匙马上销毁，不能退回。指纹码会变，以后按新的核对。"
        )
        if not self.desk.ask.confirm(question, "换钥匙", careful=True):
            return

        def work() -> list[str]:
            return [each.name for each in rotation.unaware(store, rotation.rotate(store))]

        def done(waiting: list[str]) -> None:
            self._reload()
            words = "已换新钥匙。"
            if waiting:
                words += f"{'、'.join(waiting)}还不知道，下次给它们导出数据包就带到。"
            self.desk.ask.tell(f"{words}外单位下次收到本机的报告或通知时自动认出。")

        self.desk.jobs.load(work, done, owner=self)
