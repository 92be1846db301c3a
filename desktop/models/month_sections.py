"""Lays the figures of a month out in the sections of the monthly report (domain §5), in Chinese."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desktop.models.indicators import Ratio
from desktop.models.item_steps import closed_on
from desktop.models.month_facts import Facts
from desktop.models.month_figures import Figures
from desktop.models.month_period import month_words
from desktop.models.month_words import count_word, indicator_word
from desktop.models.visits import VALID
from desktop.models.words import label

NO_ENTRY = "本月无登记"
_UNITS = {
    "households": "户", "eligible_households": "户", "residents": "人", "tagged_residents": "人",
    "buildings": "栋", "visits": "次", "visited_households": "户", "visit_minutes": "分钟",
    "walkers": "人", "late_visits": "次", "moved_in": "人", "moved_out": "人", "born": "人",
    "died": "人", "added": "人", "late_events": "人", "patrols": "处", "patrols_solved": "处",
    "patrols_reported": "处", "late_patrols": "处",
}  # fmt: skip
_BOOK = ("carried_over", "registered", "closed", "open")
_BOOK_DETAILS = ("late_registered", "reopened", "written_off")
_COMPARED_RATES = (
    "visit_rate", "door_entry_rate", "contact_rate", "closure_rate", "cumulative_closure_rate",
    "on_time_rate", "satisfaction_rate",
)  # fmt: skip
_COMPARED_COUNTS = ("visits", "visited_households", "registered", "closed", "open")
# happenings of a month: they differ from the sealed number only if somebody corrected something
_HAPPENINGS = (
    "visits", "visit_minutes", "moved_in", "moved_out", "born", "died", "added", "patrols",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; `key` names the figure whose list it opens ("" = none)."""

    label: str
    value: str
    key: str = ""
    drafted: bool = False  # words for the person who signs to edit


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered part of the report: 「二、走访」."""

    number: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier month's numbers, or those of its first days, for 环比, 同比 and corrections."""

    month: str
    days: str  # 「2026年5月」, 「2026年5月1日至15日」
    ratios: Mapping[str, Ratio]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sources:
    """What the sections are written from."""

    facts: Facts
    figures: Figures
    tag_names: dict[str, str]
    month_before: Past | None
    year_before: Past | None
    sealed_before: Past | None  # the month before as it was sealed
    now_before: Past | None  # the same month by today's data


def sections_of(sources: Sources) -> tuple[Section, ...]:
    """All parts in order; without late news there is no last part."""
    figures = sources.figures
    parts = [
        ("基本盘", _base(sources)),
        ("走访", _visits(sources)),
        ("重点户月探访", _contacts(sources)),
        ("需求", _items(sources, "need")),
        ("资源", _items(sources, "resource")),
        ("民情", _items(sources, "situation")),
        ("项目认领", _items(sources, "project", "claim_rate", "project_completion_rate")),
        ("矛盾纠纷", _items(sources, "dispute", "mediation_success_rate")),
        ("巡查", _patrols(sources)),
        ("议事", [Line("议事", NO_ENTRY)]),
        ("办实事", _all_items(sources)),
        (
            "环比、问题、下月重点",
            _compared(sources) + drafted_lines(figures.ratios, figures.counts),
        ),
    ]
    late = _late(sources)
    if late:
        parts.append(("补报与更正", late))
    numbers = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三"]
    return tuple(
        Section(number, title, tuple(lines))
        for number, (title, lines) in zip(numbers, parts, strict=False)
    )


def _count(sources: Sources, key: str) -> Line:
    unit = _UNITS.get(key) or ("处" if key.startswith("patrol.") else "件")
    return Line(count_word(key), f"{sources.figures.counts[key]}{unit}", key)


def _rate(sources: Sources, key: str) -> Line:
    ratio = sources.figures.shares[key].ratio
    return Line(indicator_word(key, sources.tag_names), ratio.text, key)


def _base(sources: Sources) -> list[Line]:
    lines = [
        _count(sources, key)
        for key in ("households", "eligible_households", "residents", "buildings")
    ]
    lines.append(_rate(sources, "building_chief_rate"))
    return lines + [
        _count(sources, key)
        for key in ("moved_in", "moved_out", "born", "died", "added")
        if sources.figures.counts[key] or key in ("moved_in", "moved_out")
    ]


