"""The style sheet, written for the colours and sizes that `style` decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Pixels = Callable[[int], str]  # at 100 % text → "12px" at the chosen size
Points = Callable[[float], str]  # factor of the base size → "11.34pt"
Icon = Callable[[str], str]  # a picture's name → its path
Colours = Mapping[str, str]


def style_sheet(c: Colours, px: Pixels, pt: Points, icon: Icon) -> str:
    """The whole sheet."""
    return "".join(
        (
            _labels(c, px, pt),
            _buttons(c, px),
            _editors(c, px, icon),
            _lists(c, px),
            _frames(c, px, pt),
        )
    )


def _labels(c: Colours, px: Pixels, pt: Points) -> str:
    """Ground, headings, cards."""
    return f"""
QWidget {{ color: {c["text"]}; }}
QMainWindow, QDialog {{ background: {c["ground"]}; }}
QToolTip {{ background: {c["surface"]}; color: {c["text"]}; border: 1px solid {c["line_strong"]};
    padding: {px(4)} {px(6)}; }}

QLabel[role="title"] {{ font-size: {pt(1.5)}; font-weight: 700; }}
QLabel[role="section"] {{ font-weight: 700; font-size: {pt(1.08)}; }}
QLabel[role="muted"] {{ color: {c["muted"]}; }}
QLabel[role="hint"] {{ color: {c["muted"]}; font-size: {pt(0.93)}; padding-bottom: {px(4)}; }}
QLabel[role="error"] {{ color: {c["late"]}; font-size: {pt(0.95)}; padding-bottom: {px(4)}; }}
QLabel[role="good"] {{ color: {c["good"]}; }}
QLabel[role="number"] {{ font-size: {pt(2.0)}; font-weight: 700; }}
QLabel[role="number"][alarm="true"] {{ color: {c["accent"]}; }}
QLabel[role="banner"] {{ background: {c["warn_pale"]}; color: {c["warn"]};
    padding: {px(8)} {px(12)}; border-radius: {px(4)}; }}
QLabel[role="tag"] {{ background: {c["accent_pale"]}; color: {c["accent"]};
    padding: {px(2)} {px(8)}; border-radius: {px(8)}; }}

QFrame[role="arrivals"] {{ background: {c["good_pale"]}; border-radius: {px(4)}; }}
QFrame[role="card"] {{ background: {c["surface"]}; border: 1px solid {c["line"]};
    border-radius: {px(6)}; }}
"""


def _buttons(c: Colours, px: Pixels) -> str:
    """Buttons by role."""
    return f"""
QPushButton {{ background: {c["surface"]}; border: 1px solid {c["line_strong"]};
    border-radius: {px(4)}; padding: {px(5)} {px(14)}; min-height: {px(20)}; }}
QPushButton:hover {{ background: {c["zebra"]}; border-color: {c["muted"]}; }}
QPushButton:pressed {{ background: {c["rail"]}; }}
QPushButton:focus {{ border: 2px solid {c["link"]}; padding: {px(4)} {px(13)}; }}
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
    padding: {px(5)} {px(14)}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton::menu-indicator {{ subcontrol-position: right center; right: {px(6)}; }}
QPushButton[role="link"] {{ border: none; background: transparent; color: {c["link"]};
    padding: {px(2)} {px(4)}; text-align: left; }}
QPushButton[role="link"]:hover {{ text-decoration: underline; }}
QPushButton[role="link"]:focus {{ border: 1px dotted {c["link"]}; padding: {px(2)} {px(3)}; }}
QPushButton[role="banner"] {{ background: {c["warn_pale"]}; color: {c["warn"]}; border: none;
    text-align: left; padding: {px(8)} {px(14)}; }}
QPushButton[role="banner"]:hover {{ text-decoration: underline; }}
QPushButton[role="tile"] {{ background: {c["surface"]}; border: 1px solid {c["line"]};
    border-radius: {px(6)}; text-align: left; padding: 0; min-height: 0; }}
QPushButton[role="tile"]:hover {{ border-color: {c["accent"]}; background: {c["accent_pale"]}; }}
QPushButton[role="tile"]:focus {{ border: 2px solid {c["link"]}; }}
"""


def _editors(c: Colours, px: Pixels, icon: Icon) -> str:
    """Editors of forms."""
    return f"""
QLineEdit, QComboBox, QPlainTextEdit, QTextEdit, QSpinBox, QDateEdit {{
    background: {c["surface"]}; border: 1px solid {c["line_strong"]}; border-radius: {px(4)};
    padding: {px(4)} {px(8)}; selection-background-color: #B9D0EA;
    selection-color: {c["text"]}; }}
