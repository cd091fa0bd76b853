"""A chart -> inline SVG, without style attributes, scripts or colours of its own.

Positions across are percentages and text has the page's size, so a chart fills a phone and a desk alike and its labels
never shrink. Colours come from the classes `part-1`, `part-2` and the page's custom properties. Why not a library:
docs/decisions/0011-charts-are-drawn-here.md.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from volt_assets.work_reports.report.figures import NOTHING
from volt_assets.work_reports.report.html.charts import Bar, Chart
from volt_assets.work_reports.report.markdown import visible_line

_PLOT_TOP, _PLOT_HEIGHT, _AXIS_HEIGHT, _LABEL_HEIGHT = 20, 148, 10, 14
_ROW_HEIGHT, _ROW_BAR_TOP, _ROW_BAR_HEIGHT = 38, 21, 9
_WIDEST_COLUMN_PERCENT = 9.0
_LABEL_LENGTH = 38


def draw(chart: Chart) -> Markup:
    """The picture alone, named and described for those who do not see it."""
    height = _height_of_columns(chart) if chart.form == "columns" else _ROW_HEIGHT * len(chart.drawn)
    ids = {part: f"{chart.name}-{part}" for part in ("name", "description")}
    labelled = {"aria-labelledby": ids["name"], "aria-describedby": ids["description"]}
    svg = Element("svg", {"role": "img", "class": "chart", "width": "100%", "height": str(height), **labelled})
    SubElement(svg, "title", {"id": ids["name"]}).text = chart.title
    SubElement(svg, "desc", {"id": ids["description"]}).text = visible_line(chart.description, 2_000)
    (_columns if chart.form == "columns" else _rows)(svg, chart)
    # ElementTree escapes every text and attribute.
    # In texts and attributes it also escapes the bracket, so this ends tags only.
    return Markup(tostring(svg, encoding="unicode").replace(" />", "/>"))  # noqa: S704 -- made of elements, no text is pasted


def _height_of_columns(chart: Chart) -> int:
    lines = max(len(_lines(bar.label)) for bar in chart.bars)
    return _PLOT_TOP + _PLOT_HEIGHT + _AXIS_HEIGHT + _LABEL_HEIGHT * lines


def _columns(svg: Element, chart: Chart) -> None:
    slot, most = 100 / len(chart.bars), _most(chart)
    width = min(slot * 0.62, _WIDEST_COLUMN_PERCENT)
    floor = _PLOT_TOP + _PLOT_HEIGHT
    _rect(svg, "axis", x="0", y=str(floor), width="100%", height="1")
    for index, bar in enumerate(chart.bars):
        centre, top = slot * (index + 0.5), float(floor)
        for number, part in enumerate(bar.parts, start=1):
            if not part.seconds:
                continue
            height = _PLOT_HEIGHT * part.seconds / most
            top -= height
            gap = 1 if number > 1 else 0
            _rect(
                svg, f"part-{number}", x=_percent(centre - width / 2), y=_px(top), width=_percent(width), height=_px(max(height - gap, 1))
            )
        _text(svg, "value", bar.total.cell, x=_percent(centre), y=_px(top - 6))
        for line, word in enumerate(_lines(bar.label)):
            _text(svg, "label", word, x=_percent(centre), y=str(floor + 17 + _LABEL_HEIGHT * line))


def _rows(svg: Element, chart: Chart) -> None:
    most = _most(chart)
    for index, bar in enumerate(chart.drawn):
        top = index * _ROW_HEIGHT
        _text(svg, "name", visible_line(bar.label, _LABEL_LENGTH), x="0", y=str(top + 14))
        _text(svg, "figure", _figure(bar), x="100%", y=str(top + 14))
        at = 0.0
        for number, part in enumerate(bar.parts, start=1):
            share = 100 * part.seconds / most
            if part.seconds:
                box = {"x": _percent(at), "y": str(top + _ROW_BAR_TOP), "width": _percent(share), "height": str(_ROW_BAR_HEIGHT)}
                _rect(svg, f"part-{2 if bar.is_other else number}", **box)
            at += share


def _lines(label: str) -> list[str]:
    """`Mon 13` and `Oct 2025` in two lines, so that many columns fit side by side."""
    return label.split(" ", 1)


def _figure(bar: Bar) -> str:
    hours = bar.total.text if bar.total.seconds else NOTHING
    return f"{hours} · {bar.percent} %" if bar.percent is not None else hours


def _most(chart: Chart) -> int:
    return max(bar.total.seconds for bar in chart.drawn) or 1


def _rect(svg: Element, part: str, **place: str) -> None:
    SubElement(svg, "rect", {"class": part, **place})


def _text(svg: Element, part: str, text: str, **place: str) -> None:
    SubElement(svg, "text", {"class": part, **place}).text = text


def _percent(value: float) -> str:
    return f"{_short(value, 2)}%"


def _px(value: float) -> str:
    return _short(value, 1)


def _short(value: float, digits: int) -> str:
    """Without zeros at the end: a page has a thousand of these."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")
