"""Answers what to do when a stick is lost: what it may hold, who could read it, what heals itself.

This PC cannot know which stick a file went to; it lists every package whose receipt has not come.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.exchange.packages.format import STREAMS
from desktop.models import package_log
from desktop.models.package_log import HANDED, SENT
from desktop.models.partners import Partner, partners
from desktop.models.sites import Site, sites
from desktop.models.store import Store


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """A package without a receipt; only the PC of `receiver` (and this one) can open it.

    One that is `by_words` is opened by whoever knows its six words, and nobody acknowledges it.
    """

    package: str
    to_site: str
    receiver: str
    kind: str
    made: str
    changes: int
    bytes: int
    path: str
    receiver_stopped: bool
    by_words: bool


def on_the_way(store: Store) -> list[OnTheWay]:
    """Every package that may lie on a stick somewhere, newest first."""
    known: list[Site | Partner] = [*sites(store), *partners(store)]
    stopped = {each.uid for each in known if each.revoked}
    found = []
    for sent in package_log.outbox(store):
        if sent.state not in (SENT, HANDED):
            continue
        found.append(
            OnTheWay(
                package=sent.package, to_site=sent.to_site,
                receiver=package_log.other_end(store, sent.to_site), kind=sent.kind,
                made=sent.made, changes=sent.changes, bytes=sent.bytes, path=sent.path,
                receiver_stopped=sent.to_site in stopped, by_words=sent.state == HANDED,
            )
        )  # fmt: skip
    return found


def advice(packages: list[OnTheWay]) -> list[str]:
    """What to do now, step by step."""
    if not packages:
        return ["所有写出的数据包都已有回执，不用重新写。", *_whatever_it_was()]
    named = [each for each in packages if not each.by_words]
    lines = [
        f"U盘上最多有下列{len(packages)}个没有回执的数据包，"
        "都已加密，捡到的人打不开，也看不到姓名和门牌。"
    ]
    if named:
        receivers = "、".join(dict.fromkeys(each.receiver for each in named))
        lines[0] += f"写给{receivers}的{len(named)}个，只有{receivers}和本机能打开。"
    if any(each.kind not in STREAMS for each in named):
        lines.append(
            "重新导出一次给同事即可：新的数据包会带上他还没有确认的全部内容，不会丢，也不会重复。"
        )
    if any(each.kind in STREAMS for each in named):
        lines.append("写给外单位的，再拷一份即可，编号不变，不要重写。")
    if len(named) < len(packages):
        lines.append(
            f"其中{len(packages) - len(named)}个是用六个词交出的，没有回执："
            "知道那六个词的人都能打开。如果六个词和U盘写在一起、放在一起，或别人可能听到过，请按泄露处理。"
            "要再交一次，请重新导出，会换六个新词。"
        )
    lines.append(
        "如果一起丢的还有对方的电脑，或对方的口令可能泄露，请马上停用那台机，并报告本单位负责人。"
    )
    lines += _whatever_it_was()
    if any(each.receiver_stopped for each in packages):
        lines.append("其中有写给已停用机器的数据包：如果那台机落在别人手里，请按泄露处理。")
    return lines


def _whatever_it_was() -> list[str]:
    """What holds for every stick, also for one with nothing on the way."""
    return [
        "已有回执的旧数据包可能也还在上面，同样加密，捡到的人打不开。",
        "如果U盘上另有没加密的表格或打印件，那不在近邻的保护之内，请按单位规定报告。",
    ]