QLineEdit, QComboBox, QSpinBox, QDateEdit {{ min-height: {px(20)}; }}
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus,
QDateEdit:focus {{ border: 2px solid {c["link"]}; padding: {px(3)} {px(7)}; }}
QLineEdit:disabled, QComboBox:disabled {{ background: {c["ground"]}; color: #8A8F96; }}
QComboBox::drop-down {{ border: none; width: {px(22)}; }}
QComboBox::down-arrow {{ image: url({icon("arrow-down")}); width: {px(12)}; height: {px(12)}; }}
QCheckBox {{ spacing: {px(8)}; }}
QCheckBox::indicator {{ width: {px(16)}; height: {px(16)}; border: 1px solid {c["line_strong"]};
    border-radius: {px(3)}; background: {c["surface"]}; }}
QCheckBox::indicator:checked {{ background: {c["accent"]}; border-color: {c["accent"]};
    image: url({icon("tick")}); }}
QCheckBox::indicator:focus {{ border: 2px solid {c["link"]}; }}
QComboBox QAbstractItemView {{ background: {c["surface"]}; border: 1px solid {c["line_strong"]};
    selection-background-color: {c["selected"]}; selection-color: {c["text"]}; outline: 0; }}
"""


def _lists(c: Colours, px: Pixels) -> str:
    """Tables, trees, tabs."""
    return f"""
QTableView, QTreeView, QListView {{ background: {c["surface"]}; border: 1px solid {c["line"]};
    border-radius: {px(4)}; alternate-background-color: {c["zebra"]}; outline: 0;
    selection-background-color: {c["selected"]}; selection-color: {c["text"]}; }}
QTableView::item {{ padding: 0 {px(8)}; border: none; }}
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected {{
    background: {c["selected"]}; color: {c["text"]}; }}
QTreeView::item, QListView::item {{ min-height: {px(30)}; padding: 0 {px(8)}; }}
QHeaderView {{ background: {c["surface"]}; }}
QHeaderView::section {{ background: {c["surface"]}; color: {c["muted"]}; border: none;
    border-bottom: 1px solid {c["line_strong"]}; padding: {px(6)} {px(11)}; }}
QTableCornerButton::section {{ background: {c["surface"]}; border: none; }}

QTabWidget::pane {{ border: none; border-top: 1px solid {c["line"]}; }}
QTabBar::tab {{ background: transparent; padding: {px(6)} {px(14)}; color: {c["muted"]};
    border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {c["text"]}; border-bottom: 2px solid {c["accent"]};
    font-weight: 700; }}
QTabBar::tab:focus {{ color: {c["link"]}; }}
"""


def _frames(c: Colours, px: Pixels, pt: Points) -> str:
    """Scroll bars, menus, the rail and the bars of the window."""
    return f"""
QScrollArea, QScrollArea > QWidget > QWidget#inside {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: {px(12)}; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(12)}; margin: 0; }}
QScrollBar::handle {{ background: #CFCBC3; border-radius: {px(4)}; margin: {px(2)};
    min-height: {px(30)}; min-width: {px(30)}; }}
QScrollBar::handle:hover {{ background: #AFAAA0; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QProgressBar {{ border: none; background: {c["rail"]}; border-radius: {px(4)}; height: {px(8)};
    text-align: center; color: transparent; }}
QProgressBar::chunk {{ background: {c["accent"]}; border-radius: {px(4)}; }}
QSplitter::handle {{ background: transparent; }}
QStatusBar {{ background: {c["rail"]}; color: {c["muted"]}; }}
QStatusBar::item {{ border: none; }}
QMenu {{ background: {c["surface"]}; border: 1px solid {c["line_strong"]}; padding: {px(4)}; }}
QMenu::item {{ padding: {px(6)} {px(24)}; border-radius: {px(3)}; }}
QMenu::item:selected {{ background: {c["selected"]}; }}
#rail {{ background: {c["rail"]}; border: none; border-right: 1px solid {c["line"]}; }}
#rail QToolButton {{ border: none; border-left: {px(4)} solid transparent; background: transparent;
    padding: {px(10)} {px(16)} {px(10)} {px(12)}; text-align: left; font-size: {pt(1.08)}; }}
#rail QToolButton:hover {{ background: #E2DFD8; }}
#rail QToolButton:checked {{ background: {c["surface"]}; border-left-color: {c["accent"]};
    color: {c["accent"]}; font-weight: 700; }}
#rail QToolButton:focus {{ background: #E2DFD8; }}
#rail QToolButton:checked:focus {{ background: {c["surface"]}; }}
#rail QLabel {{ padding: {px(2)} {px(16)}; }}
#topbar {{ background: {c["surface"]}; border-bottom: 1px solid {c["line"]}; }}
"""
