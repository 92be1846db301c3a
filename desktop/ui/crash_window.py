"""Tells a person that the program failed, without showing anything about residents."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QVBoxLayout

from desktop import log
from desktop.errors import Cancelled
from desktop.ui.common.parts import button, muted_label, row, title_label


class CrashWindow(QDialog):
    """What happened, where the report lies, and what to do."""

    def __init__(self, report: str) -> None:
        super().__init__(QApplication.activeModalWidget() or QApplication.activeWindow())
        self.setWindowTitle("近邻出错了")
        self.setModal(True)
        self.report = report
        inside = QVBoxLayout(self)
        inside.setContentsMargins(24, 20, 24, 18)
        inside.setSpacing(12)
        inside.addWidget(title_label("程序出错了"))
        sentence = QLabel("这一步没有保存，此前保存的内容都在。请关闭这个窗口后再试一次；")
        inside.addWidget(sentence)
        inside.addWidget(
            QLabel("如果还是这样，请把下面这份错误报告交给维护人员（里面没有任何居民信息）：")
        )
        self.path = QLineEdit(report)
        self.path.setReadOnly(True)
        inside.addWidget(self.path)
        inside.addWidget(muted_label("报告只写出错的程序位置，不含姓名、门牌、电话等内容。"))
        close = button("关闭", self.accept, "primary")
        close.setDefault(True)
        inside.addLayout(row(button("复制路径", self._copy), None, close))
        self.setMinimumWidth(560)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.report)


def report_bug(error: BaseException) -> None:
    """Write the crash report and show the window."""
    window = CrashWindow(str(log.write_crash(error)))
    window.exec()
    window.deleteLater()


def install_hooks() -> None:
    """Bring every uncaught exception of this process to the crash window."""

    def caught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        del kind, trace
        if isinstance(error, KeyboardInterrupt):
            QApplication.quit()
        elif not isinstance(error, Cancelled):
            report_bug(error)

    def caught_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            log.write_crash(args.exc_value)

    sys.excepthook = caught
    threading.excepthook = caught_in_thread
