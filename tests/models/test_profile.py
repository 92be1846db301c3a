"""Getting in: passphrase, recovery sheet, one instance at a time, and what a damaged file says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.models import keyfile, profile, schema
from desktop.models.database import DatabaseDamaged
from desktop.models.store import DATABASE, Store
from tests.conftest import PASSPHRASE


def test_the_wrong_passphrase_opens_nothing(store: Store) -> None:
    folder = store.folder
    store.close()
    with pytest.raises(keyfile.WrongPassphrase):
        profile.open_profile(folder, PASSPHRASE + "x")


def test_a_second_instance_is_kept_out_and_the_lock_dies_with_the_first(store: Store) -> None:
    with pytest.raises(profile.ProfileBusy):
        profile.open_profile(store.folder, PASSPHRASE)
    store.close()
    profile.open_profile(store.folder, PASSPHRASE).close()


def test_the_recovery_sheet_opens_the_data_and_sets_a_new_passphrase(store: Store) -> None:
    folder, text = store.folder, profile.recovery_key(store)
    store.close()
    profile.open_with_recovery(folder, text.lower().replace("-", " "), "new-passphrase").close()
    profile.open_profile(folder, "new-passphrase").close()
    with pytest.raises(keyfile.WrongPassphrase):
        profile.open_profile(folder, PASSPHRASE)


def test_every_single_mistyped_symbol_of_the_recovery_sheet_is_caught_by_its_group() -> None:
    text = keyfile.recovery_text(bytes(range(32)))
    assert keyfile.key_from_recovery(text) == bytes(range(32))
    for place, symbol in enumerate(text):
        if symbol == "-":
            continue
        for other in "0A9ZK":
            if other != symbol:
                with pytest.raises(keyfile.BadRecoveryKey) as refused:
                    keyfile.key_from_recovery(text[:place] + other + text[place + 1 :])
                assert f"第{place // 6 + 1}组" in str(refused.value)


def test_swapped_groups_are_caught() -> None:
    groups = keyfile.recovery_text(bytes(range(32))).split("-")
    groups[2], groups[3] = groups[3], groups[2]
    with pytest.raises(keyfile.BadRecoveryKey):
        keyfile.key_from_recovery("-".join(groups))


def test_a_database_of_a_newer_program_is_refused_and_left_alone(store: Store) -> None:
    folder = store.folder
    store.db.conn.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    store.close()
    with pytest.raises(profile.TooNew):
        profile.open_profile(folder, PASSPHRASE)


def test_a_damaged_database_says_so(store: Store) -> None:
    folder = store.folder
    store.close()
    body = bytearray((folder / DATABASE).read_bytes())
    body[16:4096] = bytes(4080)
    (folder / DATABASE).write_bytes(bytes(body))
    with pytest.raises(DatabaseDamaged):
        profile.open_profile(folder, PASSPHRASE)


def test_setting_up_twice_in_one_folder_changes_nothing(store: Store) -> None:
    with pytest.raises(profile.ProfileExists):
        profile.create_profile(
            store.folder, passphrase="another-one", office="别的社区", level="community", user="甲"
        )
    assert profile.office(store).name == "莲心社区"


def test_an_interrupted_set_up_can_be_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "fresh"
    with monkeypatch.context() as patch:
        patch.setattr(keyfile, "write", full_disk)
        with pytest.raises(profile.FolderUnusable):
            set_up(folder)
    store = set_up(folder)
    assert profile.office(store).name == "莲心社区"
    assert sorted(path.name for path in folder.iterdir()) == [
        "jinlin.db", "jinlin.db-shm", "jinlin.db-wal", "key.json", "profile.lock",
    ]  # fmt: skip
    store.close()


def set_up(folder: Path) -> Store:
    return profile.create_profile(
        folder, passphrase=PASSPHRASE, office="莲心社区", level="community", user="林书记"
    )


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(profile.WeakPassphrase):
        profile.create_profile(
            tmp_path / "p", passphrase="short", office="莲心社区", level="community", user="甲"
        )
    assert not (tmp_path / "p").exists()


def test_a_missing_database_is_never_replaced_by_an_empty_one(store: Store) -> None:
    folder = store.folder
    store.close()
    (folder / DATABASE).rename(folder / "moved.db")
    with pytest.raises(profile.DatabaseMissing):
        profile.open_profile(folder, PASSPHRASE)
    assert not (folder / DATABASE).exists()
    assert not profile.is_profile(folder)


def test_setting_up_beside_a_lonely_keyfile_keeps_that_keyfile(store: Store) -> None:
    folder = store.folder
    store.close()
    (folder / DATABASE).rename(folder / "moved.db")
    before = (folder / profile.KEYFILE).read_bytes()
    set_up(folder).close()
    (kept,) = folder.glob("key-*-old.json")
    assert kept.read_bytes() == before


def test_a_missing_keyfile_says_so_and_the_recovery_sheet_still_opens(store: Store) -> None:
    folder, text = store.folder, profile.recovery_key(store)
    store.close()
    (folder / profile.KEYFILE).unlink()
    with pytest.raises(profile.KeyfileMissing):
        profile.open_profile(folder, PASSPHRASE)
    with pytest.raises(profile.ProfileExists):
        set_up(folder)
    profile.open_with_recovery(folder, text, "new-passphrase").close()


def test_a_recovery_sheet_of_other_data_is_told_apart_from_a_damaged_file(store: Store) -> None:
    folder = store.folder
    store.close()
    other = keyfile.recovery_text(bytes(range(32)))
    with pytest.raises(keyfile.BadRecoveryKey, match="另一份数据"):
        profile.open_with_recovery(folder, other, "new-passphrase")
    profile.open_profile(folder, PASSPHRASE).close()


def test_a_full_disk_during_recovery_leaves_the_profile_free_to_open(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise profile.FolderUnusable(store.folder)

    folder, text = store.folder, profile.recovery_key(store)
    store.close()
    with monkeypatch.context() as patch:
        patch.setattr(keyfile, "write", full_disk)
        with pytest.raises(profile.FolderUnusable):
            profile.open_with_recovery(folder, text, "new-passphrase")
    profile.open_profile(folder, PASSPHRASE).close()


def test_a_folder_that_cannot_be_written_is_named(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object) -> int:
        raise OSError(30, "Read-only file system")

    folder = store.folder
    store.close()
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", read_only)
        with pytest.raises(profile.FolderUnusable):
            profile.open_profile(folder, PASSPHRASE)


def test_a_copy_that_a_power_cut_left_half_written_does_not_bar_the_upgrade(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, before = store.folder, schema.VERSION
    store.close()
    half = folder / f"before-upgrade-{before}"
    half.mkdir()
    (half / DATABASE).write_bytes(bytes(5000))
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, lambda _: None))
    monkeypatch.setattr(schema, "VERSION", before + 1)
    profile.open_profile(folder, PASSPHRASE).close()
    assert (half / profile.KEYFILE).exists()
