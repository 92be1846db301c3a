"""The window's way to bring in what was set aside because a disk had been copied."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.errors import UserError
from desktop.exchange.packages.copied_disk import Parted, part_machines
from desktop.ui.common.desk import Desk
from desktop.ui.exchange.package_words import import_words

_QUESTION = (
    "这台机或同事那台机的硬盘被复制过（或退回了旧的数据文件夹），两台机用同一个编号各做了各的。\n\n"
    "办理以后：两边做的都保留，两边改了同一处的列为冲突，由您来定；本机这边分叉以后的更改另编号。"
    "如果分叉的就是本机的编号，本机从此是新的一台机，要请同事登记它的新名片。\n\n"
    "只在其中一台上办理，一般是后来复制出来的那台。在本机办理？"
)


def part_copied_disk(desk: Desk, owner: QWidget, reload: Callable[[], None]) -> None:
    """Ask, merge both machines' work, say what is left to do."""
    if not desk.ask.confirm(_QUESTION, "在本机办理", careful=True):
        return
    store = desk.store

    def done(parted: Parted) -> None:
        reload()
        desk.ask.tell("\n".join(parted_words(parted)))

    def failed(error: UserError) -> None:
        reload()
        desk.ask.warn(str(error))

    desk.jobs.run(
        "正在并入两台机的更改", lambda progress: part_machines(store, progress=progress), done,
        owner=owner, failed=failed,
    )  # fmt: skip


def parted_words(parted: Parted) -> list[str]:
    """What was done and what comes next."""
    words = import_words(parted.result)
    if parted.new_name:
        words.append(
            f"本机现在叫“{parted.new_name}”，是新的一台机：请点“保存名片…”，让每位同事重新登记。"
        )
    if not parted.result.refused:
        words.append("然后给每位同事各导出一个数据包，他们的电脑就都知道了。")
    return words
