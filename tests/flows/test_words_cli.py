"""A secretary hands everything over with six words, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.exchange.packages import age_head
from desktop.exchange.packages.six_words import read_words
from tests.command import Office


@pytest.fixture(autouse=True)
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(age_head, "WORK", 10)


def test_a_new_pc_gets_everything_with_six_words(tmp_path: Path) -> None:
    one, two = Office(tmp_path / "1"), Office(tmp_path / "2")
    code = one.ask("init", "--office", "莲心社区", "--level", "community", "--user", "林书记")[
        "fingerprint"
    ]
    two.ask("init", "--join", "--site-name", "2号机", "--user", "小陈")
    stick = tmp_path / "stick"
    stick.mkdir()
    sent = one.ask("package", "export", "--passphrase", "-o", stick)
    assert (sent["kind"], sent["prerequisites"]) == ("full", [])
    words = read_words(sent["words"])
    assert words.canonical == sent["words_pinyin"]
    file = Path(sent["path"])
    assert not any(word.pinyin in file.name for word in words.words)

    seen = two.ask("package", "inspect", file)
    assert (seen["by_words"], seen["for_me"], seen["changes"]) == (True, True, None)
    assert "用六个词加密" in two.do("package", "inspect", file).out
    seen = two.ask("package", "inspect", file, "--words", sent["words"])
    assert seen["changes"] == sent["changes"]

    no_words = two.run("package", "import", file, "--yes", "--fingerprint", code)
    assert no_words.status == 3
    assert "用六个词加密" in no_words.err
    no_code = two.run("package", "import", file, "--yes", "--words", sent["words"])
    assert no_code.status == 4
    assert "指纹码" in no_code.err
    wrong = two.run("package", "import", file, "--yes", "--fingerprint", code,
                    "--words", "苹果 苹果 苹果 苹果 苹果 苹果")  # fmt: skip
    assert wrong.status == 4
    assert "六个词不对" in wrong.err
    unknown = two.run("package", "import", file, "--yes", "--fingerprint", code,
                      "--words", "平果 苹果 苹果 苹果 苹果 苹果")  # fmt: skip
    assert unknown.status == 3
    assert "没有“平果”这个词" in unknown.err

    note = tmp_path / "words.txt"
    note.write_text(sent["words_pinyin"].replace("-", " ").upper() + "\n", "utf-8")
    taken = two.ask("package", "import", file, "--yes", "--fingerprint", code,
                    "--words-file", note)  # fmt: skip
    assert (taken["applied"], taken["refused"]) == (sent["changes"], [])
    assert one.do("dump", "--canonical").out == two.do("dump", "--canonical").out
    (lost,) = one.ask("package", "lost")["packages"]
    assert (lost["by_words"], lost["receiver"]) == (True, "知道六个词的人")


def test_the_words_are_said_beside_the_result_with_their_pinyin(tmp_path: Path) -> None:
    one = Office(tmp_path / "1")
    one.ask("init", "--office", "莲心社区", "--level", "community", "--user", "林书记")
    said = one.do("package", "export", "--passphrase", "-o", tmp_path / "w.jlpkg")
    line = next(line for line in said.err.splitlines() if line.startswith("六个词："))
    words = [each.split("（")[0] for each in line.removeprefix("六个词：").split()]
    spelled = [each.split("（")[1].rstrip("）") for each in line.removeprefix("六个词：").split()]
    assert read_words(" ".join(words)).canonical == "-".join(spelled)
    assert "本机不保存" in said.err
    assert not any(word in said.out for word in words)


def test_an_export_names_a_receiver_or_takes_words_not_both(tmp_path: Path) -> None:
    one = Office(tmp_path / "1")
    one.ask("init", "--office", "莲心社区", "--level", "community", "--user", "林书记")
    target = tmp_path / "w.jlpkg"
    assert one.run("package", "export", "-o", target).status == 2
    both = one.run("package", "export", "--passphrase", "--to", "2号机", "-o", target)
    assert both.status == 3
    assert "二者选一" in both.err
    month = one.run("package", "export", "--passphrase", "--kind", "report", "-o", target)
    assert month.status == 3
    assert "只能交完整数据" in month.err
    assert not target.exists()
