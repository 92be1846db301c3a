"""Lets the office change how its papers look: labels, order, which parts, footers, with preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QPixmap, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.errors import BadValue
from desktop.exchange.print.raster import Raster
from desktop.exchange.print.template_preview import preview_image
from desktop.models import templates
from desktop.models.store import Store
from desktop.models.templates import PAPERS, Part, Template
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import CHECK, Field, Form, FormDialog
from desktop.ui.common.parts import Card, button, muted_label, row
from desktop.ui.common.rows_table import Column, RowsView

_WORDS = (
    Field("title", "标题", hint="不填就用原来的（清单按种类、简报按单位名称）"),
    Field("office", "单位名称", hint="不填就用本单位的名称"),
    Field("foot", "页脚", hint="登记表印在页脚，清单印在表下"),
)
_PART = (
    Field("label", "名称", required=True, hint="简报期号里写 {期} 和 {年}"),
    Field("hint", "提示或内容", hint="登记表里的小字提示；简报报、送、发的单位"),
    Field("share", "占的份额", hint="数字越大占的地方越大"),
    Field("use", "使用", CHECK),
)
COLUMNS: tuple[Column[Part], ...] = (
    Column("名称", lambda p: p.label.strip("　"), colour=lambda p: "" if p.use else "muted"),
    Column("提示或内容", lambda p: p.hint),
    Column("份额", lambda p: f"{p.share:g}", width=64, number=True),
    Column("使用", lambda p: "是" if p.use else "否", width=56, align="center"),
)
_WAIT = 350  # milliseconds of rest before the preview is drawn again


@dataclass(frozen=True, slots=True)
class PapersRead:
    layouts: dict[str, Template]


def read_papers(store: Store) -> PapersRead:
    return PapersRead({paper: templates.template(store, paper) for paper in PAPERS})


class PapersTab(QWidget):
    """纸张样式."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.layouts: dict[str, Template] = {}
        self.paper = QComboBox()
        self.paper.setAccessibleName("纸张")
        for key in PAPERS:
            self.paper.addItem(templates.bundled(key).name, key)
        self.paper.activated.connect(lambda _: self._show())
        self.state = muted_label()
        self.words = Form(_WORDS)
        self.words.edited.connect(self._later)
        self.parts: RowsView[Part] = RowsView(COLUMNS, "没有可改的项。")
        self.parts.opened.connect(lambda _: self.edit())
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.picture.setMinimumSize(300, 420)
        self.picture.setAccessibleName("样式预览")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT)
        self._timer.timeout.connect(self.draw)
        self._build()

    def _build(self) -> None:
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 14, 0, 0)
        columns.setSpacing(14)
        left = QVBoxLayout()
        card = Card("样式")
        card.body.addLayout(row(self.paper, self.state, None))
        card.body.addWidget(self.words)
        card.body.addWidget(self.parts, 1)
        card.body.addLayout(
            row(
                button("编辑…", self.edit),
                button("上移", lambda: self.move_part(-1)),
                button("下移", lambda: self.move_part(1)),
                None,
                button("恢复原样", self.reset),
                button("保存为新样式", self.save, "primary"),
            )
        )
        left.addWidget(card, 1)
        columns.addLayout(left, 3)
        shown = Card("预览（样例内容）")
        shown.body.addWidget(self.picture, 1)
        columns.addWidget(shown, 2)

    @property
    def edited(self) -> Template:
        """The chosen paper's layout with what is typed at the moment."""
        typed = self.words.values()
        return replace(
            self.layouts[self.paper.currentData()],
            title=typed["title"], office=typed["office"], foot=typed["foot"],
        )  # fmt: skip

    def show_read(self, found: PapersRead) -> None:
        """Show the layouts in force; what is being edited stays until it is saved."""
        if self.layouts:
            self.layouts[self.paper.currentData()] = self.edited
        for paper, layout in found.layouts.items():
            mine = self.layouts.get(paper)
            if mine is None or mine.version != layout.version:
                self.layouts[paper] = layout
        self._show()

    def _show(self) -> None:
        layout = self.layouts[self.paper.currentData()]
        self.state.setText(f"样式{layout.version}")
        self.words.set_values({"title": layout.title, "office": layout.office, "foot": layout.foot})
        self.parts.set_rows(layout.parts)
        self._later()

    def _later(self) -> None:
        if self.isVisible():
            self._timer.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.draw()

    def draw(self) -> None:
        """Draw the preview of what is on the screen, saved or not."""
        if not self.layouts:
            return
        layout = self.edited
        self.desk.jobs.load(
            lambda: preview_image(self.desk.store, layout), self._show_picture, owner=self
        )

    def _show_picture(self, drawn: Raster) -> None:
        image = QImage(
            drawn.bytes, drawn.width, drawn.height, drawn.stride, QImage.Format.Format_RGB32
        )
        picture = QPixmap.fromImage(image)
        size = picture.size().scaled(
            self.picture.size().boundedTo(picture.size()), Qt.AspectRatioMode.KeepAspectRatio
        )
        self.picture.setPixmap(
            picture.scaled(
                size,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )

    def edit(self) -> None:
        """Change the chosen part in a dialog; it is kept with the whole layout."""
        for chosen in self.parts.selected()[:1]:
            self._edit_part(chosen, self.edited)

    def _edit_part(self, chosen: Part, layout: Template) -> None:
        made: list[Template] = []
        values = {
            "label": chosen.label, "hint": chosen.hint, "share": f"{chosen.share:g}",
            "use": chosen.use,
        }  # fmt: skip
        dialog = FormDialog(
            self.desk,
            self,
            f"编辑：{chosen.label.strip('　')}",
            _PART,
            lambda typed: made.append(_with_part(layout, chosen.key, typed)),
            values=values,
            saved=lambda: self._put(made[-1]),
        )
        dialog.open()

    def move_part(self, step: int) -> None:
        """Let the chosen part change places with its neighbour."""
        for chosen in self.parts.selected()[:1]:
            layout = self.edited
            parts = list(layout.parts)
            place = parts.index(chosen)
            if 0 <= place + step < len(parts):
                parts[place], parts[place + step] = parts[place + step], parts[place]
                self._put(replace(layout, parts=tuple(parts)))
                self.parts.selectRow(place + step)

    def _put(self, layout: Template) -> None:
        self.layouts[layout.paper] = layout
        self._show()

    def save(self) -> None:
        """Keep the layout under a new number; older forms stay printable."""
        layout = self.edited
        self.desk.jobs.load(
            lambda: templates.save(self.desk.store, layout), self._saved, owner=self
        )

    def _saved(self, layout: Template) -> None:
        self._put(layout)
        self.desk.note(f"已保存为样式{layout.version}，以后都按它打印。")

    def reset(self) -> None:
        paper = str(self.paper.currentData())
        self.desk.jobs.load(
            lambda: templates.use(self.desk.store, paper),
            lambda _: self._put(templates.bundled(paper)),
            owner=self,
        )


def _with_part(layout: Template, key: str, typed: Mapping[str, Any]) -> Template:
    try:
        share = float(str(typed["share"]).strip())
    except ValueError:
        raise BadValue("占的份额", typed["share"], "应为数字") from None
    new = {"label": typed["label"], "hint": typed["hint"], "share": share, "use": typed["use"]}
    parts = tuple(replace(part, **new) if part.key == key else part for part in layout.parts)
    changed = replace(layout, parts=parts)
    templates.check(changed)
    return changed
