"""A backup is proven to open, and comes back as a new PC that never reuses old numbers."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desktop.exchange import backup
from desktop.exchange.backup import Backup, NotABackup
from desktop.exchange.packages.cards import enrol, own_fingerprint, write_card
from desktop.files import NoRoom
from desktop.models import changeover, check, copies, keyfile, profile, schema
from desktop.models.database import DatabaseDamaged
from desktop.models.exchange_log import vector
from desktop.models.store import DATABASE, Store
from tests.conftest import PASSPHRASE, SteadyClock
from tests.exchange.pcs import Pc, carry, converge


def test_a_backup_opens_and_says_what_it_holds(first: Pc) -> None:
    first.household("501", "王小明", "李红")
    made = backup.back_up(first.store)
    facts = backup.verify(made.path, PASSPHRASE)
    assert (facts.office, facts.site_name) == ("莲心社区", "1号机")
    assert (facts.households, facts.residents) == (1, 2)
    assert backup.backups(first.store.folder / "backups") == [made]


def test_a_backup_can_go_straight_to_a_stick(first: Pc, stick: Path) -> None:
    made = backup.back_up(first.store, stick)
    assert list(stick.iterdir()) == [made.path]
    assert backup.verify(made.path, PASSPHRASE).office == "莲心社区"
    assert list((first.store.folder / "backups").iterdir()) == []


def test_a_backup_holds_nothing_in_clear(first: Pc) -> None:
    first.household("501", "无名氏丁")
    content = backup.back_up(first.store).path.read_bytes()
    assert "无名氏丁".encode() not in content
    assert "莲心".encode() not in content


def test_a_damaged_or_foreign_file_is_not_restored(first: Pc, tmp_path: Path) -> None:
    made = backup.back_up(first.store)
    good = made.path.read_bytes()
    target = tmp_path / "new"
    for content in (b"", b"PK", good[: len(good) // 2], good[:9000] + b"\x00" + good[9001:]):
        made.path.write_bytes(content)
        with pytest.raises(NotABackup):
            backup.verify(made.path, PASSPHRASE)
        with pytest.raises(NotABackup):
            backup.restore(made.path, target, passphrase=PASSPHRASE)
    assert not (target / DATABASE).exists()
    with zipfile.ZipFile(made.path, "w") as archive:
        for name in ("backup.json", "key.json", "../../evil"):
            archive.writestr(name, "{}")
    with pytest.raises(NotABackup):
        backup.restore(made.path, target, passphrase=PASSPHRASE)


def test_the_wrong_passphrase_restores_nothing(first: Pc, tmp_path: Path) -> None:
    made = backup.back_up(first.store)
    with pytest.raises(keyfile.WrongPassphrase):
        backup.restore(made.path, tmp_path / "new", passphrase="somebody else's")
    assert not (tmp_path / "new" / DATABASE).exists()


@pytest.fixture
def restored(first: Pc) -> Callable[[Backup, Path], Pc]:
    opened: list[Store] = []

    def bring_back(made: Backup, folder: Path) -> Pc:
        opened.append(backup.restore(made.path, folder, passphrase=PASSPHRASE).store)
        return Pc(opened[-1], first.stick)

    return bring_back


def test_a_restored_profile_is_a_new_pc_and_meets_the_old_ones_work_without_a_fork(
    first: Pc, second: Pc, stick: Path, restored: Callable[[Backup, Path], Pc]
) -> None:
    home = first.household("501", "王小明")
    made = backup.back_up(first.store)
    later = first.household("502", "李红")  # after the backup, already given to a colleague
    converge(first, second)
    folder, old_site = first.store.folder, first.store.site
    first.store.close()

    again = restored(made, folder)
    assert again.store.site != old_site
    assert again.shown("households", home, "room") == "501"
    card = write_card(again.store, stick / "new.jlcard")
    enrol(second.store, stick / "new.jlcard", role="peer", fingerprint=card.fingerprint)
    assert carry(second, again, card.name).refused == []
    assert again.shown("households", later, "room") == "502"
    made_here = again.household("503", "张三")
    assert carry(again, second, "2号机").refused == []
    assert second.shown("households", made_here, "room") == "503"
    assert again.dump() == second.dump()
    assert check.check(again.store) == []
    again.store.close()


def test_what_lay_in_the_folder_is_put_aside_and_still_opens(
    first: Pc, restored: Callable[[Backup, Path], Pc]
) -> None:
    made = backup.back_up(first.store)
    home = first.household("502", "李红")
    folder = first.store.folder
    first.store.close()
    restored(made, folder).store.close()
    (aside,) = folder.glob("replaced-*")
    old = profile.open_profile(aside, PASSPHRASE)
    assert old.value("SELECT room FROM live_households WHERE uid = ?", (home,)) == "502"
    old.close()


def test_an_open_profile_is_not_replaced_under_the_persons_hands(first: Pc) -> None:
    made = backup.back_up(first.store)
    before = first.dump()
    with pytest.raises(profile.ProfileBusy):
        backup.restore(made.path, first.store.folder, passphrase=PASSPHRASE)
    assert first.dump() == before


def test_an_old_backup_does_not_bring_an_erased_person_back(
    first: Pc, restored: Callable[[Backup, Path], Pc]
) -> None:
    home = first.household("501", "无名氏戊")
    made = backup.back_up(first.store)
    with first.store.change("抹除") as change:
        change.erase(first.person(home))
    folder = first.store.folder
    first.store.close()
    again = restored(made, folder)
    assert not any("无名氏戊" in line for line in again.dump())
    assert check.check(again.store) == []
    again.store.close()


def test_restoring_into_an_empty_folder_needs_only_file_and_passphrase(
    first: Pc, tmp_path: Path
) -> None:
    first.household("501", "王小明")
    made = backup.back_up(first.store)
    done = backup.restore(made.path, tmp_path / "new", passphrase=PASSPHRASE, site_name="备用机")
    assert (done.site_name, done.aside) == ("备用机", None)
    assert own_fingerprint(done.store) != first.fingerprint
    assert vector(done.store)[first.store.site] == vector(first.store)[first.store.site]
    done.store.close()


def test_one_automatic_backup_a_day_and_old_ones_thin_out(
    first: Pc, steady_clock: SteadyClock
) -> None:
    assert backup.back_up_daily(first.store) is not None
    assert backup.back_up_daily(first.store) is None
    steady_clock.at += timedelta(days=1)
    assert backup.back_up_daily(first.store) is not None
    assert backup.problems(first.store) == []
    steady_clock.at += timedelta(days=9)
    assert "9天前" in backup.problems(first.store)[0]


def test_a_newest_backup_that_rots_is_found_by_the_check(first: Pc) -> None:
    assert backup.damaged(first.store) == []
    made = backup.back_up(first.store)
    assert backup.damaged(first.store) == []
    content = bytearray(made.path.read_bytes())
    content[len(content) // 2] ^= 1
    made.path.write_bytes(content)
    assert made.path.name in backup.damaged(first.store)[0]


def test_kept_are_seven_days_five_weeks_and_twelve_months(steady_clock: SteadyClock) -> None:
    made = [
        Backup(Path(f"{day}"), (steady_clock.at - timedelta(days=day)).isoformat(), 1, "")
        for day in range(800)
    ]
    gone = {int(str(backup.path)) for backup in backup.superfluous(made)}
    kept = [day for day in range(800) if day not in gone]
    assert kept[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert len(kept) <= 7 + 5 + 12
    assert 310 < max(kept) < 370


def test_a_copy_is_kept_before_the_layout_of_the_database_changes(
    first: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = first.household("501", "王小明")
    folder = first.store.folder
    first.store.close()

    def step_2(db: object) -> None:
        db.conn.execute("CREATE TABLE later (x)")  # type: ignore[attr-defined]

    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, step_2))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    profile.open_profile(folder, PASSPHRASE).close()
    kept = folder / f"before-upgrade-{schema.VERSION - 1}"
    key = keyfile.read(kept / profile.KEYFILE, PASSPHRASE)
    facts = copies.examine(kept / DATABASE, key)
    assert (facts.version, facts.households) == (schema.VERSION - 1, 1)
    assert home


def test_a_copy_with_a_flipped_byte_is_found_out(first: Pc, tmp_path: Path) -> None:
    first.household("501", "王小明")
    copy = tmp_path / "copy.db"
    first.store.copy_to(copy)
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)
    with pytest.raises((copies.CopyDamaged, DatabaseDamaged)):
        copies.examine(copy, first.store.key)


class PowerCut(BaseException):
    """The PC went dark at this step."""


@pytest.mark.parametrize("step", range(8))
def test_a_power_cut_during_a_restore_leaves_the_old_profile_or_the_new_one(
    first: Pc, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    made = backup.back_up(first.store)
    home = first.household("502", "李红")
    folder = first.store.folder
    first.store.close()
    real, done = os.replace, [0]

    def until_dark(source: Path, target: Path) -> None:
        if done[0] == step:
            raise PowerCut
        real(source, target)
        done[0] += 1

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", until_dark)
        with suppress(PowerCut):
            backup.restore(made.path, folder, passphrase=PASSPHRASE).store.close()
    assert profile.is_profile(folder)
    again = profile.open_profile(folder, PASSPHRASE)
    room = again.value("SELECT room FROM live_households WHERE uid = ?", (home,))
    assert room == ("502" if again.site == made.site else None)
    assert check.check(again) == []
    again.close()
    assert not changeover.is_waiting(folder)


def test_another_passphrase_does_not_replace_an_open_profile(first: Pc) -> None:
    made = backup.back_up(first.store)
    profile.change_passphrase(first.store, PASSPHRASE, "another-passphrase")
    before = first.dump()
    with pytest.raises(profile.ProfileBusy):
        backup.restore(made.path, first.store.folder, passphrase=PASSPHRASE)
    assert list(first.store.folder.glob("replaced-*")) == []
    assert first.dump() == before


def test_an_erased_person_stays_erased_under_an_older_passphrase(first: Pc) -> None:
    home = first.household("501", "无名氏戊")
    made = backup.back_up(first.store)
    with first.store.change("抹除") as change:
        change.erase(first.person(home))
    profile.change_passphrase(first.store, PASSPHRASE, "another-passphrase")
    folder = first.store.folder
    first.store.close()
    again = backup.restore(made.path, folder, passphrase=PASSPHRASE).store
    assert again.value("SELECT count(*) FROM residents") == 0
    again.close()


def test_the_copy_just_made_is_kept_whatever_the_clock_says(
    first: Pc, steady_clock: SteadyClock
) -> None:
    for _ in range(14):
        backup.back_up_daily(first.store)
        steady_clock.at += timedelta(days=31)
    steady_clock.at = datetime(1970, 1, 1)
    made = backup.back_up_daily(first.store)
    assert made is not None
    assert made.path.exists()


def test_copies_with_dates_to_come_take_no_other_days_place(
    first: Pc, steady_clock: SteadyClock
) -> None:
    now = steady_clock.at
    for day in range(8):
        steady_clock.at = datetime(2099, 1, 1) + timedelta(days=day)
        backup.back_up_daily(first.store)
    steady_clock.at = now
    assert "时钟" in backup.problems(first.store)[0]
    for _ in range(3):
        backup.back_up_daily(first.store)
        steady_clock.at += timedelta(days=1)
    kept = [made.made[:10] for made in backup.backups(first.store.folder / "backups")]
    assert {"2026-06-15", "2026-06-16", "2026-06-17"} <= set(kept)
    steady_clock.at += timedelta(days=9)
    assert "天前" in backup.problems(first.store)[0]


def test_a_full_disk_is_not_taken_for_a_damaged_backup(
    first: Pc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backup.back_up(first.store)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full_disk)
    assert "没有核对" in backup.damaged(first.store)[0]
    with pytest.raises(NoRoom):
        backup.restore(made.path, tmp_path / "new", passphrase=PASSPHRASE)


def test_what_a_killed_backup_or_restore_left_is_swept_away(first: Pc) -> None:
    folder = first.store.folder
    made = backup.back_up(first.store)
    for left in (folder / "backups" / ".jinlin-dead", folder / ".jinlin-dead"):
        left.mkdir()
        (left / DATABASE).write_bytes(b"half")
    backup.back_up(first.store)
    assert not (folder / "backups" / ".jinlin-dead").exists()
    first.store.close()
    backup.restore(made.path, folder, passphrase=PASSPHRASE).store.close()
    assert not (folder / ".jinlin-dead").exists()
