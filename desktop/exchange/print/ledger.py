"""The ledger of special groups 特殊群体台账: masked names, no phone, no ID (domain §6).

Once a birth year and a door stand on the page, a full name or any ID digit would name the person
to everybody who picks the sheet up; the office's own screens hold the rest.
"""

from __future__ import annotations

from pathlib import Path

from desktop import clock
from desktop.errors import BadValue
from desktop.exchange.print import audience
from desktop.exchange.print.page import A4_LANDSCAPE, MM, Printed, Sheet
from desktop.exchange.print.table import Column, Group, TablePaper, print_tables
from desktop.models import due, privacy, residents, visits
from desktop.models.care_tags import tag_names
from desktop.models.profile import office
from desktop.models.store import Store
from desktop.models.words import label
from desktop.progress import Progress, no_progress

_HORIZON = 400  # days: far enough that every household with a tag has its next date
_COLUMNS = (
    Column("序号", 32, "center"),
    Column("姓名", 56, "center"),
    Column("性别", 32, "center"),
    Column("出生年", 44, "center"),
    Column("住址", 168, wraps=True),
    Column("户籍状态", 62, "center"),
    Column("关爱标签", 166, wraps=True),
    Column("上次走访", 72, "center"),
    Column("应访日期", 72, "center"),
    Column("备注", 66, wraps=True),
)


def print_ledger(
    store: Store,
    target: Path,
    tag: str = "",
    *,
    recipient: str = "",
    progress: Progress = no_progress,
) -> Printed:
    """Everybody who carries the tag (its code or its word), or any tag, in route order."""
    names = tag_names(store)
    code = _code(tag, dict(names))
    last = visits.last_valid(store)
    waiting = {d.household: d for d in due.due_list(store, clock.today(), within=_HORIZON)}
    rows: list[tuple[str, ...]] = []
    for home in residents.households(store):
        for person in home.residents:
            if not person.tags or (code and code not in person.tags):
                continue
            seen, next_ = last.get(home.uid), waiting.get(home.uid)
            rows.append((
                str(len(rows) + 1),
                privacy.mask_name(person.name),
                person.sex or "",
                (person.birth or "")[:4],
                home.door,
                label("residency_state", home.residency_state),
                "、".join(names.get(held, held) for held in person.tags),
                seen.happened_on if seen else "未走访过",
                next_.due.isoformat() if next_ else "",
                "",
            ))  # fmt: skip
    title = f"{names.get(code, code) if code else '特殊群体'}台账"
    name = office(store).name
    group = Group(
        f"{name}{title}",
        f"填报单位：{name}　　共{len(rows)}人",
        f"填报日期：{clock.today().isoformat()}",
        rows,
    )
    to = audience.held_by(store, "ledger", recipient)
    sheet = Sheet("特殊群体台账", A4_LANDSCAPE, 12 * MM, audience=to)
    look = TablePaper(sheet, _COLUMNS, "填表人：　　　　　　　　　　　　　　　　审核人：")
    printed = print_tables(target, look, [group], progress)
    audience.note(store, sheet.title, "ledger", residents=len(rows))
    return printed


def _code(tag: str, names: dict[str, str]) -> str:
    if not tag or tag in names:
        return tag
    for code, word in names.items():
        if word == tag:
            return code
    raise BadValue("关爱标签", tag, f"只能是{'、'.join(names.values())}")
