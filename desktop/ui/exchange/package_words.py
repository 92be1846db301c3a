"""Says in plain words what packages are, where they stand, and what an import came to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.exchange.packages import cards
from desktop.exchange.packages.cards import Card
from desktop.exchange.packages.gaps import gaps
from desktop.exchange.packages.inbox import Arrival, ImportResult
from desktop.models import package_log, sites
from desktop.models.field_words import TABLE_WORDS
from desktop.models.letters import KIND_WORDS
from desktop.models.month_period import month_words
from desktop.models.package_log import ACKNOWLEDGED, APPLIED, WAITING, Got, Sent
from desktop.models.profile import office
from desktop.models.sites import Site
from desktop.models.standing import Standing, standings, untold
from desktop.models.store import Store
from desktop.models.streams import arrived_kinds, sent_letters

MERGED = ("peer", "full")  # the kinds that bring changes of the office's own records
KINDS = {
    "peer": "新的更改", "full": "完整数据", "ack": "回执", "report": "月报或上报",
    "notice": "通知或答复",
}  # fmt: skip
_SENT = {"sent": "已导出·等回执", "acknowledged": "已全部确认", "handed": "凭六个词交出"}
_GOT = {
    "waiting": "等前面的数据包",
    "undone": "已撤销",
    "quarantined": "编号冲突，已隔离",
}


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A PC of the office as the list shows it."""

    site: Site
    here: bool
    standing: Standing


@dataclass(frozen=True, slots=True)
class SentRow:
    sent: Sent
    to: str
    contents: str


@dataclass(frozen=True, slots=True)
class GotRow:
    got: Got
    sender: str
    contents: str
    lacking: str  # «缺 2号机 118–131» while it waits


@dataclass(frozen=True, slots=True)
class PackageState:
    """Everything the packages' screen shows."""

    card: Card
    joined: bool
    sites: list[SiteRow]
    sent: list[SentRow]
    got: list[GotRow]


def read_packages(store: Store) -> PackageState:
    every = sites.sites(store)
    came = arrived_kinds(store)
    went = {
        each.package: (json.loads(each.body)["type"], each.month) for each in sent_letters(store)
    }
    known, nothing, lacking = standings(store), untold(store), gaps(store)
    return PackageState(
        cards.own_card(store),
        bool(office(store).uid),
        [SiteRow(site, site.uid == store.site, known.get(site.uid, nothing)) for site in every],
        [
            SentRow(
                sent, package_log.other_end(store, sent.to_site),
                _contents(sent.kind, went.get(sent.package)),
            )
            for sent in package_log.outbox(store)
        ],
        [
            GotRow(
                got, package_log.other_end(store, got.from_site),
                _contents(got.kind, _brought(got, came)), lacking.get(got.package, ""),
            )
            for got in package_log.inbox(store)
        ],
    )  # fmt: skip


def _brought(got: Got, came: Mapping[tuple[str, int], tuple[str, str]]) -> tuple[str, str] | None:
    """What another office's package was found to be; earlier versions noted no number."""
    return next((came[number] for number in got.vector.items() if number in came), None)


def _contents(kind: str, letter: tuple[str, str] | None) -> str:
    """«月报 2026-05», «上报»; of a letter whose number is not known only what it may be."""
    if letter is None:
        return KINDS.get(kind, kind)
    what, month = letter
    return f"{KIND_WORDS[what]} {month}".rstrip()


def site_state(row: SiteRow) -> str:
    """What this colleague has, and what to do next."""
    there = row.standing
    if row.site.revoked:
        return "已停用"
    if not there.lacks:
        return "已全部确认"
    if not there.unsent:
        return "已导出·等回执"
    return f"还差 {there.lacks} 条，导出给他"


def site_colour(row: SiteRow) -> str:
    if row.site.revoked:
        return "muted"
    return "warn" if row.standing.lacks else "good"


def site_details(row: SiteRow) -> str:
    """One sentence a colleague: what he has told he knows, what is on its way, what is not."""
    there = row.standing
    parts = [f"已确认 {there.confirmed} 条"]
    parts += [f"已导出·等回执 {there.on_the_way} 条"] * bool(there.on_the_way)
    parts += [f"还没有导出 {there.unsent} 条"] * bool(there.unsent)
    return f"{row.site.name}：{'，'.join(parts)}。"


