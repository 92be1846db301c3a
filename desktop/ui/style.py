"""How the window looks: bundled font, text size, colours and the style sheet built from them."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from desktop import paths

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
    app.setStyleSheet(_sheet())


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


def _points(factor: float) -> str:
    return f"{BASE_POINTS * _scale[0] / 100 * factor:.2f}pt"


def _icon(name: str) -> str:
    return paths.resource("icons", f"{name}.svg").as_posix()


def _sheet() -> str:
    c = COLOURS
    p = {n: f"{scaled(n)}px" for n in (2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 30, 32)}
    return f"""
QWidget {{ color: {c["text"]}; }}
QMainWindow, QDialog {{ background: {c["ground"]}; }}
QToolTip {{ background: {c["surface"]}; color: {c["text"]}; border: 1px solid {c["line_strong"]};
    padding: {p[4]} {p[6]}; }}

QLabel[role="title"] {{ font-size: {_points(1.5)}; font-weight: 700; }}
QLabel[role="section"] {{ font-weight: 700; font-size: {_points(1.08)}; }}
QLabel[role="muted"] {{ color: {c["muted"]}; }}
QLabel[role="hint"] {{ color: {c["muted"]}; font-size: {_points(0.93)}; padding-bottom: {p[4]}; }}
QLabel[role="error"] {{ color: {c["late"]}; font-size: {_points(0.95)}; padding-bottom: {p[4]}; }}
QLabel[role="good"] {{ color: {c["good"]}; }}
QLabel[role="number"] {{ font-size: {_points(2.0)}; font-weight: 700; }}
QLabel[role="number"][alarm="true"] {{ color: {c["accent"]}; }}
QLabel[role="banner"] {{ background: {c["warn_pale"]}; color: {c["warn"]}; padding: {p[8]} {p[12]};
    border-radius: {p[4]}; }}
QLabel[role="tag"] {{ background: {c["accent_pale"]}; color: {c["accent"]};
    padding: {p[2]} {p[8]}; border-radius: {p[8]}; }}

QFrame[role="card"] {{ background: {c["surface"]}; border: 1px solid {c["line"]};
    border-radius: {p[6]}; }}

QPushButton {{ background: {c["surface"]}; border: 1px solid {c["line_strong"]};
    border-radius: {p[4]}; padding: {p[5]} {p[14]}; min-height: {p[20]}; }}
