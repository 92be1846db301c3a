"""Gives every stored code its Chinese word, so that screens, papers and workbooks say the same.

Code lists follow the domain glossary; sex follows GB/T 2261.1 and is kept as its label.
"""

from __future__ import annotations

LABELS: dict[str, dict[str, str]] = {
    "level": {"community": "社区", "subdistrict": "街道", "district": "区"},
    "estate_kind": {
        "old_lane": "老城街巷",
        "high_end": "高端住宅",
        "resettlement": "拆迁安置",
        "staff_dorm": "职工宿舍",
        "other": "其他",
    },
    "type_of_use": {
        "owner_occupied": "自住",
        "rented": "出租",
        "vacant": "空置",
        "commercial": "商用",
        "other": "其他",
    },
    "residency_state": {
        "matches": "人户一致",
        "separated": "人户分离",
        "registered_only": "空挂",
        "migrant": "流动",
    },
    "place": {"attic": "阁楼", "basement": "地下室", "garage": "车库", "shop": "店面"},
    "relation": {
        "HEAD": "户主",
        "SPOUSE": "配偶",
        "SON": "儿子",
        "DAUGHTER": "女儿",
        "CHILD_IN_LAW": "儿媳/女婿",
        "GRANDCHILD": "孙辈",
        "PARENT": "父母",
        "PARENT_IN_LAW": "岳父母/公婆",
        "GRANDPARENT": "祖父母",
        "SIBLING": "兄弟姐妹",
        "OTHER_RELATIVE": "其他亲属",
        "NON_RELATIVE": "非亲属",
        "UNKNOWN": "未知",
    },
    "sex": {"男": "男", "女": "女"},
    "resident_status": {"living": "在住", "moved_out": "已迁出", "deceased": "已故"},
    "care_tag": {
        "elder_alone": "独居老人",
        "empty_nest": "空巢",
        "age_80": "高龄(80+)",
        "disabled_elder": "失能",
        "disability": "残疾",
        "minimum_living": "低保",
        "destitute_support": "特困",
        "child_in_need": "困境儿童",
        "bereaved_family": "计生特殊家庭",
        "serious_illness": "大病",
        "veteran": "退役军人",
        "entitled_family": "优抚",
        "maternity": "孕产",
        "newcomer": "新市民",
    },
    "outcome": {
        "met": "见面",
        "proxy": "代答",
        "not_home": "家中无人",
        "refused": "拒访",
        "moved": "已搬离",
        "vacant": "空置",
        "rebooked": "改约",
    },
    "mode": {
        "door": "入户",
        "phone": "电话",
        "video": "视频",
        "stair": "楼道偶遇",
        "office": "到社区",
    },
    "item_kind": {
        "need": "需求",
        "resource": "资源",
        "situation": "民情",
        "project": "项目",
        "dispute": "纠纷",
        "hazard": "隐患",
    },
    "item_step": {
        "registered": "登记",
        "accepted": "受理",
        "assigned": "派单",
        "in_progress": "办理中",
        "awaiting_feedback": "待反馈",
        "fed_back": "已反馈",
        "rated": "已评价",
        "archived": "归档",
        "solved_on_site": "现场解决",
        "rejected": "不予受理",
        "escalated": "上报",
        "long_term": "挂账",
        "extended": "延期",
        "reopened": "重办",
        "withdrawn": "撤回",
    },
    "item_level": {
        "estate": "小区调解队",
        "community": "社区“万家和”",
        "subdistrict": "街道调处中心",
    },
    "time_class": {
        "immediate": "立即（24小时）",
        "ordinary": "一般（3个工作日）",
        "harder": "较难（7个工作日）",
        "difficult": "疑难（15个工作日）",
        "long_term": "挂账（逐月报进展）",
    },
    "rating": {
        "very_satisfied": "非常满意",
        "satisfied": "满意",
        "basically_satisfied": "基本满意",
        "unsatisfied": "不满意",
        "no_opinion": "未表态",
    },
    "closing": {"substance": "实质性", "formal": "程序性"},
    "promise_state": {"open": "未办", "kept": "已办", "not_kept": "未能办成"},
    "post_kind": {
        "lane_chief": "街巷长",
        "building_chief": "楼栋长",
        "stair_chief": "单元长",
        "grid_worker": "网格员",
        "grid_lead": "网格长",
        "party_core_household": "党员中心户",
        "branch_secretary": "小区党支部书记",
    },
    "place_kind": {
        "building": "楼栋",
        "lane": "街巷",
        "unit": "单元",
        "grid": "网格",
        "estate": "小区",
        "community": "社区",
    },
    "chosen": {"elected": "推选", "appointed": "聘任"},
    "population_event": {
        "moved_in": "迁入",
        "moved_out": "迁出",
        "born": "出生",
        "died": "死亡",
        "added": "补录",
    },
    "patrol_kind": {
        "security": "治安",
        "fire": "消防",
        "cult_leaflet": "反宣品",
        "advert": "小广告",
        "clutter": "乱堆乱放",
        "illegal_building": "私搭乱建",
        "other": "其他",
    },
    "due_window": {
        "rolling": "滚动",
        "week": "按周",
        "month": "按月",
        "quarter": "按季",
        "year": "按年",
    },
}


def label(group: str, code: str | None) -> str:
    """The Chinese word for a code; an unknown code (a newer program's) shows as itself."""
    if not code:
        return ""
    return LABELS[group].get(code, code)


def code_of(group: str, text: str) -> str | None:
    """The code behind a Chinese word (or the code itself); None when nothing matches."""
    text = text.strip()
    if text in LABELS[group]:
        return text
    for code, word in LABELS[group].items():
        if word == text:
            return code
    return None


def only(group: str) -> str:
    """What to say when a word is none of the group: 「只能是见面、代答…」."""
    return f"只能是{'、'.join(LABELS[group].values())}"
