"""Knows the PCs of this office: their names, public keys, and which of them may still sign."""

from __future__ import annotations

from dataclasses import dataclass

from desktop import clock
from desktop.errors import NoSuchRecord, Refused, UserError
from desktop.models.changes import Change
from desktop.models.profile import meta
from desktop.models.store import Store


class SeveralSites(UserError):
    def __init__(self, name: str, codes: list[str]) -> None:
        super().__init__(f"有{len(codes)}台机都叫“{name}”。请改用编号：{'、'.join(codes)}。")


class OtherKeys(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”已登记过，但钥匙与这张名片不同，没有登记。请当面核对是谁的名片。"
        )


class InUse(UserError):
    def __init__(self) -> None:
        super().__init__("不能停用正在使用的这台机。请在另一台机上停用它。")


class SiteStopped(Refused):
    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”已停用，它的名片和数据包都不再接受。")


@dataclass(frozen=True, slots=True)
class Site:
    """One PC of the office; `sign` and `seal` are its public keys in hex."""

    uid: str
    name: str
    sign: str
    seal: str
    revoked: bool
    added_on: str


_COLUMNS = "uid, coalesce(name, ''), coalesce(sign, ''), coalesce(seal, ''), revoked, added_on"


def _site(row: tuple[object, ...]) -> Site:
    uid, name, sign, seal, revoked, added_on = row
    return Site(str(uid), str(name), str(sign), str(seal), bool(revoked), str(added_on or ""))


def sites(store: Store) -> list[Site]:
    """Every PC of the office, this one included once the office knows it."""
    return [
        _site(row) for row in store.rows(f"SELECT {_COLUMNS} FROM live_sites ORDER BY name, uid")
    ]


def site(store: Store, uid: str) -> Site | None:
    rows = store.rows(f"SELECT {_COLUMNS} FROM live_sites WHERE uid = ?", (uid,))
    return _site(rows[0]) if rows else None


def find_site(store: Store, text: str) -> Site:
    """The PC of this name, or whose number starts like this; stopped ones are left out."""
    text = text.strip()
    there = [s for s in sites(store) if not s.revoked]
    named = [s for s in there if s.name == text]
    if not named and len(text) >= 4:
        named = [s for s in there if s.uid.startswith(text.lower())]
    if not named:
        raise NoSuchRecord("这台机", text)
    if len(named) > 1:
        raise SeveralSites(text, [s.uid[:6] for s in named])
    return named[0]


def has_site(store: Store, text: str) -> bool:
    """Whether a PC of this office goes by this name or number."""
    text = text.strip()
    return any(text == s.name or (len(text) >= 4 and s.uid.startswith(text)) for s in sites(store))


def own_site(store: Store) -> Site:
    """This PC, also while the office has not heard of it yet."""
    known = site(store, store.site)
    if known:
        return known
    added_on = meta(store, "added_on")
    if not added_on:
        # fixed once: two colleagues who enrol this PC's card must write the same row
        added_on = clock.today().isoformat()
        with store.local() as conn:
            conn.execute("INSERT OR REPLACE INTO meta VALUES ('added_on', ?)", (added_on,))
    name = meta(store, "site_name")
    return Site(
        store.site, name, meta(store, "sign_public"), meta(store, "seal_public"), False, added_on
    )


def enrol_site(store: Store, new: Site) -> Change | None:
    """Let a PC into the office; doing it again changes nothing but a new name."""
    known = site(store, new.uid)
    if known is None:
        with store.change(f"登记{new.name}", kind="setup") as change:
            change.create(
                "sites", uid=new.uid, name=new.name, sign=new.sign, seal=new.seal, revoked=0,
                added_on=new.added_on,
            )  # fmt: skip
        return change.done
    if (known.sign, known.seal) != (new.sign, new.seal):
        raise OtherKeys(known.name)
    if known.revoked:
        raise SiteStopped(known.name)
    with store.change(f"{known.name}改名", kind="setup") as change:
        change.set("sites", new.uid, name=new.name)
    return change.done


def revoke_site(store: Store, uid: str) -> Change | None:
    """Stop accepting a PC's packages (lost, stolen, replaced)."""
    if uid == store.site:
        raise InUse
    with store.change("停用一台机", kind="setup") as change:
        change.set("sites", uid, revoked=1)
    return change.done
