"""Says which tables one profile holds, and brings an older database up to date step by step.

Two families of tables: *replicated* ones, a cache of the change log that every PC of the office
shares (see `REPLICATED`), and *local* ones, which describe this PC only and never travel.
Steps are append-only and use no other code of the program, so an old step never changes meaning.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlite_utils

# Every replicated table and its fields, in the order in which dumps and forms list them.
# Besides these each has: uid (random, 20 hex digits), born (local id of the change that
# created it), gone (1 = deleted), same_as (uid it was merged into, or null).
REPLICATED: dict[str, tuple[str, ...]] = {
    "office": ("name", "level", "street", "district"),
    # sign and seal are the keys a PC was enrolled with; key_changes tells what became of them
    "sites": ("name", "sign", "seal", "revoked", "added_on", "revoked_after"),
    "users": ("name", "site"),
    "settings": ("key", "value"),
    "tag_kinds": ("code", "name", "interval_days", "window", "phone_ok", "active", "order_no"),
    "grids": ("name", "note"),
    "estates": ("name", "kind", "note"),
    "lanes": ("name", "note"),
    "buildings": ("estate", "lane", "grid", "name", "word", "floors", "units", "note"),
    "households": (
        "building", "unit", "floor", "room", "place", "door_raw", "type_of_use",
        "residency_state", "phone", "mute_until", "mute_reason", "quiet_hours", "note",
    ),
    "residents": (
        "household", "name", "relation", "relation_word", "sex", "birth", "id_number", "phone",
        "phone_note", "hukou_addr", "hukou_kind", "emergency", "skill", "status", "status_on",
        "note",
    ),
    "care_tags": ("resident", "tag", "since", "until", "purpose", "source_word"),
    "visits": (
        "household", "happened_on", "started", "ended", "recorded_on", "walkers", "mode",
        "outcome", "met_whom", "changed", "answered", "next_on", "note", "corrects", "campaign",
    ),
    "promises": (
        "visit", "household", "text", "by", "until", "state", "state_reason", "closed_on",
    ),
    "items": (
        "kind", "household", "building", "resident", "visit", "text", "category", "level",
        "time_class", "registered_on", "due_on", "note",
    ),
    "item_events": (
        "item", "step", "happened_on", "recorded_on", "by", "result", "rating", "closing",
        "due_on", "note",
    ),
    "posts": (
        "kind", "place_kind", "place", "unit", "scope", "holder", "resident", "sex", "is_party",
        "phone", "term_from", "term_to", "chosen", "end_reason", "note",
    ),
    "population_events": (
        "kind", "household", "resident", "happened_on", "learned_on", "note",
    ),
    "campaigns": ("name", "start_on", "end_on", "scope", "target", "note"),
    "allocations": ("campaign", "building", "unit", "walker"),
    "patrols": (
        "happened_on", "kind", "text", "solved_same_day", "reported_up", "worker", "building",
    ),
    "seals": ("month", "sealed_on", "report"),
    # PCs of other offices whose signature is accepted on streams; uid = that PC's site number
    "partners": (
        "office", "office_name", "level", "name", "sign", "seal", "revoked", "added_on",
        "revoked_after", "card",
    ),
    # each new pair of keys of a PC, signed with the pair before; uid follows from the new keys
    "key_changes": (
        "site", "former_sign", "former_seal", "sign", "seal", "after", "streams", "signature",
    ),
    # what other offices have reported, read-only; uid follows from stream and number
    "reports_in": ("partner", "stream", "seq", "office", "office_name", "month", "made", "body"),
    # what this office has sent to others, number by number; uid follows from stream and number
    "reports_out": (
        "partner", "stream", "seq", "office", "office_name", "month", "made", "body", "package",
    ),
}  # fmt: skip

# Rows of these tables are written once; a correction is a new row that points at the old one.
APPEND_ONLY = frozenset(
    {
        "visits", "item_events", "population_events", "seals", "reports_in", "reports_out",
        "key_changes",
    }
)  # fmt: skip

# What only a community holds. An office above it has none of these rows: it gets figures and the
# items escalated to it, so nothing done there can be a change of a roster.
ROSTER = frozenset({
    "grids", "estates", "lanes", "buildings", "households", "residents", "care_tags", "visits",
    "promises", "posts", "population_events", "campaigns", "allocations", "patrols", "seals",
})  # fmt: skip

_LOCAL_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE site_numbers (n INTEGER PRIMARY KEY, site TEXT NOT NULL UNIQUE);
CREATE TABLE changes (
    id INTEGER PRIMARY KEY, site INTEGER NOT NULL, seq INTEGER NOT NULL, prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL, lamport INTEGER NOT NULL, schema INTEGER NOT NULL, user TEXT,
    wall TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, ops INTEGER NOT NULL,
    UNIQUE (site, seq));
CREATE TABLE op_chunks (
    change INTEGER NOT NULL, part INTEGER NOT NULL, salts BLOB NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (change, part)) WITHOUT ROWID;
CREATE TABLE versions (
    row TEXT NOT NULL, field TEXT NOT NULL, change INTEGER NOT NULL, tbl TEXT NOT NULL, value,
    live INTEGER NOT NULL, PRIMARY KEY (row, field, change)) WITHOUT ROWID;
CREATE INDEX versions_change ON versions (change);
CREATE INDEX versions_tbl ON versions (tbl) WHERE live = 1;
CREATE TABLE delete_seen (
    row TEXT NOT NULL, change INTEGER NOT NULL, seen INTEGER NOT NULL,
    PRIMARY KEY (row, change, seen)) WITHOUT ROWID;
CREATE TABLE erased (uid TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE opaque (change INTEGER PRIMARY KEY);
CREATE TABLE quarantine (site TEXT NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,
    found TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (site, seq, hash));
CREATE TABLE peer_state (site TEXT PRIMARY KEY, acked TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE outbox (package TEXT PRIMARY KEY, to_site TEXT NOT NULL, kind TEXT NOT NULL,
    made TEXT NOT NULL, path TEXT NOT NULL, vector TEXT NOT NULL, changes INTEGER NOT NULL,
    bytes INTEGER NOT NULL, state TEXT NOT NULL);
CREATE TABLE inbox (package TEXT PRIMARY KEY, from_site TEXT NOT NULL, kind TEXT NOT NULL,
    got TEXT NOT NULL, vector TEXT NOT NULL, state TEXT NOT NULL, change_first INTEGER,
    change_last INTEGER, body BLOB);
CREATE TABLE audit (id INTEGER PRIMARY KEY, at TEXT NOT NULL, user TEXT, what TEXT NOT NULL,
    reason TEXT, detail TEXT);
CREATE TABLE header_memory (signature TEXT NOT NULL, sender TEXT NOT NULL, mapping TEXT NOT NULL,
    PRIMARY KEY (signature, sender)) WITHOUT ROWID;
CREATE TABLE provenance (change INTEGER NOT NULL, row TEXT NOT NULL, sheet TEXT NOT NULL,
    cell TEXT NOT NULL);
CREATE INDEX provenance_row ON provenance (row);
CREATE TABLE search_rows (id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE,
    tbl TEXT NOT NULL, household TEXT NOT NULL);
CREATE INDEX search_household ON search_rows (household);
CREATE VIRTUAL TABLE search USING fts5 (
    body, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0");
"""

