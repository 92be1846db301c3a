"""Lets the program tell a person what happened: each known error owns its Chinese sentence.

Anything that is not a `UserError` is a bug and opens the crash window (or ends with status 1).
"""

from __future__ import annotations


class UserError(Exception):
    """The input or the situation is at fault; `str(error)` is the sentence a person reads."""

    exit_status = 3


class Refused(UserError):
    """The program will not do this for safety's sake: signature, authority, privacy."""

    exit_status = 4


class Cancelled(Exception):
    """Raised by a progress call when the person pressed Stop; the transaction rolls back."""


class NoSuchRecord(UserError):
    def __init__(self, what: str, key: str) -> None:
        super().__init__(f"找不到{what}“{key}”。请核对后再试。")


class BadValue(UserError):
    def __init__(self, field: str, value: object, why: str) -> None:
        super().__init__(f"“{field}”的值“{value}”不能用：{why.rstrip('。')}。")


class StillToCome(BadValue):
    """A day that has not been yet, given for something that happened."""

    def __init__(self, field: str, day: object) -> None:
        super().__init__(field, day, "比今天还晚，请核对日期（或电脑的时钟）")
