"""What can be wrong with a file somebody hands in, each with the sentence that says what to do."""

from __future__ import annotations

from desktop.errors import Refused, UserError


class NotASheet(UserError):
    def __init__(self, file: str) -> None:
        super().__init__(f"“{file}”不是能读的表格。请用xlsx、xls、et、ods或csv文件。")


class DamagedSheet(UserError):
    def __init__(self, file: str) -> None:
        super().__init__(f"表格“{file}”已损坏，读不出来。请在WPS里打开另存一份再导入。")


class TooLarge(UserError):
    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"表格“{file}”{why}，没有导入。请删去空白区域或分成几个文件再导入。")


class Suspicious(UserError):
    def __init__(self, file: str) -> None:
        super().__init__(f"表格“{file}”里有外部实体定义，可能有害，没有读取。请在WPS里另存一份。")


class NeedsPassword(UserError):
    def __init__(self, file: str) -> None:
        super().__init__(f"表格“{file}”有打开密码。请输入密码（--password），或先去掉密码再导入。")


class ProtectedOds(UserError):
    def __init__(self, file: str) -> None:
        super().__init__(
            f"表格“{file}”有打开密码，ods格式的密码这里解不开。请在WPS里去掉密码另存一份再导入。"
        )


class WrongPassword(UserError):
    def __init__(self, file: str) -> None:
        super().__init__(f"表格“{file}”的密码不对，没有读取。请核对后再试。")


class UnknownEncoding(UserError):
    def __init__(self, file: str) -> None:
        super().__init__(f"“{file}”的文字编码认不出来。请在WPS里另存为xlsx再导入。")


class NoRoster(UserError):
    def __init__(self, files: str) -> None:
        super().__init__(
            f"在“{files}”里没有找到花名册的表头。请确认有“姓名”“房号”等列，或下载模板照着填。"
        )


class PlanOutdated(UserError):
    def __init__(self) -> None:
        super().__init__("预览之后花名册又有改动，没有导入。请重新预览一次。")


class ReasonNeeded(Refused):
    def __init__(self) -> None:
        super().__init__("导出完整花名册必须写明用途（--reason）。没有导出。")
