"""Names a holder for a post, corrects the serving one's details, or ends a term."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop import clock
from desktop.errors import BadValue
from desktop.models import posts
from desktop.models.post_places import read_place
from desktop.models.store import Store
from desktop.models.words import LABELS, label
from desktop.ui.common.day_edit import day_words, read_day
from desktop.ui.common.desk import Desk
from desktop.ui.common.form import CHOICE, Dialog, Field, FormDialog
from desktop.ui.common.parts import button, row
from desktop.ui.common.rows_table import RowsView
from desktop.ui.posts.posts_table import HISTORY_COLUMNS, PostRow, read_history
from desktop.ui.style import scaled

_YES_NO = {"": "未登记", "1": "是", "0": "否"}
_WHERE = (
    Field("kind", "职务", CHOICE, LABELS["post_kind"]),
    Field("place", "在哪里", hint="楼栋写“瑞景公园3栋”，单元写“3栋2单元”，街巷、网格、小区写名称",
          required=True),
)  # fmt: skip
_WHO = (
    Field("holder", "姓名", required=True),
    Field("phone", "手机"),
    Field("sex", "性别", CHOICE, {"": "未登记", "男": "男", "女": "女"}),
    Field("is_party", "是否党员", CHOICE, _YES_NO),
    Field("chosen", "产生方式", CHOICE, {"": "未登记", **LABELS["chosen"]}),
    Field("scope", "管辖范围", hint="如 1–3单元"),
    Field("note", "备注"),
)
_SINCE = Field("term_from", "从哪天起", hint="原来的人任期到前一天止，历史保留", required=True)


class PostDialog(FormDialog):
    """`at`: the place is fixed; `keep`: correct the serving holder instead of changing them."""

    def __init__(
        self, desk: Desk, parent: QWidget, *, at: PostRow | None = None, kind: str = "",
        keep: bool = False,
    ) -> None:  # fmt: skip
        fields = _WHO if keep else (*_WHO[:1], _SINCE, *_WHO[1:])
        values: dict[str, Any] = {"term_from": day_words(clock.today())}
        if at is None:
            fields, title = (*_WHERE, *fields), "登记任职"
            values["kind"] = kind or "building_chief"
        else:
            title = f"{at.place_name}　{label('post_kind', at.kind)}"
        if keep and at is not None and at.post is not None:
            values |= _details(at)
        super().__init__(
            desk, parent, title, fields, lambda given: save(desk.store, at, given, keep=keep),
            values=values,
        )  # fmt: skip


def _details(at: PostRow) -> dict[str, Any]:
    post = at.post
    assert post is not None
    return {
        "holder": post.holder, "phone": post.phone, "sex": post.sex, "chosen": post.chosen,
        "is_party": "" if post.is_party is None else str(int(post.is_party)),
        "scope": post.scope, "note": post.note,
    }  # fmt: skip


def save(store: Store, at: PostRow | None, given: dict[str, Any], *, keep: bool) -> str:
    """Keep what was typed; without `at` the place is read from its words."""
    if at is None:
        found = read_place(store, given["kind"], given["place"])
        kind, place_kind, place, unit = given["kind"], found.kind, found.uid, found.unit
    else:
        kind, place_kind, place, unit = at.kind, at.place_kind, at.place, at.unit
    if keep and at is not None and at.post is not None and given["holder"] != at.post.holder:
        raise BadValue("姓名", given["holder"], "这里只改资料。换了人请用“换人”，好留下任期")
    party = given["is_party"]
    return posts.set_post(
        store, kind, place_kind, place, given["holder"], phone=given["phone"],
        term_from=None if keep else read_day(given["term_from"], clock.today(), ahead=False),
        unit=unit, sex=given["sex"], is_party=bool(int(party)) if party else None,
        chosen=given["chosen"], scope=given["scope"], note=given["note"],
    )  # fmt: skip


class EndDialog(FormDialog):
    """Ends the serving holder's term."""

    def __init__(self, desk: Desk, parent: QWidget, at: PostRow) -> None:
        post = at.post
        assert post is not None
        fields = (Field("on", "任到哪天", required=True), Field("reason", "原因"))
        super().__init__(
            desk, parent, f"卸任：{at.place_name}{label('post_kind', at.kind)}", fields,
            lambda given: posts.end_post(
                desk.store, post.uid, reason=given["reason"],
                on=read_day(given["on"], clock.today(), ahead=False) or clock.today(),
            ),
            values={"on": day_words(clock.today())}, yes="卸任",
            words="之后这里显示为空缺，任职历史保留。",
        )  # fmt: skip


class HistoryDialog(Dialog):
    """Everybody who served at one place."""

    def __init__(self, desk: Desk, parent: QWidget, at: PostRow) -> None:
        super().__init__(
            f"任职历史：{at.place_name}{label('post_kind', at.kind)}", parent, width=640
        )
        self.view = RowsView(HISTORY_COLUMNS, "还没有人任过这个职务。", sortable=False)
        self.view.setMinimumHeight(scaled(220))
        self.body.addWidget(self.view, 1)
        self.body.addLayout(row(None, button("关闭", self.reject, "primary")))
        store = desk.store
        desk.jobs.load(
            lambda: read_history(store, at.kind, at.place, at.unit), self.view.set_rows, owner=self
        )