def _visits(sources: Sources) -> list[Line]:
    lines = [_count(sources, key) for key in ("visits", "visited_households")]
    rates = ("visit_rate", "door_entry_rate", "on_time_visit_rate")
    lines += [_rate(sources, key) for key in rates if key in sources.figures.shares]
    lines += [
        _rate(sources, key)
        for key in ("met_share", "not_home_share", "refused_share", "other_share")
    ]
    average = sources.figures.averages["visits_per_walker"]
    lines += [_count(sources, "walkers"), _count(sources, "visit_minutes")]
    per_head = f"{average.text}（{average.total}/{average.count}）"
    return [*lines, Line(count_word("visits_per_walker"), per_head, "visits")]


def _contacts(sources: Sources) -> list[Line]:
    shares = sources.figures.shares
    tags = [key for key in shares if key.startswith("contact_rate.") and shares[key].among]
    return [_rate(sources, key) for key in ["contact_rate", *tags]]


def _items(sources: Sources, kind: str, *own_rates: str) -> list[Line]:
    counts = sources.figures.counts
    keys = [f"{kind}.{key}" for key in _BOOK]
    if not any(counts[key] for key in keys):
        return [Line(label("item_kind", kind), NO_ENTRY, f"{kind}.registered")]
    keys += [f"{kind}.{key}" for key in _BOOK_DETAILS if counts[f"{kind}.{key}"]]
    lines = [_count(sources, key) for key in keys]
    if kind != "resource":
        rates = ("closure_rate", "cumulative_closure_rate", "on_time_rate", "satisfaction_rate")
        lines += [_rate(sources, f"{kind}.{key}") for key in rates]
    return lines + [_rate(sources, key) for key in own_rates]


def _patrols(sources: Sources) -> list[Line]:
    counts = sources.figures.counts
    lines = [_count(sources, key) for key in ("patrols", "patrols_solved", "patrols_reported")]
    lines += [_count(sources, key) for key in counts if key.startswith("patrol.")]
    if not counts["patrols"]:
        lines = [Line("巡查", NO_ENTRY, "patrols")]
    return lines + _items(sources, "hazard")


def _all_items(sources: Sources) -> list[Line]:
    figures = sources.figures
    lines = [_count(sources, key) for key in _BOOK]
    lines += [_count(sources, key) for key in _BOOK_DETAILS if figures.counts[key]]
    lines += [
        _rate(sources, key)
        for key in (
            "closure_rate", "cumulative_closure_rate", "on_time_rate", "solved_on_site_rate",
            "follow_up_rate", "satisfaction_rate", "resolution_rate",
        )
    ]  # fmt: skip
    for key in ("average_days", "median_days"):
        lines.append(Line(count_word(key), figures.averages[key].text, "closed"))
    return lines


def _compared(sources: Sources) -> list[Line]:
    lines: list[Line] = []
    for word, past in (("环比", sources.month_before), ("同比", sources.year_before)):
        if past is None:
            lines.append(Line(word, "没有可比月份的数据"))
            continue
        lines += _differences(sources, word, past)
    return lines


def _differences(sources: Sources, word: str, past: Past) -> Iterable[Line]:
    figures = sources.figures
    for key in _COMPARED_RATES:
        now, then = figures.shares[key].ratio, past.ratios.get(key)
        if then is None or now.hundredths is None or then.hundredths is None:
            continue
        change = now.hundredths - then.hundredths
        text = f"{'-' if change < 0 else '+'}{abs(change) // 100}.{abs(change) % 100:02d}个百分点"
        name = indicator_word(key, sources.tag_names)
        yield Line(f"{name}{word}", f"{text}（{past.days}{then.rate}）", key)
    for key in _COMPARED_COUNTS:
        if key in past.counts:
            change = figures.counts[key] - past.counts[key]
            text = f"{change:+d}（{past.days}{past.counts[key]}）"
            yield Line(f"{count_word(key)}{word}", text, key)


def drafted_lines(ratios: Mapping[str, Ratio], counts: Mapping[str, int]) -> list[Line]:
    """Problems and next month's work in plain words."""
    problems, plans = draft_words(ratios, counts)
    return [
        *(Line(f"问题{n}", text, drafted=True) for n, text in enumerate(problems, 1)),
        *(Line(f"下月重点{n}", text, drafted=True) for n, text in enumerate(plans, 1)),
    ]


