"""Names each figure of the monthly report in Chinese and says how it is calculated (口径说明)."""

from __future__ import annotations

from desktop.models.item_indicators import KINDS, LOOP_KINDS
from desktop.models.words import label

_ITEM_WORDS = {
    "closure_rate": "办结率",
    "cumulative_closure_rate": "累计办结率",
    "on_time_rate": "按期办结率",
    "solved_on_site_rate": "现场解决率",
    "follow_up_rate": "回访率",
    "satisfaction_rate": "满意率",
    "resolution_rate": "解决率",
}
_BOOK_WORDS = {
    "carried_over": "上月在办",
    "registered": "本月新增",
    "closed": "本月办结",
    "open": "本月在办",
    "late_registered": "其中补报",
    "reopened": "其中重办",
    "written_off": "其中更正核减",
}
_RESOURCE_WORDS = {
    "carried_over": "上月在册",
    "registered": "本月新增",
    "closed": "本月退出",
    "open": "本月在册",
}
INDICATOR_WORDS: dict[str, str] = {
    "door_entry_rate": "入户率",
    "visit_rate": "走访率",
    "on_time_visit_rate": "按期走访率",
    "contact_rate": "重点人员月探访率",
    "met_share": "见面率",
    "not_home_share": "未遇率",
    "refused_share": "拒访率",
    "other_share": "其他占比",
    **_ITEM_WORDS,
    "claim_rate": "项目认领率",
    "project_completion_rate": "项目完成率",
    "mediation_success_rate": "调解成功率",
    "building_chief_rate": "楼栋长配备率",
    **{
        f"{kind}.{key}": label("item_kind", kind) + word
        for kind in LOOP_KINDS
        for key, word in _ITEM_WORDS.items()
    },
}
COUNT_WORDS: dict[str, str] = {
    "households": "总户数",
    "eligible_households": "应访户数",
    "residents": "在住人数",
    "tagged_residents": "重点人员数",
    "buildings": "楼栋数",
    "visits": "走访次数",
    "visited_households": "走访户数",
    "visit_minutes": "走访时长（分钟）",
    "walkers": "走访人数",
    "late_visits": "补报走访次数",
    **_BOOK_WORDS,
    **{
        f"{kind}.{key}": label("item_kind", kind) + word
        for kind in KINDS
        for key, word in _BOOK_WORDS.items()
    },
    **{f"resource.{key}": f"资源{word}" for key, word in _RESOURCE_WORDS.items()},
    "moved_in": "迁入",
    "moved_out": "迁出",
    "born": "出生",
    "died": "死亡",
    "added": "补录",
    "late_events": "补报人口变动",
    "patrols": "巡查发现",
    "patrols_solved": "巡查当日解决",
    "patrols_reported": "巡查上报",
    "late_patrols": "补报巡查",
}
AVERAGE_WORDS: dict[str, str] = {
    "visits_per_walker": "人均走访次数",
    "average_days": "平均办理天数（工作日）",
    "median_days": "办理天数中位数（工作日）",
}
# for 口径说明: what each figure counts, and over what
DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "统计期间与截止日",
        "自本月1日起至截止日。截止日为本月最后一天；当月未结束时为出表当日。按发生日期统计。",
    ),
    (
        "应访户（E）",
        "总户数减去空置、已拆、纯商用的户，以及空挂且户和在住人员都没有电话的户。"
        "住户和居民按出表时的花名册，居民迁出或去世按其日期，已封账的月份不含封账后才录入的户。",
    ),
    ("有效走访", "结果为“见面”或“代答”的走访，含电话、视频；被更正的走访不计，更正后的那次计。"),
    ("走访率", "本月至少有一次有效走访的应访户 ÷ 应访户。按户去重，不按次数。"),
    (
        "入户率",
        "本月至少有一次当面（入户、楼道、到社区）“见面”的应访户 ÷ 应访户。"
        "单位设置“代答算当面”时含代答。",
    ),
    (
        "按期走访率",
        "本月到期的走访任务中，在到期日或之前完成有效走访的 ÷ 本月到期的走访任务。"
        "到期日按各户最短走访周期从上一次有效走访推算；从未走访过的户、"
        "到期日处于拒访后静默期或设为暂不上门的户不计。",
    ),
    (
        "月探访率",
        "本月所在户有有效走访的该类人员 ÷ 截止日在册、在住的该类人员。"
        "截止日前7天内新列入的不计；一人多个标签在“重点人员”合计中只算一次。",
    ),
    (
        "见面率、未遇率、拒访率、其他占比",
        "该结果的走访次数 ÷ 本月全部走访次数；“其他”为代答、已搬离、空置、改约，四项合计100%。",
    ),
    ("人均走访次数", "本月走访次数 ÷ 本月参加走访的人数（按姓名去重）。"),
    ("走访时长", "本月走访的结束时间减开始时间之和，两个时间都填写的才计。"),
    (
        "在办、新增、办结",
        "上月在办＋本月新增－本月办结＝本月在办。上月在办等于上月封账时的在办；"
        "本月新增含补报（发生在已封账月份、封账后才录入）和重办；"
        "本月办结为截止日已办结的，并含更正核减（封账后被删除、合并或改列其他清单）。"
        "合计不含资源清单。",
    ),
    ("已办结", "状态为已反馈、已评价、归档、现场解决、不予受理、撤回。"),
    ("办结率", "本月登记且截止日已办结的 ÷ 本月登记的（补报和重办不计入）。"),
    ("累计办结率", "本月办结 ÷（上月在办＋本月新增），更正核减的两边都不计。"),
    (
        "按期办结率",
        "期限在本月内（至截止日）的事项中，在期限当日或之前办结的 ÷ 期限在本月内的事项。",
    ),
    ("现场解决率", "本月登记且现场解决的 ÷ 本月登记的。"),
    ("平均办理天数", "本月办结事项从登记次日到办结日的工作日数，取平均数和中位数。"),
    ("回访率", "本月办结事项中已回访评价的（含未表态）÷ 本月办结的。"),
    ("满意率", "非常满意和满意的 ÷ 已表态的（未表态不计）。"),
    ("解决率", "本月办结事项中实质性办结的 ÷ 本月办结的。"),
    ("项目认领率", "已派单或已在办理的项目 ÷ 本月在册项目（上月在办＋本月新增）。"),
    ("项目完成率", "截止日已办结的项目（不予受理、撤回的不算完成）÷ 本月在册项目。"),
    ("调解成功率", "本月办结的纠纷中调解办结的（不予受理、撤回的不算成功）÷ 本月办结的纠纷。"),
    ("楼栋长配备率", "截止日有在任楼栋长的楼栋 ÷ 全部楼栋。"),
    (
        "环比、同比",
        "比率为百分点之差，数量为差数；对比月已封账的用封账数；本月未过完的与往月的相同天数相比。",
    ),
    ("比率写法", "四舍五入保留两位小数；未全部完成不进位到100.00%；分母为零写“—”。"),
    (
        "补报与更正",
        "上月封账后才得知的、发生在以前月份的走访、事项和变动，列在本月“补报与更正”，"
        "不改动已封账的数，也不计入本月的比率。",
    ),
)


def indicator_word(key: str, tag_names: dict[str, str]) -> str:
    """The Chinese name of a rate; 月探访率 of one care tag names the tag."""
    front, _, tag = key.partition(".")
    if front == "contact_rate" and tag:
        return f"{tag_names.get(tag, tag)}月探访率"
    return INDICATOR_WORDS.get(key, key)


def count_word(key: str) -> str:
    """The Chinese name of a count or average."""
    front, _, kind = key.partition(".")
    if front == "patrol":
        return f"巡查发现：{label('patrol_kind', kind)}"
    return COUNT_WORDS.get(key) or AVERAGE_WORDS.get(key, key)
