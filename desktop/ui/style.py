"""How the window looks: bundled font, text size, colours, and what the sheet is built with."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from desktop import paths
from desktop.ui.style_sheet import style_sheet

BASE_POINTS = 10.5
FONTS = (
    "NotoSansSC_400Regular.ttf", "NotoSansSC_700Bold.ttf", "HanaMinA.ttf", "HanaMinB.ttf",
)  # fmt: skip
FAMILIES = ["Noto Sans SC", "HanaMinA", "HanaMinB"]

COLOURS = {
    "ground": "#F5F4F1",  # behind cards and tables
    "rail": "#ECEAE5",
    "surface": "#FFFFFF",
    "zebra": "#FAF9F7",
    "line": "#DEDBD4",
    "line_strong": "#BFBAB0",
    "text": "#22262B",
    "muted": "#666C75",
    "accent": "#A61B29",
    "accent_dark": "#85131F",
    "accent_pale": "#FBF0F0",
    "selected": "#E4ECF5",
    "link": "#1F5A96",
    "good": "#23704A",
    "good_pale": "#E6F3EB",
    "warn": "#8A5300",
    "warn_pale": "#FFF3DC",
    "late": "#B3261E",
    "late_pale": "#FCE8E6",
}

_scale = [100]


def scaled(pixels: int) -> int:
    """Pixels at 100 % text → pixels at the chosen text size."""
    return round(pixels * _scale[0] / 100)


def roomy() -> bool:
    """Whether the text is of the usual size; larger text leaves room for less beside the list."""
    return _scale[0] <= 110


def dress(app: QApplication, text_scale: int) -> None:
    """Give the application its font, palette, style sheet and Chinese Qt texts."""
    _scale[0] = text_scale
    _load_fonts()
    _speak_chinese(app)
    app.setStyle("Fusion")
    app.setPalette(_palette())
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPointSizeF(BASE_POINTS * text_scale / 100)
    app.setFont(font)
    app.setStyleSheet(style_sheet(COLOURS, _pixels, _points, _icon))


_loaded: list[int] = []


def _load_fonts() -> None:
    if not _loaded:
        _loaded.extend(
            QFontDatabase.addApplicationFont(str(paths.resource("fonts", name))) for name in FONTS
        )


def _speak_chinese(app: QApplication) -> None:
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    if app.findChild(QTranslator) is None:
        translator = QTranslator(app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load("qtbase_zh_CN", folder):
            app.installTranslator(translator)


def _palette() -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, name in (
        (roles.Window, "ground"), (roles.WindowText, "text"), (roles.Base, "surface"),
        (roles.AlternateBase, "zebra"), (roles.Text, "text"), (roles.Button, "surface"),
        (roles.ButtonText, "text"), (roles.Highlight, "selected"),
        (roles.HighlightedText, "text"), (roles.ToolTipBase, "surface"),
        (roles.ToolTipText, "text"), (roles.PlaceholderText, "muted"), (roles.Link, "link"),
        (roles.Accent, "accent"),
    ):  # fmt: skip
        palette.setColor(role, QColor(COLOURS[name]))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#A3A7AD"))
    return palette


def _pixels(pixels: int) -> str:
    return f"{scaled(pixels)}px"


def _points(factor: float) -> str:
    return f"{BASE_POINTS * _scale[0] / 100 * factor:.2f}pt"


def _icon(name: str) -> str:
    return paths.resource("icons", f"{name}.svg").as_posix()