def heard_words(row: SiteRow) -> str:
    """The day of a colleague's last receipt."""
    return row.standing.heard[:10] or "还没有"


def sent_state(row: SentRow) -> str:
    if row.sent.state == ACKNOWLEDGED and row.sent.kind not in MERGED:
        return "对方已收到"
    return _SENT.get(row.sent.state, row.sent.state)


def sent_changes(row: SentRow) -> str:
    """How many changes; a letter or a receipt has none to count."""
    return f"{row.sent.changes}条" if row.sent.kind in MERGED else ""


def got_state(row: GotRow) -> str:
    if row.got.state == APPLIED:
        return "已并入" if row.got.kind in MERGED else "已收下"
    return row.lacking or _GOT.get(row.got.state, row.got.state)


def waiting_help(row: GotRow) -> str:
    """What to do about a package that waits; "" for any other."""
    if row.got.state != WAITING:
        return ""
    return (
        f"这个数据包在等前面的更改{f'（{row.lacking}）' if row.lacking else ''}，先放着，不会丢。\n"
        "把前面那个数据包导入，它就自动接上；找不到了，"
        f"请{row.sender}用“更多 → 导出完整数据…”再给一份。"
    )


def size_words(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, round(size / 1024))} KB"


def merges_nothing(result: ImportResult) -> bool:
    """Whether there are only letters of other offices and receipts, nothing for the records."""
    merged = result.applied - len(result.arrivals)
    return bool(result.arrivals or result.receipts) and not (merged or result.waiting)


def taken_words(result: ImportResult) -> list[str]:
    """What an import came to, with where to go on."""
    if not (result.applied or result.already or result.waiting or result.receipts):
        return import_words(result)
    words = ["已收下。" if merges_nothing(result) else "已并入。", *import_words(result)]
    if any(each.month for each in result.arrivals):
        words.append("合计在“今日”和“报表”里看。")
    if any(not each.month and each.kind != "receipt" for each in result.arrivals):
        words.append("来文在“上下级”的收文里双击打开。")
    return words


def import_words(result: ImportResult) -> list[str]:
    """What came (or would come) in, line by line."""
    words = arrival_words(result.arrivals)
    words += [
        f"{name}的回执：告诉本机它收到了哪些更改。" for name in dict.fromkeys(result.receipts)
    ]
    changes = result.applied - len(result.arrivals)
    if changes or result.already or not (words or result.refused or result.waiting):
        words.append(f"新的更改 {changes} 条，已有的 {result.already} 条。")
    counted = [
        f"{what}：{_per_table(counts, unit)}"
        for counts, what, unit in (
            (result.created, "新增", ""), (result.edited, "改动", "处"),
            (result.deleted, "删除", ""),
        )
        if counts
    ]  # fmt: skip
    if counted:
        words.append("；".join(counted) + "。")
    if result.conflicts:
        words.append(f"有 {result.conflicts} 处两边都改过，要您来定（“冲突”一栏）。")
    if result.duplicates:
        words.append(f"有 {result.duplicates} 组疑似重复（“疑似重复”一栏）。")
    words += [f"等待：{each.sender}的数据包，{each.missing}。" for each in result.waiting]
    words += [
        each.why if each.file in each.why else f"没有导入“{each.file}”：{each.why}"
        for each in result.refused
    ]
    return words


def arrival_words(arrivals: Sequence[Arrival]) -> list[str]:
    """«莲心社区 2026年5月月报»、«莲心社区 上报 1 件»: what other offices sent, each office once."""
    words = [
        f"{each.office} {month_words(each.month)}月报（第{each.seq}号）。"
        for each in arrivals
        if each.month
    ]
    letters = Counter((each.office, each.kind) for each in arrivals if not each.month)
    words += [
        f"{office} {KIND_WORDS.get(kind, '来文')} {number} 件。"
        for (office, kind), number in letters.items()
    ]
    return words


def _per_table(counts: Mapping[str, int], unit: str) -> str:
    return "、".join(
        f"{TABLE_WORDS.get(table, table)} {number}{unit}"
        for table, number in sorted(counts.items())
    )
