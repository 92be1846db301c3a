"""The print preview: pages, ranges, printing, saving, and nothing left behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget

from desktop.exchange.print import documents, raster
from desktop.models.profile import open_profile
from desktop.models.store import Store
from desktop.ui.main_window import MainWindow
from desktop.ui.reports.print_preview import PrintPreview, preview
from tests.build import a_household
from tests.conftest import PASSPHRASE
from tests.ui.answers import Answers

Settle = Callable[[], None]
OpenWindow = Callable[[Store], MainWindow]


@pytest.fixture
def window(store: Store, open_window: OpenWindow) -> MainWindow:
    return open_window(store)


def show_forms(window: MainWindow, settle: Settle, count: int) -> PrintPreview:
    store = window.desk.store
    homes = [a_household(store, "3", "2", f"{n}01", people=["王小明"]) for n in range(1, count + 1)]
    preview(
        window.desk, window, "入户走访登记表",
        lambda path, progress: documents.print_forms(
            store, path, homes, variant="street", progress=progress
        ),
    )  # fmt: skip
    settle()
    shown = window.findChild(PrintPreview)
    assert shown is not None
    return shown


def to_pdf(target: Path) -> Callable[[QPrinter, QWidget], bool]:
    def choose(printer: QPrinter, parent: QWidget) -> bool:
        del parent
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(target))
        printer.setResolution(150)
        return True

    return choose


def test_every_page_is_shown_and_can_be_looked_at_closely(
    window: MainWindow, settle: Settle
) -> None:
    shown = show_forms(window, settle, 3)
    assert shown.total == 3
    assert shown.thumbs.count() == 3
    shown.thumbs.setCurrentRow(2)
    assert shown.where.text() == "第 3 页，共 3 页"
    whole = shown.sheet.pixmap().height()
    shown.zoom.setCurrentText("150%")
    assert shown.sheet.pixmap().height() > whole
    shown.reject()


def test_only_the_chosen_pages_are_printed(
    window: MainWindow, settle: Settle, tmp_path: Path
) -> None:
    shown = show_forms(window, settle, 3)
    shown.choose_printer = to_pdf(tmp_path / "paper.pdf")
    shown.range.setText("2-3")
    shown.print_pages()
    settle()
    assert raster.page_count(tmp_path / "paper.pdf") == 2
    wide, high = raster.page_size(tmp_path / "paper.pdf")
    assert wide < high
    assert window.findChild(PrintPreview) is None


def test_a_wide_page_is_printed_wide(
    window: MainWindow, settle: Settle, store: Store, tmp_path: Path
) -> None:
    a_household(store, people=["王小明"])
    preview(
        window.desk, window, "花名册",
        lambda path, progress: documents.print_chiefs(store, path, progress=progress),
    )  # fmt: skip
    settle()
    shown = window.findChild(PrintPreview)
    assert shown is not None
    shown.choose_printer = to_pdf(tmp_path / "wide.pdf")
    shown.print_pages()
    settle()
    wide, high = raster.page_size(tmp_path / "wide.pdf")
    assert wide > high


def test_pages_that_do_not_exist_are_refused_in_words(
    window: MainWindow, settle: Settle, answers: Answers
) -> None:
    shown = show_forms(window, settle, 1)
    shown.range.setText("7")
    shown.print_pages()
    assert "最大是第1页" in answers.told[0]
    shown.reject()


def test_what_a_crash_left_of_a_drawing_is_removed_when_the_profile_opens(store: Store) -> None:
    left = store.folder / "drawing" / ".old.pdf.part"
    left.parent.mkdir()
    left.write_bytes(b"%PDF")
    store.close()
    open_profile(store.folder, PASSPHRASE).close()
    assert not left.exists()


def test_saving_keeps_a_copy_and_the_profile_holds_no_drawing(
    window: MainWindow, settle: Settle, store: Store, answers: Answers, tmp_path: Path
) -> None:
    shown = show_forms(window, settle, 1)
    assert list((store.folder / "drawing").iterdir()) == []
    answers.will(save_file=tmp_path / "表.pdf")
    shown.save_pdf()
    assert raster.page_count(tmp_path / "表.pdf") == 1
    answers.will(save_file=tmp_path / "拔出的U盘" / "表.pdf")
    shown.save_pdf()
    assert "没有写出" in answers.told[0]
    shown.close()
    settle()
    assert window.findChild(PrintPreview) is None
