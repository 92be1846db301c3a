"""Gives this PC new keys and keeps the old way in open for as long as somebody needs it.

The old signing key is erased at once: its last word is the signature under the new keys. The old
key that opens packages stays until everybody is known to seal to the new one, because a package may
have been sealed before they heard of it.
"""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.errors import UserError
from desktop.models import changes, package_log
from desktop.models.key_changes import KeyChange, add_key_change, fresh_keys
from desktop.models.partners import Partner, partners
from desktop.models.profile import FORMER_SEAL, meta, set_meta
from desktop.models.sites import Site, own_site, site, sites
from desktop.models.store import Store
from desktop.models.streams import last_numbers

_SEALED_BY = "sealed_by:"  # the last of our keys that another office's PC has sealed to


class NothingToRotate(UserError):
    def __init__(self) -> None:
        super().__init__("这台机还没有加入单位，钥匙还没有人用，不用换。请先导入第一个完整数据包。")


def rotate(store: Store) -> KeyChange:
    """Give this PC a new pair of keys, vouched for by the old one; its number stays.

    Colleagues hear of it with the next package, other offices with the next package or card.
    """
    with store.change("本机换钥匙", kind="setup") as change:
        conn = store.db.conn
        if site(store, store.site) is None:
            raise NothingToRotate
        here, fresh = own_site(store), fresh_keys()
        step = _signed(
            KeyChange(
                here.uid, here.sign, here.seal, fresh["sign_public"], fresh["seal_public"],
                changes.tip(conn, store.site)[0], last_numbers(store),
            ),
            meta(store, "sign_key"),
        )  # fmt: skip
        add_key_change(change, step)
        set_meta(conn, {f"{FORMER_SEAL}{here.seal}": meta(store, "seal_key"), **fresh})
    return step


def _signed(step: KeyChange, secret: str) -> KeyChange:
    signer = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    return replace(step, signature=signer.sign(step.message()).hex())


def former_secrets(store: Store) -> list[str]:
    """The secret keys (hex) that still open what was sealed before the last rotations."""
    rows = store.rows(
        "SELECT value FROM meta WHERE substr(key, 1, ?) = ? ORDER BY key",
        (len(FORMER_SEAL), FORMER_SEAL),
    )
    return [str(row[0]) for row in rows]


def note_sealed(store: Store, partner: str, seal: str) -> None:
    """Another office's PC has sealed to this key of ours, so that is the one it knows."""
    with store.local() as conn:
        set_meta(conn, {f"{_SEALED_BY}{partner}": seal})


def unaware(store: Store, step: KeyChange) -> list[Site | Partner]:
    """Who may still seal to the keys that this step of ours left behind.

    A colleague counts until a package of theirs says that they know; another office's PC only if
    the last package it sealed was sealed to the former key.
    """
    known = [s.former_seal for s in own_site(store).steps]
    older = set(known[: known.index(step.former_seal) + 1])
    waiting: list[Site | Partner] = []
    for colleague in sites(store):
        if colleague.uid == store.site or colleague.revoked:
            continue
        heard = package_log.acknowledged(store, colleague.uid)
        if heard is None or heard.vector.get(store.site, 0) <= step.after:
            waiting.append(colleague)
    waiting += [
        each
        for each in partners(store)
        if not each.revoked and meta(store, f"{_SEALED_BY}{each.uid}") in older
    ]
    return waiting


def forget_former(store: Store) -> list[str]:
    """Erase the secret former keys that nobody can need any more; returns who still does."""
    names: list[str] = []
    for step in own_site(store).steps:
        key = f"{FORMER_SEAL}{step.former_seal}"
        if not meta(store, key):
            continue
        needed_by = unaware(store, step)
        names += [each.name for each in needed_by]
        if not needed_by:
            with store.local() as conn:
                set_meta(conn, {key: ""})
    return list(dict.fromkeys(names))


def unheard(store: Store, receiver: Site | Partner) -> tuple[KeyChange, ...]:
    """The steps of this PC that a receiver may not know yet, to be written on its packages."""
    steps = own_site(store).steps
    if isinstance(receiver, Partner):
        return steps
    heard = package_log.acknowledged(store, receiver.uid)
    known = heard.vector.get(store.site, 0) if heard else 0
    return tuple(step for step in steps if step.after >= known)