QPushButton:hover {{ background: {c["zebra"]}; border-color: {c["muted"]}; }}
QPushButton:pressed {{ background: {c["rail"]}; }}
QPushButton:focus {{ border: 2px solid {c["link"]}; padding: {scaled(4)}px {scaled(13)}px; }}
QPushButton:disabled {{ color: #A3A7AD; border-color: {c["line"]}; background: {c["ground"]}; }}
QPushButton[role="primary"] {{ background: {c["accent"]}; color: white;
    border: 1px solid {c["accent"]}; }}
QPushButton[role="primary"]:hover {{ background: {c["accent_dark"]}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {c["text"]}; }}
QPushButton[role="primary"]:disabled {{ background: #D9B5B8; border-color: #D9B5B8; color: white; }}
QPushButton[role="danger"] {{ color: {c["late"]}; }}
QPushButton[role="danger"]:disabled {{ color: #A3A7AD; }}
QPushButton[role="tab"] {{ border: none; border-bottom: 2px solid transparent; border-radius: 0;
    background: transparent; color: {c["muted"]}; }}
QPushButton[role="tab"]:checked {{ color: {c["text"]}; border-bottom-color: {c["accent"]};
    font-weight: 700; }}
QPushButton[role="tab"]:disabled {{ color: #A3A7AD; background: transparent; }}
QPushButton[role="tab"]:focus {{ border: none; border-bottom: 2px solid {c["link"]};
    padding: {p[5]} {p[14]}; }}
QPushButton::menu-indicator {{ subcontrol-position: right center; right: {p[6]}; }}
QPushButton[role="link"] {{ border: none; background: transparent; color: {c["link"]};
    padding: {p[2]} {p[4]}; text-align: left; }}
QPushButton[role="link"]:hover {{ text-decoration: underline; }}
QPushButton[role="link"]:focus {{ border: 1px dotted {c["link"]}; padding: {p[2]} {p[3]}; }}
QPushButton[role="tile"] {{ background: {c["surface"]}; border: 1px solid {c["line"]};
    border-radius: {p[6]}; text-align: left; padding: 0; min-height: 0; }}
QPushButton[role="tile"]:hover {{ border-color: {c["accent"]}; background: {c["accent_pale"]}; }}
QPushButton[role="tile"]:focus {{ border: 2px solid {c["link"]}; }}

QLineEdit, QComboBox, QPlainTextEdit, QTextEdit, QSpinBox, QDateEdit {{
    background: {c["surface"]}; border: 1px solid {c["line_strong"]}; border-radius: {p[4]};
    padding: {p[4]} {p[8]}; selection-background-color: #B9D0EA;
    selection-color: {c["text"]}; }}
QLineEdit, QComboBox, QSpinBox, QDateEdit {{ min-height: {p[20]}; }}
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus,
QDateEdit:focus {{ border: 2px solid {c["link"]}; padding: {p[3]} {scaled(7)}px; }}
QLineEdit:disabled, QComboBox:disabled {{ background: {c["ground"]}; color: #8A8F96; }}
QComboBox::drop-down {{ border: none; width: {p[22]}; }}
QComboBox::down-arrow {{ image: url({_icon("arrow-down")}); width: {p[12]}; height: {p[12]}; }}
QCheckBox {{ spacing: {p[8]}; }}
QCheckBox::indicator {{ width: {p[16]}; height: {p[16]}; border: 1px solid {c["line_strong"]};
    border-radius: {p[3]}; background: {c["surface"]}; }}
QCheckBox::indicator:checked {{ background: {c["accent"]}; border-color: {c["accent"]};
    image: url({_icon("tick")}); }}
QCheckBox::indicator:focus {{ border: 2px solid {c["link"]}; }}
QComboBox QAbstractItemView {{ background: {c["surface"]}; border: 1px solid {c["line_strong"]};
    selection-background-color: {c["selected"]}; selection-color: {c["text"]}; outline: 0; }}

QTableView, QTreeView, QListView {{ background: {c["surface"]}; border: 1px solid {c["line"]};
    border-radius: {p[4]}; alternate-background-color: {c["zebra"]}; outline: 0;
    selection-background-color: {c["selected"]}; selection-color: {c["text"]}; }}
QTableView::item {{ padding: 0 {p[8]}; border: none; }}
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected {{
    background: {c["selected"]}; color: {c["text"]}; }}
QTreeView::item, QListView::item {{ min-height: {p[30]}; padding: 0 {p[8]}; }}
QHeaderView {{ background: {c["surface"]}; }}
QHeaderView::section {{ background: {c["surface"]}; color: {c["muted"]}; border: none;
    border-bottom: 1px solid {c["line_strong"]}; padding: {p[6]} {scaled(11)}px; }}
QTableCornerButton::section {{ background: {c["surface"]}; border: none; }}

QTabWidget::pane {{ border: none; border-top: 1px solid {c["line"]}; }}
QTabBar::tab {{ background: transparent; padding: {p[6]} {p[14]}; color: {c["muted"]};
    border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {c["text"]}; border-bottom: 2px solid {c["accent"]};
    font-weight: 700; }}
QTabBar::tab:focus {{ color: {c["link"]}; }}

QScrollArea, QScrollArea > QWidget > QWidget#inside {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: {p[12]}; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {p[12]}; margin: 0; }}
QScrollBar::handle {{ background: #CFCBC3; border-radius: {p[4]}; margin: {p[2]};
    min-height: {p[30]}; min-width: {p[30]}; }}
QScrollBar::handle:hover {{ background: #AFAAA0; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QProgressBar {{ border: none; background: {c["rail"]}; border-radius: {p[4]}; height: {p[8]};
    text-align: center; color: transparent; }}
QProgressBar::chunk {{ background: {c["accent"]}; border-radius: {p[4]}; }}
QSplitter::handle {{ background: transparent; }}
QStatusBar {{ background: {c["rail"]}; color: {c["muted"]}; }}
QStatusBar::item {{ border: none; }}
QMenu {{ background: {c["surface"]}; border: 1px solid {c["line_strong"]}; padding: {p[4]}; }}
QMenu::item {{ padding: {p[6]} {p[24]}; border-radius: {p[3]}; }}
QMenu::item:selected {{ background: {c["selected"]}; }}
#rail {{ background: {c["rail"]}; border: none; border-right: 1px solid {c["line"]}; }}
#rail QToolButton {{ border: none; border-left: {p[4]} solid transparent; background: transparent;
    padding: {p[10]} {p[16]} {p[10]} {p[12]}; text-align: left; font-size: {_points(1.08)}; }}
#rail QToolButton:hover {{ background: #E2DFD8; }}
#rail QToolButton:checked {{ background: {c["surface"]}; border-left-color: {c["accent"]};
    color: {c["accent"]}; font-weight: 700; }}
#rail QToolButton:focus {{ background: #E2DFD8; }}
#rail QToolButton:checked:focus {{ background: {c["surface"]}; }}
#rail QLabel {{ padding: {p[2]} {p[16]}; }}
#topbar {{ background: {c["surface"]}; border-bottom: 1px solid {c["line"]}; }}
"""
