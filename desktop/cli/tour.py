"""Lives through a sample month with the very commands a secretary would use, for `make run`."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from desktop import clock, paths
from desktop.cli.context import Session, say
from desktop.errors import UserError

PASSPHRASE = "jinlin-sample"
SECRET = "passphrase.txt"


class NotATourFolder(UserError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"文件夹“{folder}”里有别的东西，没有动它。请换一个空文件夹。")


@dataclass
class Desk:
    """One throw-away PC of the sample office, used only through commands."""

    root: click.Group
    session: Session

    def do(self, *words: object) -> Any:
        """Run one command as if typed; returns its JSON document."""
        name, *rest = [str(word) for word in words]
        out, err = io.StringIO(), io.StringIO()
        with (
            click.Context(self.root, obj=self.session) as above,
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            command = self.root.get_command(above, name)
            assert command is not None, name
            with command.make_context(name, [*rest, "--json"], parent=above) as inner:
                command.invoke(inner)
        return json.loads(out.getvalue())


def register(group: click.Group) -> None:
    @group.command("tour")
    @click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
    @click.option("--households", default=300, show_default=True)
    @click.option("--seed", default=7, show_default=True)
    def tour(folder: Path, households: int, seed: int) -> None:
        """用样例数据把一个月从头到尾做一遍，成果放进文件夹。"""
        run(group, folder, households, seed)


def run(root: click.Group, folder: Path, households: int, seed: int) -> None:
    """Do the whole month into `folder` (made anew) and leave a Chinese account of it there."""
    _clear(folder)
    folder.mkdir(parents=True)
    secret = folder / SECRET
    secret.write_text(PASSPHRASE, "utf-8")  # first: it marks the folder as a tour's
    for name in ("papers", "books", "packages", "screens"):
        (folder / name).mkdir()
    first = Desk(root, Session(folder / "profile", secret))
    second = Desk(root, Session(folder / "profile-2", secret))
    started = time.perf_counter()
    try:
        lines = list(_steps(first, second, folder, households, seed))
    finally:
        first.session.close()
        second.session.close()
    lines.append(_screens(folder, secret))
    account = _account(lines, time.perf_counter() - started)
    (folder / "README.txt").write_text(account, "utf-8")


def _clear(folder: Path) -> None:
    """Remove what an earlier tour left, finished or not, and nothing else."""
    if not folder.exists():
        return
    secret = folder / SECRET
    was_a_tour = secret.is_file() and secret.read_bytes() == PASSPHRASE.encode()
    if any(folder.iterdir()) and not was_a_tour:
        raise NotATourFolder(folder)
    shutil.rmtree(folder)


def _steps(first: Desk, second: Desk, folder: Path, households: int, seed: int) -> Iterable[str]:
    month = f"{clock.today():%Y-%m}"
    parts: tuple[Callable[[], str], ...] = (
        lambda: _set_up(first, folder),
        lambda: _import(first, folder, households, seed),
        lambda: _visit(first, folder),
        lambda: _follow_up(first),
        lambda: _print(first, folder),
        lambda: _report(first, folder, month),
        lambda: _carry(first, second, folder),
    )
    for part in parts:
        line = part()
        say(line)
        yield line


def _set_up(desk: Desk, folder: Path) -> str:
    paper = folder / "papers" / "恢复单.pdf"
    desk.do("init", "--office", "莲心社区", "--level", "community", "--user", "林书记",
            "--recovery-pdf", paper)  # fmt: skip
    return "建好样例单位“莲心社区”，恢复单在 papers/恢复单.pdf。"


def _import(desk: Desk, folder: Path, households: int, seed: int) -> str:
    made = desk.do("sample", folder / "inputs", "--households", households, "--seed", seed)["files"]
    homes = people = asked = 0
    for number, file in enumerate(made):
        marked = folder / "books" / f"标注副本{number + 1}.xlsx"
        words = ("--marked", marked) if "凌乱" in file else ()
        plan = desk.do("roster", "import", file, "--yes", *words)
        homes += plan["households"]["new"]
        people += plan["residents"]["new"]
        asked += len(plan["warnings"])
    desk.do("roster", "export", folder / "books" / "花名册.xlsx", "--reason", "样例演示")
    return f"从 inputs/ 导入{len(made)}个文件：新增{homes}户{people}人，{asked}处提示请人核对。"


def _visit(desk: Desk, folder: Path) -> str:
    waiting = desk.do("visit", "due")["due"]
    forms = desk.do("print", "forms", "--due", "-o", folder / "papers" / "走访登记表.pdf")
    stairs = desk.do("print", "stairs", "--due", "-o", folder / "papers" / "走访单.pdf")
    street = ("--variant", "street", "--household", waiting[0]["household"])
    desk.do("print", "forms", *street, "-o", folder / "papers" / "走访登记表-街道空白.pdf")
    desk.do("visit", "record", waiting[0]["household"], "--outcome", "met", "--walker", "王网格",
            "--need", "想申请助浴服务", "--situation", "楼道灯不亮",
            "--promise", "联系助浴服务并回话")  # fmt: skip
    book = folder / "inputs" / "走访记录.xlsx"
    taken = desk.do("visit", "import", book, "--yes")["visits"]["new"]
    return (
        f"到期应走访{len(waiting)}户：走访登记表{forms['pages']}页、走访单{stairs['pages']}页；"
        f"登记1次走访，批量导入{taken}次。"
    )


def _follow_up(desk: Desk) -> str:
    """Bring some of what residents asked for to its end, as a month would."""
    waiting = [item for item in desk.do("item", "list") if item["kind"] != "resource"]
    done = waiting[::3]
    for number, item in enumerate(done):
        desk.do("item", "step", item["uid"], "accepted", "--by", "林书记")
        if number % 2:
            desk.do("item", "step", item["uid"], "solved_on_site", "--result", "当场处理好了")
        else:
            desk.do("item", "step", item["uid"], "in_progress", "--by", "王网格")
            desk.do("item", "step", item["uid"], "awaiting_feedback", "--result", "已联系物业办妥")
            desk.do("item", "step", item["uid"], "fed_back", "--result", "已向住户反馈")
            if number % 4 == 0:
                rating = ("--rating", "satisfied", "--by", "林书记")
                desk.do("item", "step", item["uid"], "rated", *rating)
    return f"在办{len(waiting)}件事里办结{len(done)}件。"


def _print(desk: Desk, folder: Path) -> str:
    papers = folder / "papers"
    building = desk.do("roster", "search", "瑞景公园", "--limit", 1)["hits"][0]["door"]
    place = building.split("栋")[0] + "栋"
    desk.do("post", "set", "building_chief", place, "--holder", "陈楼长", "--phone", "13900000099")
    desk.do("print", "chiefs", "-o", papers / "街巷长楼栋长花名册.pdf")
    desk.do("print", "elevation", "--building", place, "-o", papers / "楼栋立面图.pdf")
    desk.do("print", "ledger", "-o", papers / "特殊群体台账.pdf")
    desk.do("print", "log", "-o", papers / "民情日志.pdf")
    for kind, word in (("need", "需求清单"), ("resource", "资源清单"), ("situation", "民情清单")):
        desk.do("print", "items", "--kind", kind, "-o", papers / f"{word}.pdf")
    return f"打印了花名册、{place}立面图、台账、民情日志和三张清单。"


def _report(desk: Desk, folder: Path, month: str) -> str:
    book, paper = folder / "books" / f"月报{month}.xlsx", folder / "papers" / f"月报{month}.pdf"
    report = desk.do("month", month, "--xlsx", book, "--pdf", paper)
    desk.do("print", "brief", "-o", folder / "papers" / "简报.pdf")
    rate = report["indicators"]["visit_rate"]
    balance = "上月在办＋新增－办结＝本月在办，成立" if report["balance_ok"] else "收支不平，请核对"
    return (
        f"{month}月报：走访率{rate['numerator']}/{rate['denominator']}={rate['rate']}；{balance}。"
    )


def _carry(first: Desk, second: Desk, folder: Path) -> str:
    packages = folder / "packages"
    joined = second.do("init", "--join", "--site-name", "2号机", "--user", "小陈")
    second.do("package", "card", "-o", packages / "2号机.jlcard")
    first.do("package", "enrol", packages / "2号机.jlcard", "--as", "peer", "--name", "2号机",
             "--fingerprint", joined["fingerprint"])  # fmt: skip
    card = first.do("package", "card", "-o", packages / "1号机.jlcard")
    stick = packages / "给2号机.jlpkg"
    sent = first.do("package", "export", "--to", "2号机", "--kind", "full", "-o", stick)
    got = second.do("package", "import", stick, "--yes", "--fingerprint", card["fingerprint"])
    same = _dump(first) == _dump(second)
    result = "两台机的数据逐字一致" if same else "两台机的数据不一致，请报告"
    return f"数据包{sent['bytes'] // 1024}KB带给2号机，导入{got['applied']}批更改；{result}。"


def _dump(desk: Desk) -> str:
    out = io.StringIO()
    with click.Context(desk.root, obj=desk.session) as above, redirect_stdout(out):
        command = desk.root.get_command(above, "dump")
        assert command is not None
        with command.make_context("dump", ["--canonical"], parent=above) as inner:
            command.invoke(inner)
    return out.getvalue()


def _screens(folder: Path, secret: Path) -> str:
    """Draw the window in a process of its own, as somebody would with `jinlin open`."""
    target = folder / "screens"
    words = ["--profile", folder / "profile", "--passphrase-file", secret, "open"]
    command = [*paths.program(), *map(str, words), "--screenshot", str(target)]
    done = subprocess.run(command, capture_output=True, check=False)
    count = len(list(target.glob("*.png")))
    line = f"画了{count}张窗口图在 screens/。"
    if done.returncode:
        why = done.stderr.decode(errors="replace")[-300:]
        line = f"窗口没有画出来（状态{done.returncode}）：{why}"
    say(line)
    return line


def _account(lines: list[str], seconds: float) -> str:
    head = f"近邻样例：把一个月从头到尾做了一遍（{seconds:.0f}秒，全部是假数据）。"
    where = (
        "inputs/ 收到的表格　papers/ 打印件　books/ 工作簿　packages/ 名片和数据包",
        "screens/ 窗口图　profile/ 和 profile-2/ 两台机的加密数据（口令见 passphrase.txt）",
    )
    return "\n".join((head, *(f"· {line}" for line in lines), *where)) + "\n"
