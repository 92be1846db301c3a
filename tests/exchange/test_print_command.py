"""`jinlin print …`: what scripts get, and what they are told when it cannot be done."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.models.profile import open_profile
from desktop.models.store import Store
from tests.build import a_household
from tests.command import Office
from tests.conftest import PASSPHRASE
from tests.exchange.pdf import page_texts, text_of


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with three households, two of them due for a visit."""
    one = Office(tmp_path / "office")
    one.do("init", "--office", "莲心社区", "--level", "community", "--user", "林书记")
    store = open_profile(one.profile, PASSPHRASE)
    _fill(store)
    store.close()
    return one


def _fill(store: Store) -> None:
    since = "2024-01-01"
    a_household(store, room="501", people=["王㛃"], tags=["elder_alone"], since=since)
    a_household(store, room="601", people=["李红"], tags=["veteran"], since=since)
    a_household(store, "4", room="201", people=["陈𠀀"])


@pytest.mark.parametrize(
    "words",
    [
        ("forms", "--building", "3栋"), ("forms", "--due", "--variant", "street"),
        ("stairs", "--building", "瑞景公园3栋"), ("missed", "--due"), ("chiefs",), ("ledger",),
        ("ledger", "--tag", "退役军人"), ("items",), ("items", "--kind", "situation"),
        ("log", "--date", "2026-06-14"), ("elevation", "--building", "3栋"),
        ("chief-copy", "--building", "3栋"), ("ledger", "--recipient", "陈书记"),
        ("brief",), ("brief", "--month", "2026-05"), ("recovery",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_each_document_answers_pages_and_missing_glyphs(
    office: Office, tmp_path: Path, words: tuple[str, ...]
) -> None:
    target = tmp_path / "out.pdf"
    answer = office.ask("print", *words, "-o", target)
    assert answer["missing_glyphs"] == []
    assert answer["pages"] == len(page_texts(target)) > 0


def test_households_can_be_named_by_door_and_narrowed_down(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    office.do("print", "forms", "--household", "4栋2单元201", "--household", "501", "-o", target)
    assert "王㛃" in page_texts(target)[0]
    assert "陈𠀀" in page_texts(target)[1]
    office.do("print", "forms", "--household", "501", "--household", "601", "--due", "-o", target)
    assert "陈𠀀" not in text_of(target)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("forms",), "没有要打印的内容"),
        (("forms", "--building", "99栋"), "找不到楼栋"),
        (("ledger", "--tag", "信访"), "信访"),
        (("stairs", "--household", "3栋2单元909"), "909"),
    ],
)
def test_a_wrong_wish_is_answered_in_words(
    office: Office, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    target = tmp_path / "out.pdf"
    answer = office.run("print", *words, "-o", target)
    assert answer.status == 3
    assert said in answer.err
    assert not target.exists()


def test_a_missing_glyph_is_refused_and_named_in_both_tongues(
    office: Office, tmp_path: Path
) -> None:
    home = office.ask("roster", "search", "李红")["hits"][0]["household"]
    office.do("roster", "add", "resident", f"household={home}", "name=赵\U000323b0")
    target = tmp_path / "out.pdf"
    answer = office.run("print", "forms", "--household", home, "--json", "-o", target)
    assert answer.status == 3
    assert answer.json == {"pages": 0, "missing_glyphs": ["\U000323b0"]}
    assert "U+323B0" in answer.err
    assert not list(tmp_path.glob("*.pdf")) + list(tmp_path.glob(".*"))


def test_papers_that_are_posted_up_or_handed_over(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "out.pdf"
    office.do(
        "post", "set", "楼栋长", "瑞景公园3栋", "--holder", "蔡建国", "--phone", "13900000003"
    )
    office.do("print", "door-sign", "--building", "3栋", "-o", target)
    assert "蔡建国" in text_of(target)
    assert "1390" not in text_of(target)  # not without the holder's word
    office.do("print", "door-sign", "--building", "3栋", "--own-phones", "-o", target)
    assert "13900000003" in text_of(target)
    office.do("print", "notice", "--building", "3栋", "--title", "评议结果公示", "-o", target)
    words = "".join(text_of(target).split())
    assert "评议结果公示" in words
    assert "王*瑞景公园3栋" in words
    for secret in ("㛃", "501", "1390", "独居"):
        assert secret not in words
    office.do("print", "conflicts", "-o", target)
    assert "共0处" in text_of(target)


def test_records_of_people_long_gone_are_listed_for_review(office: Office, tmp_path: Path) -> None:
    found = office.ask("roster", "search", "李红")["hits"][0]["resident"]
    office.do("roster", "set", found, "status", "moved_out")
    office.do("roster", "set", found, "status_on", "2024-05-01")
    target = tmp_path / "out.pdf"
    office.do("print", "retention", "-o", target)
    words = "".join(text_of(target).split())
    assert "李*瑞景公园3栋2单元601已迁出2024-05-012025-05-01" in words
    assert "李红" not in words


def test_a_package_gets_its_receipt(office: Office, tmp_path: Path) -> None:
    answer = office.run("print", "receipt", "4f7k", "-o", tmp_path / "out.pdf")
    assert answer.status == 3
    assert "4f7k" in answer.err
