"""What the program is, which version, what is new, and under which licences its parts stand."""

from __future__ import annotations

from importlib import metadata

from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from desktop import log, paths
from desktop.ui.common.desk import Desk
from desktop.ui.common.parts import Card, muted_label

_WORDS = (
    "近邻是社区书记的离线工作台：花名册、走访、清单、月报都在这台电脑上，不联网，不上传。",
    "程序按 Apache-2.0 许可发布；界面字体 Noto Sans SC 和花园明朝按 SIL OFL 许可使用；"
    "界面库 Qt（PySide6）按 LGPL 许可使用。",
)


class AboutTab(QWidget):
    """关于和新功能."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 14, 0, 0)
        inside.setSpacing(14)
        card = Card(f"近邻 {metadata.version('jinlin')}")
        for words in _WORDS:
            card.body.addWidget(muted_label(words))
        card.body.addWidget(muted_label(f"数据文件夹：{desk.store.folder}"))
        card.body.addWidget(muted_label(f"错误报告文件夹（不含居民信息）：{log.folder()}"))
        inside.addWidget(card)
        card = Card("新功能")
        news = QTextBrowser()
        news.setMarkdown(paths.resource("texts", "news.md").read_text("utf-8"))
        card.body.addWidget(news)
        inside.addWidget(card, 1)
