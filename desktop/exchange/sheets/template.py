"""Writes our own blank roster: drop-downs, notes and an example row that the import skips."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from desktop.exchange.sheets.write import HEAD_FILL, HEAD_FONT, drop_down, save
from desktop.models.words import LABELS

_ROWS = 2000
_LISTS = "选项"
# header, width, example, note, words offered
_COLUMNS: tuple[tuple[str, float, str, str, tuple[str, ...]], ...] = (
    ("序号", 6, "示例", "可不填", ()),
    ("小区", 16, "样例花园", "", ()),
    ("小区类型", 11, "高端住宅", "", tuple(LABELS["estate_kind"].values())),
    ("街巷", 12, "", "老城街巷的房子写街巷名", ()),
    ("楼栋", 8, "3栋", "没有楼栋的写门牌号，例如56号之3", ()),
    ("单元", 7, "2", "没有可不填", ()),
    ("楼层", 7, "5", "可不填，按房号推算", ()),
    ("房号", 8, "501", "", ()),
    ("姓名", 10, "王小样", "一格只写一个人；空房写“空置”", ()),
    ("与户主关系", 11, "户主", "", ()),
    ("性别", 6, "男", "", ("男", "女")),
    ("出生日期", 12, "1958-03-12", "只知道年份就写年份", ()),
    ("联系电话", 14, "13900000001", "几个号码用“/”隔开", ()),
    ("人员类别", 16, "独居老人", "几个类别用“、”隔开", ()),
    ("房屋性质", 9, "自住", "", tuple(LABELS["type_of_use"].values())),
    ("人户状态", 10, "人户一致", "", tuple(LABELS["residency_state"].values())),
    ("户籍地址", 24, "", "", ()),
    ("紧急联系人", 18, "", "", ()),
    ("特长", 10, "", "愿意帮邻居做的事", ()),
    ("备注", 18, "", "不要写宗教、病名等敏感内容", ()),
)
_OFFERED = {"与户主关系": tuple(LABELS["relation"].values()),
            "人员类别": tuple(LABELS["care_tag"].values())}  # fmt: skip
_NOTES = (
    "一人一行；同一户的几个人，小区、楼栋、单元、房号都写上，或用合并单元格。",
    "没有人住的房子也请写一行，姓名写“空置”。",
    "“示例”那一行导入时会跳过，可以留着。",
    "请不要增加民族、宗教、婚姻、学历、收入、疾病名称等列：导入时会整列忽略，不会保存。",
    "导入前会先列出要新增和修改的内容，确认后才写入；导错了可以整批撤销。",
)


def write_template(target: Path) -> None:
    """Write the blank roster workbook."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "花名册"
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    for number, (header, width, example, note, options) in enumerate(_COLUMNS, 1):
        letter = get_column_letter(number)
        cell = sheet.cell(1, number, header)
        cell.font, cell.fill = HEAD_FONT, HEAD_FILL
        cell.alignment = Alignment(horizontal="center")
        if note:
            cell.comment = Comment(note, "近邻")
        sheet.cell(2, number, example or None).font = Font(color="888888", italic=True)
        sheet.column_dimensions[letter].width = width
        for row in range(2, 60):
            sheet.cell(row, number).number_format = "@"
        words = options or _OFFERED.get(header, ())
        if words:
            drop_down(sheet, words, f"{letter}3:{letter}{_ROWS}", lists)
    sheet.freeze_panes = "A2"
    notes = book.create_sheet("填表说明")
    notes.column_dimensions["A"].width = 90
    for row, text in enumerate(_NOTES, 1):
        notes.cell(row, 1, f"{row}. {text}")
    save(book, target)
