"""A lost stick: what it may hold, who can read it, and how the next export heals it."""

from __future__ import annotations

from desktop.exchange.packages.lost import advice, on_the_way
from desktop.models.sites import find_site, revoke_site
from tests.exchange.pcs import Pc, carry, converge


def test_a_lost_stick_is_listed_and_the_next_export_carries_everything(
    first: Pc, second: Pc
) -> None:
    converge(first, second)
    for _ in range(2):
        carry(first, second, "2号机")
        carry(second, first, "1号机")
    before = len(on_the_way(first.store))
    first.household("501", "王小明")
    lost = first.export_to("2号机")
    (found, *rest) = on_the_way(first.store)
    assert len(rest) == before
    assert (found.package, found.receiver, found.kind) == (lost.package, "2号机", "peer")
    text = "\n".join(advice(on_the_way(first.store)))
    assert "只有2号机和本机能打开" in text
    assert "王小明" not in text
    lost.path.unlink()
    carry(first, second, "2号机")
    carry(second, first, "1号机")
    assert second.dump() == first.dump()
    assert lost.package not in {each.package for each in on_the_way(first.store)}


def test_a_package_for_a_stopped_pc_is_treated_as_leaked(first: Pc, second: Pc) -> None:
    converge(first, second)
    first.household("501", "王小明")
    first.export_to("2号机")
    revoke_site(first.store, find_site(first.store, "2号机").uid)
    assert any("按泄露处理" in line for line in advice(on_the_way(first.store)))


def test_nothing_on_the_way_says_so() -> None:
    assert "都已有回执" in advice([])[0]
    assert any(
        "旧数据包可能也还在上面" in line for line in advice([])
    )  # nobody has wiped the stick
    assert any("没加密的表格" in line for line in advice([]))
