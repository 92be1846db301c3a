"""Charts for paper, drawn by the PDF library's own chart classes in greys that copy well."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.graphics import renderPDF
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import STATE_DEFAULTS, Drawing
from reportlab.lib.colors import Color

from desktop.exchange.print import fonts
from desktop.exchange.print.page import XIAO_WU, Box, Paper

_GREYS = (0.35, 0.78, 0.58)


def bars(
    paper: Paper,
    box: Box,
    names: Sequence[str],
    series: Sequence[str],
    figures: Sequence[Sequence[int]],
) -> None:
    """Groups of bars with their values above them and a legend at the right top."""
    font = fonts.typeface().font(0).fontName
    # a drawing begins by selecting this font even when it writes nothing with it; the library's
    # own Helvetica is not embedded
    STATE_DEFAULTS["fontName"] = font
    chart = VerticalBarChart()
    chart.x, chart.y = 24, 20
    chart.width, chart.height = box.width - 30, box.height - 48
    chart.data = [tuple(values) for values in figures]
    chart.categoryAxis.categoryNames = list(names)
    chart.categoryAxis.labels.fontName = chart.valueAxis.labels.fontName = font
    chart.categoryAxis.labels.fontSize, chart.valueAxis.labels.fontSize = 10.5, XIAO_WU
    chart.valueAxis.valueMin = 0
    top = max(max(values) for values in figures)
    chart.valueAxis.valueStep = max(1, -(-top // 4))
    chart.valueAxis.valueMax = chart.valueAxis.valueStep * (top // chart.valueAxis.valueStep + 1)
    chart.valueAxis.visibleGrid, chart.valueAxis.gridStrokeColor = 1, Color(0.85, 0.85, 0.85)
    chart.barLabelFormat, chart.barLabels.nudge = "%d", 6
    chart.barLabels.fontName, chart.barLabels.fontSize = font, XIAO_WU
    chart.groupSpacing = 12
    for place in range(len(figures)):
        grey = _GREYS[place % len(_GREYS)]
        chart.bars[place].fillColor = Color(grey, grey, grey)
        chart.bars[place].strokeColor = None
    drawing = Drawing(box.width, box.height)
    drawing.add(chart)
    paper.flush()
    renderPDF.draw(drawing, paper.canvas, box.x, paper.sheet.size[1] - box.bottom)
    _legend(paper, box, series)


def _legend(paper: Paper, box: Box, series: Sequence[str]) -> None:
    x = box.right
    for place in range(len(series) - 1, -1, -1):
        x -= paper.text(x, box.y + 9, series[place], XIAO_WU, align="right") + 4
        x -= 10
        paper.fill(Box(x, box.y + 1, 9, 9), _GREYS[place % len(_GREYS)])
        x -= 14