_FIELDS_1: dict[str, str] = {
    "office": "name, level, street, district",
    "sites": "name, sign, seal, revoked, added_on",
    "users": "name, site",
    "settings": "key, value",
    "tag_kinds": "code, name, interval_days, window, phone_ok, active, order_no",
    "grids": "name, note",
    "estates": "name, kind, note",
    "lanes": "name, note",
    "buildings": "estate, lane, grid, name, word, floors, units, note",
    "households": "building, unit, floor, room, place, door_raw, type_of_use, residency_state,"
    " phone, mute_until, mute_reason, quiet_hours, note",
    "residents": "household, name, relation, relation_word, sex, birth, id_number, phone,"
    " phone_note, hukou_addr, hukou_kind, emergency, skill, status, status_on, note",
    "care_tags": "resident, tag, since, until, purpose, source_word",
    "visits": "household, happened_on, started, ended, recorded_on, walkers, mode, outcome,"
    " met_whom, changed, answered, next_on, note, corrects, campaign",
    "promises": "visit, household, text, by, until, state, state_reason, closed_on",
    "items": "kind, household, building, resident, visit, text, category, level, time_class,"
    " registered_on, due_on, note",
    "item_events": "item, step, happened_on, recorded_on, by, result, rating, closing, due_on,"
    " note",
    "posts": "kind, place_kind, place, unit, scope, holder, resident, sex, is_party, phone,"
    " term_from, term_to, chosen, end_reason, note",
    "population_events": "kind, household, resident, happened_on, learned_on, note",
    "campaigns": "name, start_on, end_on, scope, target, note",
    "patrols": "happened_on, kind, text, solved_same_day, reported_up, worker, building",
    "seals": "month, sealed_on, report",
}