def draft_words(
    ratios: Mapping[str, Ratio], counts: Mapping[str, int]
) -> tuple[list[str], list[str]]:
    """(problems, next month's work) as sentences; both never empty."""

    def missing(key: str) -> int:
        ratio = ratios.get(key, Ratio(0, 0))
        return ratio.denominator - ratio.numerator

    problems, plans = [], []
    if missing("contact_rate"):
        problems.append(f"{missing('contact_rate')}名重点人员本月未探访到。")
        plans.append(f"优先探访本月未见到的{missing('contact_rate')}名重点人员。")
    not_home = ratios.get("not_home_share", Ratio(0, 0))
    if not_home.numerator * 4 > not_home.denominator:
        problems.append(f"上门未遇较多，占{not_home.rate}。")
        plans.append("对未遇住户改在晚间和周末再访。")
    if missing("on_time_rate"):
        problems.append(f"{missing('on_time_rate')}件到期事项没有按期办结。")
        plans.append("逐件督办超期事项，按期反馈住户。")
    if missing("building_chief_rate"):
        problems.append(f"{missing('building_chief_rate')}栋楼没有在任楼栋长。")
        plans.append(f"补选{missing('building_chief_rate')}栋楼的楼栋长。")
    if counts.get("open"):
        plans.append(f"办理在办的{counts['open']}件事项。")
    if not plans:
        plans.append("按走访周期继续走访，做到应访尽访。")
    return problems or ["本月数字未见突出问题。"], plans


def _late(sources: Sources) -> list[Line]:
    """补报 and 更正: what concerns sealed months and became known since."""
    late = sources.facts.late
    lines = []
    visits = Counter((v.happened_on[:7], v.correction) for v in late.visits)
    valid = Counter((v.happened_on[:7], v.correction) for v in late.visits if v.outcome in VALID)
    for (month, correction), count in sorted(visits.items()):
        word = "更正" if correction else "补报"
        value = f"{count}次，其中有效{valid[month, correction]}次"
        lines.append(Line(f"{word}：{month_words(month)}走访", value, "late_visits"))
    lines += _late_items(sources)
    for key, word, unit, facts in (
        ("late_events", "population_event", "人", late.events),
        ("late_patrols", "patrol_kind", "处", late.patrols),
    ):
        for (month, kind), count in sorted(
            Counter((f.happened_on[:7], f.kind) for f in facts).items()
        ):
            text = f"补报：{month_words(month)}{label(word, kind)}"
            lines.append(Line(text, f"{count}{unit}", key))
    return lines + list(_corrections(sources))


def _late_items(sources: Sources) -> Iterable[Line]:
    facts, books = sources.facts, sources.figures.books
    first = facts.period.first.isoformat()
    registered: Counter[tuple[str, str]] = Counter()
    closed: Counter[tuple[str, str]] = Counter()
    for item in facts.items:
        kept = books[item.kind]
        if item.uid in kept.late:
            registered[item.registered_on[:7], item.kind] += 1
        if item.uid in kept.closed and (closed_on(item.events) or first) < first:
            closed[(closed_on(item.events) or "")[:7], item.kind] += 1
    for word, key, counter in (("登记", "late_registered", registered), ("办结", "closed", closed)):
        for (month, kind), count in sorted(counter.items()):
            text = f"补报：{month_words(month)}{word}的{label('item_kind', kind)}"
            yield Line(text, f"{count}件", f"{kind}.{key}")
    for kind, kept in sorted(books.items()):
        if kind and kept.written_off:
            text = f"更正：{label('item_kind', kind)}核减（封账后删除、合并或改列）"
            yield Line(text, f"{len(kept.written_off)}件", f"{kind}.written_off")


def _corrections(sources: Sources) -> Iterable[Line]:
    """Happenings of the sealed month before whose number is another one now."""
    then, now = sources.sealed_before, sources.now_before
    if then is None or now is None:
        return
    for key in _HAPPENINGS:
        old, new = then.counts.get(key, 0), now.counts.get(key, 0)
        if old != new:
            text = f"更正：{month_words(then.month)}{count_word(key)}"
            yield Line(text, f"封账时{old}，现为{new}")
