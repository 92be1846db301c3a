"""The one door for messages, questions and file dialogs, so that tests can answer them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QWidget,
)

PROGRAM = "近邻"


class Ask:
    """Asks the person at the screen; every call waits for the answer."""

    def __init__(self) -> None:
        self._last_folder = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )

    def tell(self, text: str) -> None:
        """Something happened that the person should know."""
        self._box(QMessageBox.Icon.Information, text, "知道了")

    def warn(self, text: str) -> None:
        """Something went wrong that the person can mend."""
        self._box(QMessageBox.Icon.Warning, text, "知道了")

    def confirm(self, question: str, yes: str = "确定", *, careful: bool = False) -> bool:
        """Whether to go on; Esc and 「取消」 mean no, with `careful` a hasty Enter as well."""
        return self._box(QMessageBox.Icon.Question, question, yes, "取消", careful=careful)

    def text(self, question: str, default: str = "") -> str | None:
        """One line of text; None when cancelled."""
        box = QInputDialog(_parent())
        box.setWindowTitle(PROGRAM)
        box.setLabelText(question)
        box.setTextValue(default)
        box.setOkButtonText("确定")
        box.setCancelButtonText("取消")
        box.resize(480, box.sizeHint().height())
        done = box.exec()
        answer = box.textValue().strip()
        box.deleteLater()
        return answer if done else None

    def passphrase(self, question: str) -> str | None:
        """A secret that is not shown while typed; None when cancelled."""
        box = QInputDialog(_parent())
        box.setWindowTitle(PROGRAM)
        box.setLabelText(question)
        box.setTextEchoMode(QLineEdit.EchoMode.Password)
        box.setOkButtonText("确定")
        box.setCancelButtonText("取消")
        done = box.exec()
        answer = box.textValue()
        box.deleteLater()
        return answer if done else None

    def choose(self, question: str, options: Sequence[str]) -> str | None:
        """One of a few; None when cancelled."""
        box = QInputDialog(_parent())
        box.setWindowTitle(PROGRAM)
        box.setLabelText(question)
        box.setComboBoxItems(list(options))
        box.setComboBoxEditable(False)
        box.setOkButtonText("确定")
        box.setCancelButtonText("取消")
        done = box.exec()
        answer = box.textValue()
        box.deleteLater()
        return answer if done else None

    def reason(self, question: str) -> str | None:
        """Why personal data is looked at or taken out; asked again while empty."""
        answer = self.text(question)
        while answer == "":
            answer = self.text(f"{question}\n请写明原因（会记入查看记录）。")
        return answer

    def open_files(self, caption: str, filter: str = "") -> list[Path]:
        """Files to read; empty when cancelled."""
        names, _ = QFileDialog.getOpenFileNames(_parent(), caption, self._last_folder, filter)
        return [self._remember(Path(name)) for name in names]

    def save_file(self, caption: str, name: str, filter: str = "") -> Path | None:
        """Where to write; None when cancelled."""
        start = str(Path(self._last_folder) / name)
        chosen, _ = QFileDialog.getSaveFileName(_parent(), caption, start, filter)
        return self._remember(Path(chosen)) if chosen else None

    def folder(self, caption: str) -> Path | None:
        """A folder; None when cancelled."""
        chosen = QFileDialog.getExistingDirectory(_parent(), caption, self._last_folder)
        if not chosen:
            return None
        self._last_folder = chosen
        return Path(chosen)

    def _remember(self, path: Path) -> Path:
        self._last_folder = str(path.parent)
        return path

    def _box(
        self, icon: QMessageBox.Icon, text: str, yes: str, no: str = "", *, careful: bool = False
    ) -> bool:
        box = QMessageBox(_parent())
        box.setIcon(icon)
        box.setWindowTitle(PROGRAM)
        box.setText(text)
        accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        accept.setProperty("role", "danger" if careful else "primary")
        # the style looked at the button before it had a role
        accept.style().unpolish(accept)
        accept.style().polish(accept)
        box.setDefaultButton(accept)
        if no:
            refuse = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
            box.setEscapeButton(refuse)
            if careful:
                box.setDefaultButton(refuse)
        box.exec()
        agreed = box.clickedButton() is accept
        box.deleteLater()
        return agreed


def _parent() -> QWidget | None:
    """The window in front, so that a question stands over what it is about."""
    return QApplication.activeModalWidget() or QApplication.activeWindow()
