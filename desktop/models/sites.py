"""Knows the PCs of this office: their names, public keys, and which of them may still sign."""

from __future__ import annotations

from dataclasses import dataclass

from desktop import clock
from desktop.errors import BadValue, NoSuchRecord, UserError
from desktop.models.changes import Change
from desktop.models.key_changes import KeyChange, check_card, key_changes, keys_now
from desktop.models.profile import meta, set_meta
from desktop.models.store import Store


class SeveralSites(UserError):
    def __init__(self, name: str, codes: list[str]) -> None:
        super().__init__(f"有{len(codes)}台机都叫“{name}”。请改用编号：{'、'.join(codes)}。")


class InUse(UserError):
    def __init__(self) -> None:
        super().__init__("不能停用正在使用的这台机。请在另一台机上停用它。")


@dataclass(frozen=True, slots=True)
class Site:
    """One PC of the office; `sign` and `seal` are its public keys now, in hex.

    Once it is stopped, what it wrote up to its change `revoked_after` is still believed.
    """

    uid: str
    name: str
    sign: str
    seal: str
    revoked: bool
    added_on: str
    revoked_after: int = 0
    steps: tuple[KeyChange, ...] = ()


# of several colleagues' words about a stopped PC the strictest holds until people agree, and a word
# that is no number stops it altogether
_UP_TO = "CASE typeof({0}) WHEN 'integer' THEN {0} ELSE 0 END"
STRICTEST = (
    "coalesce((SELECT max(v.value <> 0) FROM versions v WHERE v.row = t.uid"
    " AND v.field = 'revoked'), t.revoked <> 0, 0),"
    f" coalesce((SELECT min({_UP_TO.format('v.value')}) FROM versions v WHERE v.row = t.uid"
    f" AND v.field = 'revoked_after'), {_UP_TO.format('t.revoked_after')})"
)
_COLUMNS = (
    "t.uid, coalesce(t.name, ''), coalesce(t.sign, ''), coalesce(t.seal, ''),"
    f" coalesce(t.added_on, ''), {STRICTEST}"
)


def sites(store: Store) -> list[Site]:
    """Every PC of the office, this one included once the office knows it."""
    steps = key_changes(store)
    found = []
    for uid, name, sign, seal, added_on, revoked, after in store.rows(
        f"SELECT {_COLUMNS} FROM live_sites t ORDER BY t.name, t.uid"
    ):
        now = keys_now(steps.get(uid, []), sign, seal)
        found.append(Site(uid, name, now.sign, now.seal, bool(revoked), added_on, after, now.steps))
    return found


def site(store: Store, uid: str) -> Site | None:
    return next((s for s in sites(store) if s.uid == uid), None)


def find_site(store: Store, text: str, *, stopped: bool = False) -> Site:
    """The PC of this name, or whose number starts like this; stopped ones only if asked for."""
    text = text.strip()
    there = [s for s in sites(store) if stopped or not s.revoked]
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
            set_meta(conn, {"added_on": added_on})
    name = meta(store, "site_name")
    return Site(
        store.site, name, meta(store, "sign_public"), meta(store, "seal_public"), False, added_on
    )


def enrol_site(store: Store, new: Site) -> Change | None:
    """Let a PC into the office; doing it again changes nothing but a new name.

    New keys of a known PC come with its own log.
    """
    known = site(store, new.uid)
    if known is None:
        with store.change(f"登记{new.name}", kind="setup") as change:
            change.create(
                "sites", uid=new.uid, name=new.name, sign=new.sign, seal=new.seal, revoked=0,
                added_on=new.added_on,
            )  # fmt: skip
        return change.done
    check_card(known, new.sign, new.seal, new.steps)
    with store.change(f"{known.name}改名", kind="setup") as change:
        change.set("sites", new.uid, name=new.name)
    return change.done


def revoke_site(store: Store, uid: str, after: int | None = None) -> Change | None:
    """Stop accepting a PC's packages (lost, stolen, replaced).

    What it wrote up to its change `after` is still accepted when it arrives late; without a number
    nothing is.
    """
    if uid == store.site:
        raise InUse
    with store.change("停用一台机", kind="setup") as change:
        change.set("sites", uid, revoked=1, revoked_after=checked_number(after))
    return change.done


def checked_number(after: int | None) -> int:
    """Up to which number a stopped PC is still believed."""
    if after is not None and after < 0:
        raise BadValue("号数", str(after), "请写0或更大的数")
    return after or 0