_INDEXES_1 = """
CREATE INDEX buildings_estate ON buildings (estate);
CREATE INDEX households_building ON households (building);
CREATE INDEX residents_household ON residents (household);
CREATE INDEX care_tags_resident ON care_tags (resident);
CREATE INDEX visits_household ON visits (household, happened_on);
CREATE INDEX visits_day ON visits (happened_on);
CREATE INDEX visits_corrects ON visits (corrects) WHERE corrects IS NOT NULL;
CREATE INDEX promises_household ON promises (household);
CREATE INDEX items_household ON items (household);
CREATE INDEX item_events_item ON item_events (item);
CREATE INDEX posts_place ON posts (place);
"""


def _step_1(db: sqlite_utils.Database) -> None:
    """First layout: the log, its cache tables, and what this PC alone remembers."""
    script = [_LOCAL_1]
    for table, fields in _FIELDS_1.items():
        columns = ", ".join(f'"{name.strip()}"' for name in fields.split(","))
        script.append(
            f'CREATE TABLE "{table}" (uid TEXT PRIMARY KEY, born INTEGER NOT NULL,'
            f" gone INTEGER NOT NULL DEFAULT 0, same_as TEXT, {columns}) WITHOUT ROWID;"
            f' CREATE VIEW "live_{table}" AS SELECT * FROM "{table}"'
            " WHERE gone = 0 AND same_as IS NULL;"
        )
    script.append(_INDEXES_1)
    for statement in "".join(script).split(";"):
        if statement.strip():
            db.conn.execute(statement)


_FIELDS_2 = {
    "partners": "office, office_name, level, name, sign, seal, revoked, added_on",
    "reports_in": "partner, stream, seq, office, office_name, month, made, body",
}


def _step_2(db: sqlite_utils.Database) -> None:
    """Other offices: whose streams are accepted, and what they have reported."""
    for table, fields in _FIELDS_2.items():
        columns = ", ".join(f'"{name.strip()}"' for name in fields.split(","))
        db.conn.execute(
            f'CREATE TABLE "{table}" (uid TEXT PRIMARY KEY, born INTEGER NOT NULL,'
            f" gone INTEGER NOT NULL DEFAULT 0, same_as TEXT, {columns}) WITHOUT ROWID"
        )
        db.conn.execute(
            f'CREATE VIEW "live_{table}" AS SELECT * FROM "{table}"'
            " WHERE gone = 0 AND same_as IS NULL"
        )


def _step_3(db: sqlite_utils.Database) -> None:
    """Stairs of a campaign given to walkers; visits found by door or day from the index alone."""
    for statement in (
        "CREATE TABLE allocations (uid TEXT PRIMARY KEY, born INTEGER NOT NULL,"
        " gone INTEGER NOT NULL DEFAULT 0, same_as TEXT,"
        " campaign, building, unit, walker) WITHOUT ROWID",
        "CREATE VIEW live_allocations AS SELECT * FROM allocations"
        " WHERE gone = 0 AND same_as IS NULL",
        "CREATE INDEX allocations_campaign ON allocations (campaign)",
        "DROP INDEX visits_household",
        "CREATE INDEX visits_household ON visits (household, happened_on, outcome, mode, started,"
        " ended, next_on, recorded_on, gone, same_as)",
        "DROP INDEX visits_day",
        "CREATE INDEX visits_day ON visits (happened_on, household, outcome, mode, walkers,"
        " started, ended, corrects, born, gone, same_as)",
    ):
        db.conn.execute(statement)


def _step_4(db: sqlite_utils.Database) -> None:
    """Edits are stored without two indexes that nothing asks; deletion marks get a small one."""
    for statement in (
        "DROP INDEX versions_change",
        "DROP INDEX versions_tbl",
        "CREATE INDEX versions_gone ON versions (row, live) WHERE field = 'gone'",
    ):
        db.conn.execute(statement)


