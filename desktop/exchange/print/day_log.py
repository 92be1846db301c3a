"""The daily log 民情日志: what one worker (or the whole office) did and heard on one day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desktop.exchange.print import audience, lines
from desktop.exchange.print.page import (
    GREY,
    MM,
    THICK,
    WU_HAO,
    Box,
    Paper,
    Printed,
    Sheet,
    print_pages,
)
from desktop.models import items, patrols, posts, residents, visits
from desktop.models.items import Item
from desktop.models.patrols import Patrol
from desktop.models.profile import office
from desktop.models.store import Store
from desktop.models.visits import Visit
from desktop.models.words import LABELS, label
from desktop.progress import Progress, no_progress

_LABEL = 66.0
_ROW = 24.0
_NEW_ROUND = 60  # minutes without a visit that end a round
_WEEKDAYS = "一二三四五六日"
_TALLY = (
    ("矛盾纠纷", ("dispute",)), ("群众诉求", ("need",)), ("意见建议", ("situation",)),
    ("其他", ("resource", "project", "hazard")),
)  # fmt: skip
_NO_DOOR = ("situation", "dispute")  # opinions and quarrels are noted without the door


@dataclass(frozen=True, slots=True)
class Day:
    """Everything the log tells, as words."""

    office: str
    day: date
    worker: str
    phone: str
    companions: str
    rounds: tuple[tuple[str, str], ...]  # from–to, at most two
    minutes: int
    doors: tuple[str, ...]
    entries: tuple[str, ...]
    tally: tuple[tuple[str, int], ...]
    patrols: tuple[Patrol, ...]
    solved: int
    escalated: int


def print_log(
    store: Store, target: Path, day: date, worker: str = "", *, progress: Progress = no_progress
) -> Printed:
    """The log of one day, of one worker or of everybody; long days continue on further pages."""
    facts = read_day(store, day, worker)
    sheet = Sheet("民情日志", margin=15 * MM, audience=audience.held_by(store, "log", worker))
    texts = _body_lines(facts, sheet.area.width - 2 * 6)
    first = _first_room(sheet.area)
    parts = [texts[:first]]
    for start in range(first, len(texts), _next_room(sheet.area)):
        parts.append(texts[start : start + _next_room(sheet.area)])
    pages = list(enumerate(parts))
    printed = print_pages(
        target, sheet, pages, lambda paper, page: _draw(paper, facts, *page), progress
    )
    audience.note(store, sheet.title, "log", households=len(facts.doors))
    return printed


def read_day(store: Store, day: date, worker: str = "") -> Day:
    """Gather the day: visits in order, what was registered, what patrols found."""
    seen = [v for v in visits.visits_between(store, day, day) if not worker or worker in v.walkers]
    homes = {h.uid: h for h in residents.households(store, [v.household for v in seen])}
    walkers = list(dict.fromkeys(name for visit in seen for name in visit.walkers))
    name = worker or "、".join(walkers[:1])
    own = {v.uid for v in seen}
    registered = [
        i for i in items.items(store)
        if i.registered_on == day.isoformat() and (not worker or i.visit in own)
    ]  # fmt: skip
    found = [
        p for p in patrols.patrols_between(store, day, day) if not worker or p.worker == worker
    ]
    rounds, minutes = rounds_of(seen)
    tally = Counter(item.kind for item in registered)
    doors = [f"{homes[v.household].door}（{label('outcome', v.outcome)}）" for v in seen]
    return Day(
        office=office(store).name,
        day=day,
        worker=name,
        phone=next((p.phone or "" for p in posts.posts(store) if p.holder == name), ""),
        companions="、".join(w for w in walkers if w != name),
        rounds=rounds,
        minutes=minutes,
        doors=tuple(dict.fromkeys(doors)),
        entries=tuple(_entry(item) for item in registered),
        tally=tuple((words, sum(tally[kind] for kind in kinds)) for words, kinds in _TALLY),
        patrols=tuple(found),
        solved=sum(p.solved_same_day for p in found)
        + sum(item.state == "solved_on_site" for item in registered),
        escalated=sum(p.reported_up for p in found)
        + sum(item.state == "escalated" for item in registered),
    )


def rounds_of(seen: Sequence[Visit]) -> tuple[tuple[tuple[str, str], ...], int]:
    """The day's first and second round (later ones join the second) and their minutes together."""
    spans = sorted((v.started, v.ended or v.started) for v in seen if v.started)
    rounds: list[tuple[str, str]] = []
    for start, end in spans:
        if rounds and (len(rounds) == 2 or _minutes(start) - _minutes(rounds[-1][1]) <= _NEW_ROUND):
            rounds[-1] = (rounds[-1][0], max(rounds[-1][1], end))
        else:
            rounds.append((start, end))
    return tuple(rounds), sum(_minutes(end) - _minutes(start) for start, end in rounds)


def _minutes(hour: str) -> int:
    hours, _, minutes = hour.partition(":")
    return int(hours) * 60 + int(minutes)


