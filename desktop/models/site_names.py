"""Says what people call a site, the same in every list, message and refusal."""

from __future__ import annotations

from desktop.models.database import Connection


def site_name(conn: Connection, site: str) -> str:
    """A colleague's PC by its name, another office's by the office.

    A branch goes by the name of the PC that was copied, a stranger by the start of its number.
    """
    known = conn.execute(
        "SELECT name FROM sites WHERE uid = :site AND name <> ''"
        " UNION ALL SELECT office_name FROM partners WHERE uid = :site AND office_name <> ''",
        {"site": site},
    ).fetchone()
    if known:
        return str(known[0])
    origin = conn.execute("SELECT site FROM branches WHERE name = ?", (site,)).fetchone()
    return f"{site_name(conn, origin[0])}（复制）" if origin else f"{site[:6]}号机"
