"""Proves that a profile is sound: pages, log chain, rebuilt tables, search index."""

from __future__ import annotations

import hashlib

from desktop.errors import UserError
from desktop.models import changes, schema, search_index
from desktop.models.database import Connection, in_memory
from desktop.models.field_words import TABLE_WORDS
from desktop.models.rebuild import replay_into
from desktop.models.schema import REPLICATED
from desktop.models.store import Store
from desktop.progress import Progress, no_progress


def check(store: Store, progress: Progress = no_progress) -> list[str]:
    """Chinese sentences of what is wrong; empty when everything holds."""
    steps = (
        ("检查数据库文件", _pages),
        ("核对更改记录", _chains),
        ("从记录重建并比对", _rebuild),
        ("核对检索", _search),
    )
    problems: list[str] = []
    for number, (words, step) in enumerate(steps):
        progress(number, len(steps), words)
        problems += step(store)
    progress(len(steps), len(steps), "检查完成")
    return problems


def _pages(store: Store) -> list[str]:
    bad = [str(row[0]) for row in store.rows("PRAGMA cipher_integrity_check")]
    bad += [str(r[0]) for r in store.rows("PRAGMA integrity_check") if r[0] != "ok"]
    return [f"数据库文件有损坏的页（{len(bad)}处），请从备份恢复。"] if bad else []


def _chains(store: Store) -> list[str]:
    problems: list[str] = []
    tips: dict[str, tuple[int, bytes]] = {}
    for _, change in changes.read_changes(store.db.conn):
        seq, last = tips.get(change.header.site, (0, changes.GENESIS))
        name = changes.batch_name(change.dot)
        if change.header.seq != seq + 1 or change.header.prev_hash != last:
            problems.append(f"更改记录在 {name} 处断开。")
        try:
            changes.verified_ops(change)
        except UserError:
            problems.append(f"更改记录 {name} 的内容与校验不符。")
        tips[change.header.site] = (change.header.seq, change.hash)
    return problems


def _rebuild(store: Store) -> list[str]:
    scratch = in_memory()
    schema.upgrade(scratch)
    replay_into(scratch.conn, store.db.conn)
    problems = [
        f"“{TABLE_WORDS[table]}”表与更改记录重建的结果不一致。"
        for table in REPLICATED
        if _digest(scratch.conn, table) != _digest(store.db.conn, table)
    ]
    if _history(scratch.conn) != _history(store.db.conn):
        problems.append("字段的历史与更改记录重建的结果不一致。")
    scratch.conn.close()
    return problems


def _digest(conn: Connection, table: str) -> str:
    fields = ", ".join(f'"{name}"' for name in REPLICATED[table])
    digest = hashlib.sha256()
    for row in conn.execute(f'SELECT uid, gone, same_as, {fields} FROM "{table}" ORDER BY uid'):
        digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _history(conn: Connection) -> str:
    """A digest of every standing field version and of the erase ledger."""
    digest = hashlib.sha256()
    for sql in (
        "SELECT v.row, v.field, v.tbl, s.site, c.seq, quote(v.value), v.alone FROM versions v"
        " JOIN changes c ON c.id = v.change JOIN site_numbers s ON s.n = c.site"
        " ORDER BY v.row, v.field, s.site, c.seq",
        "SELECT d.row, s.site, c.seq, t.site, e.seq FROM delete_seen d"
        " JOIN changes c ON c.id = d.change JOIN site_numbers s ON s.n = c.site"
        " JOIN changes e ON e.id = d.seen JOIN site_numbers t ON t.n = e.site"
        " ORDER BY d.row, s.site, c.seq, t.site, e.seq",
        "SELECT uid FROM erased ORDER BY uid",
    ):
        for row in conn.execute(sql):
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _search(store: Store) -> list[str]:
    """Whether the index lists exactly the residents and empty doors it should."""
    wanted = {(row[1] or row[0], row[0]) for row in store.rows(search_index.ROWS)}
    listed = set(store.rows("SELECT uid, household FROM search_rows"))
    wrong = len({uid for uid, _ in wanted ^ listed})
    return [f"检索有{wrong}条与花名册不符，请在设置中重建检索。"] if wrong else []