def _entry(item: Item) -> str:
    where = f"（{item.door}）" if item.door and item.kind not in _NO_DOOR else ""
    end = f"——{item.result}" if item.result else ""
    return f"{label('item_kind', item.kind)}{where}：{item.text}{end}"


def _body_lines(facts: Day, room: float) -> list[str]:
    """The visited doors, then what was heard, numbered, as lines of the page's width."""
    body = lines.wrap(f"走访{len(facts.doors)}户：" + "；".join(facts.doors), WU_HAO, room)
    for number, entry in enumerate(facts.entries, 1):
        body += lines.wrap(f"{number}. {entry}", WU_HAO, room)
    for patrol in facts.patrols:
        words = f"巡查（{label('patrol_kind', patrol.kind)}）：{patrol.text}"
        body += lines.wrap(words, WU_HAO, room)
    return body


def _first_room(area: Box) -> int:
    return int((area.bottom - 34 - _body_top(area) - 20) / 18)


def _body_top(area: Box) -> float:
    return area.y + 34 + _ROW * 7 + 10


def _next_room(area: Box) -> int:
    return int((area.height - 34 - 60) / 18)


def _draw(paper: Paper, facts: Day, number: int, texts: Sequence[str]) -> None:
    area = paper.sheet.area
    paper.text(area.x + area.width / 2, area.y + 18, "民情日志", 22, bold=True, align="center")
    top = area.y + 34
    y = top
    if number == 0:
        y = _facts(paper, facts, y)
    bottom = area.bottom - 34
    paper.cell(Box(area.x, y, area.width, 18), "走访与民情" if number == 0 else "（续）", 9, pad=6)
    y += 18
    for text in texts:
        paper.text(area.x + 6, y + 12, text, WU_HAO)
        y += 18
    while y + 20 < bottom:
        paper.dots(area.x + 6, y + 15, area.right - 6)
        y += 20
    paper.box(Box(area.x, top, area.width, bottom - top), THICK)
    names = ("记录人：", "审核人：", "日期：　　　年　　月　　日")
    for place, name in enumerate(names):
        paper.text(area.x + place * area.width * 0.34, area.bottom - 10, name, WU_HAO)


def _facts(paper: Paper, facts: Day, y: float) -> float:
    spans = [*(f"{start}—{end}" for start, end in facts.rounds), "", ""]
    hours, minutes = divmod(facts.minutes, 60)
    total = f"{hours}小时{minutes}分" if facts.minutes else ""
    day = f"{facts.day.year}年{facts.day.month}月{facts.day.day}日"
    week = f"星期{_WEEKDAYS[facts.day.weekday()]}"
    y = _row(paper, y, (("单位", facts.office), ("日期", f"{day}　{week}")))
    y = _row(
        paper,
        y,
        (("记录人", facts.worker), ("联系电话", facts.phone), ("同行人", facts.companions)),
    )
    y = _row(paper, y, (("第一轮", spans[0]), ("第二轮", spans[1]), ("合计", total)))
    y = _row(paper, y, tuple((words, f"{count}件") for words, count in facts.tally))
    y = _patrol_rows(paper, facts, y)
    return _row(paper, y, (("当日解决", f"{facts.solved}件"), ("上报", f"{facts.escalated}件")))


def _row(paper: Paper, y: float, pairs: Sequence[tuple[str, str]]) -> float:
    area = paper.sheet.area
    wide = area.width / len(pairs)
    for place, (name, value) in enumerate(pairs):
        x = area.x + place * wide
        paper.fill(Box(x, y, _LABEL, _ROW), 0.93)
        paper.cell(Box(x, y, _LABEL, _ROW), name, align="center")
        paper.cell(Box(x + _LABEL, y, wide - _LABEL, _ROW), value, align="center")
        paper.box(Box(x, y, _LABEL, _ROW))
        paper.box(Box(x, y, wide, _ROW))
    return y + _ROW


def _patrol_rows(paper: Paper, facts: Day, y: float) -> float:
    """Tick boxes for what patrols look for; found things are ticked."""
    area = paper.sheet.area
    found = {patrol.kind for patrol in facts.patrols}
    words = LABELS["patrol_kind"]
    rows = (
        ("治安消防", [code for code in words if code in ("security", "fire")]),
        ("环境", [code for code in words if code not in ("security", "fire")]),
    )
    for name, codes in rows:
        paper.fill(Box(area.x, y, _LABEL, _ROW), 0.93)
        paper.cell(Box(area.x, y, _LABEL, _ROW), name, align="center")
        paper.box(Box(area.x, y, _LABEL, _ROW))
        x = area.x + _LABEL + 10
        for code in codes:
            x += paper.tick(x, y + 15.6, words[code], on=code in found) + 18
        if name == "治安消防":
            paper.text(area.right - 6, y + 15.6, "巡查发现（打勾）", 8, align="right", grey=GREY)
        paper.box(Box(area.x, y, area.width, _ROW))
        y += _ROW
    return y
