"""The keyfile opens with its passphrase alone, and a damaged one says what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop.models import keyfile
from desktop.models.keyfile import BadRecoveryKey, KeyfileDamaged, WrongPassphrase

KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    keyfile.write(tmp_path / "key.json", KEY, "一句好记的话")
    return tmp_path / "key.json"


def test_only_the_right_passphrase_opens_it(path: Path) -> None:
    assert keyfile.read(path, "一句好记的话") == KEY
    assert KEY.hex() not in path.read_text("ascii")
    with pytest.raises(WrongPassphrase, match="恢复单"):
        keyfile.read(path, "一句好记的話")


def test_the_same_key_is_never_sealed_the_same_way_twice(path: Path) -> None:
    first = json.loads(path.read_text("ascii"))
    keyfile.write(path, KEY, "一句好记的话")
    second = json.loads(path.read_text("ascii"))
    assert {first[name] for name in ("salt", "nonce", "box")}.isdisjoint(second.values())


@pytest.mark.parametrize(
    "changed",
    [
        {"fmt": "jinlin-key/9"}, {"memory_kib": 1}, {"memory_kib": 2**30}, {"passes": 0},
        {"passes": 10**6}, {"lanes": 0}, {"lanes": -1}, {"lanes": "viele"}, {"salt": "00"},
        {"salt": "xx"}, {"nonce": "00" * 11}, {"box": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_field_somebody_touched_is_called_damage(path: Path, changed: dict[str, Any]) -> None:
    body = json.loads(path.read_text("ascii"))
    path.write_text(json.dumps(body | changed), "ascii")
    with pytest.raises(KeyfileDamaged, match="恢复单"):
        keyfile.read(path, "一句好记的话")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "{}"])
def test_what_is_no_keyfile_is_called_damage(path: Path, text: str) -> None:
    path.write_text(text, "ascii")
    with pytest.raises(KeyfileDamaged):
        keyfile.read(path, "一句好记的话")
    path.unlink()
    with pytest.raises(KeyfileDamaged):
        keyfile.read(path, "一句好记的话")


def test_the_printed_key_comes_back_and_names_the_group_that_was_mistyped() -> None:
    text = keyfile.recovery_text(KEY)
    assert keyfile.key_from_recovery(text.lower().replace("-", " ")) == KEY
    groups = text.split("-")
    groups[4] = groups[4][:4] + ("0" if groups[4][4] != "0" else "1")
    with pytest.raises(BadRecoveryKey, match="第5组"):
        keyfile.key_from_recovery("-".join(groups))
    with pytest.raises(BadRecoveryKey, match="65"):
        keyfile.key_from_recovery(text[:-1])
