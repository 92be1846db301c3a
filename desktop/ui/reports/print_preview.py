"""Shows a paper before it is printed: pages on screen, printing a range, saving as PDF.

A paper is personal data: its file is gone as soon as it is drawn, what is looked at is in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, QSizeF, Qt, QTimer
from PySide6.QtGui import QIcon, QImage, QPageSize, QPainter, QPixmap, QResizeEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop import clock
from desktop.errors import UserError
from desktop.exchange.print import raster
from desktop.exchange.print.documents import Printed
from desktop.files import private_folder, whole_file
from desktop.models.profile import DRAWING
from desktop.progress import Progress
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import button, muted_label, row
from desktop.ui.reports.page_range import page_range

Draw = Callable[[Path, Progress], Printed]
THUMB_DPI = 24
PRINT_DPI = 300
SCREEN_DPI = 96
_ZOOMS = (("整页", 0.0), ("页宽", -1.0), ("75%", 0.75), ("100%", 1.0), ("150%", 1.5), ("200%", 2.0))


def preview(desk: Desk, parent: QWidget, title: str, draw: Draw) -> None:
    """Draw a paper in the background, then open the preview over `parent`."""
    path = private_folder(desk.store.folder / DRAWING) / f"{clock.new_uid()}.pdf"

    def work(progress: Progress) -> tuple[bytes, Sequence[str]]:
        try:
            missing = draw(path, progress).missing_glyphs
            return path.read_bytes(), missing
        finally:
            path.unlink(missing_ok=True)

    def show(drawn: tuple[bytes, Sequence[str]]) -> None:
        PrintPreview(desk, parent, title, *drawn).open()

    desk.jobs.run(f"正在生成：{title}", work, show, owner=parent)


class PrintPreview(QDialog):
    """The pages of one PDF with thumbnails, zoom, page range, printing and saving."""

    def __init__(
        self, desk: Desk, parent: QWidget, title: str, pdf: bytes, missing: Sequence[str] = ()
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"打印预览 — {title}")
        self.desk, self.title, self.pdf = desk, title, pdf
        self.total = raster.page_count(pdf)
        self.choose_printer: Callable[[QPrinter, QWidget], bool] = _ask_printer
        self._build(missing)
        self.thumbs.setCurrentRow(0)
        screen = (parent.window() or parent).size()
        self.resize(max(900, screen.width() - 120), max(620, screen.height() - 60))
        self._filler = QTimer(self)
        self._filler.setInterval(0)
        self._filler.timeout.connect(self._fill_one_thumb)
        self._filler.start()

    def _build(self, missing: Sequence[str]) -> None:
        self.thumbs = QListWidget()
        self.thumbs.setViewMode(QListView.ViewMode.IconMode)
        self.thumbs.setMovement(QListView.Movement.Static)
        self.thumbs.setFlow(QListView.Flow.TopToBottom)
        self.thumbs.setWrapping(False)
        self.thumbs.setUniformItemSizes(True)
        self.thumbs.setIconSize(QSize(150, 200))
        self.thumbs.setFixedWidth(206)
        self.thumbs.setAccessibleName("页")
        blank = QPixmap(141, 200)
        blank.fill(Qt.GlobalColor.white)
        for number in range(1, self.total + 1):
            self.thumbs.addItem(QListWidgetItem(QIcon(blank), f"第{number}页"))
        self.thumbs.currentRowChanged.connect(self._show_page)
        self.sheet = QLabel()
        self.sheet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.area = QScrollArea()
        self.area.setWidget(self.sheet)
        self.area.setWidgetResizable(True)
        self.area.setProperty("role", "paper")
        middle = QHBoxLayout()
        middle.addWidget(self.thumbs)
        middle.addWidget(self.area, 1)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(16, 12, 16, 12)
        if missing:
            inside.addWidget(muted_label(f"这些字没有字形，打印会缺字：{'、'.join(missing)}"))
        inside.addLayout(middle, 1)
        inside.addLayout(self._controls())

    def _controls(self) -> QHBoxLayout:
        self.zoom = QComboBox()
        self.zoom.addItems([words for words, _ in _ZOOMS])
        self.zoom.currentIndexChanged.connect(lambda _: self._show_page(self.thumbs.currentRow()))
        self.range = QLineEdit()
        self.range.setPlaceholderText(f"全部 {self.total} 页")
        self.range.setToolTip("只打其中几页时写成 1-3,5；不写就是全部")
        self.range.setFixedWidth(170)
        self.where = QLabel()
        self.print_button = button("打印…", self.print_pages, "primary")
        self.print_button.setDefault(True)
        return row(
            QLabel("显示"), self.zoom, self.where, None, QLabel("打印页码"), self.range,
            self.print_button, button("另存为 PDF…", self.save_pdf), button("关闭", self.reject),
        )  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, lambda: self._show_page(self.thumbs.currentRow()))

    def done(self, result: int) -> None:
        """Closed in whatever way: nothing is drawn any more."""
        self._filler.stop()
        super().done(result)

    def closeEvent(self, event: QEvent) -> None:
        self._filler.stop()
        event.accept()

    def _show_page(self, page: int) -> None:
        if page < 0:
            return
        ratio = self.devicePixelRatioF()
        picture = QPixmap.fromImage(_image(self.pdf, page, max(20, int(self._dpi(page) * ratio))))
        picture.setDevicePixelRatio(ratio)
        self.sheet.setPixmap(picture)
        self.where.setText(f"第 {page + 1} 页，共 {self.total} 页")

    def _dpi(self, page: int) -> float:
        factor = _ZOOMS[self.zoom.currentIndex()][1]
        if factor > 0:
            return SCREEN_DPI * factor
        wide, high = raster.page_size(self.pdf, page)
        room = self.area.viewport().size()
        across = 72 * (room.width() - 24) / wide
        return across if factor < 0 else min(across, 72 * (room.height() - 12) / high)

    def _fill_one_thumb(self) -> None:
        """Draw one visible thumbnail that is still blank; rest when there is none."""
        for number in self._visible_rows():
            item = self.thumbs.item(number)
            if not item.data(Qt.ItemDataRole.UserRole):
                item.setIcon(QIcon(QPixmap.fromImage(_image(self.pdf, number, THUMB_DPI))))
                item.setData(Qt.ItemDataRole.UserRole, True)
                self._filler.setInterval(0)
                return
        self._filler.setInterval(150)

    def _visible_rows(self) -> range:
        view = self.thumbs.viewport()
        first = self.thumbs.indexAt(view.rect().topLeft() + view.rect().center() * 0.1).row()
        height = max(1, self.thumbs.sizeHintForRow(0))
        start = max(0, first)
        return range(start, min(self.total, start + view.height() // height + 2))

    def save_pdf(self) -> None:
        target = self.desk.ask.save_file("另存为 PDF", f"{self.title}.pdf", "PDF 文件 (*.pdf)")
        if target is not None:
            try:
                with whole_file(target) as file:
                    file.write(self.pdf)
            except UserError as error:
                self.desk.ask.warn(str(error))
                return
            self.desk.note(f"已保存：{target.name}")

    def print_pages(self) -> None:
        """Print the chosen pages at 300 dpi; each keeps its own orientation."""
        try:
            pages = page_range(self.range.text(), self.total)
        except UserError as error:
            self.desk.ask.warn(str(error))
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self.title)
        printer.setPageSize(_paper(self.pdf, pages[0]))
        if not self.choose_printer(printer, self):
            return
        self._filler.stop()  # one page of one file at a time is drawn
        self.desk.jobs.run(
            "正在打印",
            lambda progress: print_on(printer, self.pdf, pages, progress),
            lambda _: self._printed(len(pages)),
            owner=self,
        )

    def _printed(self, pages: int) -> None:
        self.desk.note(f"已送打印机：{self.title}，{pages} 页")
        self.accept()


def print_on(printer: QPrinter, pdf: raster.Pdf, pages: Sequence[int], progress: Progress) -> None:
    """Send pages to the printer as pictures that fill the paper; Stop ends after a page."""
    painter = QPainter()
    printer.setFullPage(True)
    for place, page in enumerate(pages):
        progress(place, len(pages), f"第{place + 1}页，共{len(pages)}页")
        image = _image(pdf, page, PRINT_DPI)
        wide = image.width() > image.height()
        layout = printer.pageLayout()
        layout.setOrientation(layout.Orientation.Landscape if wide else layout.Orientation.Portrait)
        printer.setPageLayout(layout)
        if place == 0:
            painter.begin(printer)
        else:
            printer.newPage()
        paper = printer.paperRect(QPrinter.Unit.DevicePixel).toRect()
        size = image.size().scaled(paper.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.drawImage(paper.x(), paper.y(), image.scaled(
            size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        ))  # fmt: skip
    painter.end()


def _paper(pdf: raster.Pdf, page: int) -> QPageSize:
    """The paper the document was drawn for: A4, A3 …"""
    wide, high = raster.page_size(pdf, page)
    size = QSizeF(min(wide, high), max(wide, high))
    return QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)


def _ask_printer(printer: QPrinter, parent: QWidget) -> bool:
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("打印")
    return dialog.exec() == QDialog.DialogCode.Accepted


def _image(pdf: raster.Pdf, page: int, dpi: int) -> QImage:
    drawn = raster.page_image(pdf, page, dpi)
    return QImage(
        drawn.bytes, drawn.width, drawn.height, drawn.stride, QImage.Format.Format_RGB32
    ).copy()