def _step_5(db: sqlite_utils.Database) -> None:
    """What was sent to other offices, so that every PC knows what has been answered already."""
    fields = "partner, stream, seq, office, office_name, month, made, body, package"
    columns = ", ".join(f'"{name.strip()}"' for name in fields.split(","))
    db.conn.execute(
        "CREATE TABLE reports_out (uid TEXT PRIMARY KEY, born INTEGER NOT NULL,"
        f" gone INTEGER NOT NULL DEFAULT 0, same_as TEXT, {columns}) WITHOUT ROWID"
    )
    db.conn.execute(
        "CREATE VIEW live_reports_out AS SELECT * FROM reports_out"
        " WHERE gone = 0 AND same_as IS NULL"
    )


def _step_6(db: sqlite_utils.Database) -> None:
    """New keys of a PC, up to which number a stopped one is believed, and cards as they came."""
    fields = "site, former_sign, former_seal, sign, seal, after, streams, signature"
    columns = ", ".join(f'"{name.strip()}"' for name in fields.split(","))
    for statement in (
        "ALTER TABLE sites ADD COLUMN revoked_after",
        "ALTER TABLE partners ADD COLUMN revoked_after",
        "ALTER TABLE partners ADD COLUMN card",
        "CREATE TABLE key_changes (uid TEXT PRIMARY KEY, born INTEGER NOT NULL,"
        f" gone INTEGER NOT NULL DEFAULT 0, same_as TEXT, {columns}) WITHOUT ROWID",
        "CREATE VIEW live_key_changes AS SELECT * FROM key_changes"
        " WHERE gone = 0 AND same_as IS NULL",
    ):
        db.conn.execute(statement)


def _step_7(db: sqlite_utils.Database) -> None:
    """Branches of a copied disk: which numbers of a site are read under another name, by whom."""
    for statement in (
        "CREATE TABLE branches (name TEXT PRIMARY KEY, site TEXT NOT NULL, seq INTEGER NOT NULL,"
        " hash BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE branch_readers (name TEXT NOT NULL, reader TEXT NOT NULL,"
        " upto INTEGER NOT NULL, PRIMARY KEY (name, reader)) WITHOUT ROWID",
    ):
        db.conn.execute(statement)


def _step_8(db: sqlite_utils.Database) -> None:
    """Only values that nobody has overwritten stay beside the tables; the log holds the others."""
    for statement in (
        "CREATE TABLE standing (row TEXT NOT NULL, field TEXT NOT NULL, change INTEGER NOT NULL,"
        " tbl TEXT NOT NULL, value, alone INTEGER NOT NULL,"
        " PRIMARY KEY (row, field, change)) WITHOUT ROWID",
        "INSERT INTO standing SELECT row, field, change, tbl, value,"
        " count(*) OVER (PARTITION BY row, field) = 1 FROM versions WHERE live = 1",
        "DROP TABLE versions",
        "ALTER TABLE standing RENAME TO versions",
        "CREATE INDEX versions_gone ON versions (row) WHERE field = 'gone'",
        "CREATE INDEX versions_disputed ON versions (row, field) WHERE alone = 0",
    ):
        db.conn.execute(statement)


def _step_9(db: sqlite_utils.Database) -> None:
    """A branch says what it follows and under which name that is kept (nobody had one yet)."""
    db.conn.execute("DROP TABLE branches")
    db.conn.execute(
        "CREATE TABLE branches (name TEXT PRIMARY KEY, site TEXT NOT NULL, seq INTEGER NOT NULL,"
        " prev_hash BLOB NOT NULL, hash BLOB NOT NULL, after TEXT NOT NULL) WITHOUT ROWID"
    )


STEPS: tuple[Callable[[sqlite_utils.Database], None], ...] = (
    _step_1, _step_2, _step_3, _step_4, _step_5, _step_6, _step_7, _step_8,
    _step_9,
)  # fmt: skip
VERSION = len(STEPS)


def current_version(db: sqlite_utils.Database) -> int:
    """Which step the open database has reached (0 = empty file)."""
    return int(db.conn.execute("PRAGMA user_version").fetchone()[0])


def upgrade(db: sqlite_utils.Database) -> None:
    """Run the steps the database has not seen; the caller holds the transaction."""
    for number in range(current_version(db), VERSION):
        STEPS[number](db)
        db.conn.execute(f"PRAGMA user_version = {number + 1}")
