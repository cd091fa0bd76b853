from __future__ import annotations

import re

import pytest

from volt_assets.work_reports.report.figures import nearest
from volt_assets.work_reports.report.html.charts import Bar, Chart
from volt_assets.work_reports.report.html.drawing import draw
from volt_assets_tests.work_reports.report.html.page_reader import Page
from volt_assets_tests.work_reports.report.injections import INJECTIONS


def chart(*bars: Bar, form: str = "rows") -> Chart:
    series = ("on items", "other work")[: len(bars[0].parts)]
    return Chart.model_validate({"name": "time", "title": "Time", "label": "day", "series": series, "bars": bars, "form": form})


def bar(label: str, *seconds: int, percent: int | None = None) -> Bar:
    return Bar(label=label, parts=tuple(nearest(part) for part in seconds), percent=percent)


def heights(svg: str, part: str, measure: str) -> list[float]:
    return [float(found) for found in re.findall(rf'class="{part}"[^>]* {measure}="([\d.]+)%?"', svg)]


@pytest.mark.parametrize("form", ["rows", "columns"])
def test_a_drawing_has_a_name_and_a_description(form: str) -> None:
    page = Page(draw(chart(bar("Mon", 3600, 1800), bar("Tue", 7200, 0), form=form)))
    svg = page.elements[0]
    assert (svg.tag, svg.attributes["role"]) == ("svg", "img")
    assert {svg.attributes["aria-labelledby"], svg.attributes["aria-describedby"]} == set(page.ids)
    assert "Hours by day: Mon 1.5 h; Tue 2.0 h." in page.source
    assert not {"style", "fill", "onload"} & {name for each in page.elements for name in each.attributes}


def test_bars_are_as_long_as_their_time() -> None:
    svg = draw(chart(bar("a", 7200, 7200), bar("b", 3600, 0), bar("c", 0, 0)))
    assert heights(svg, "part-1", "width") == [50.0, 25.0]
    assert heights(svg, "part-2", "width") == [50.0]
    svg = draw(chart(bar("a", 7200, 7200), bar("b", 3600, 0), bar("c", 0, 0), form="columns"))
    assert heights(svg, "part-1", "height") == [74.0, 37.0]
    assert heights(svg, "part-2", "height") == [73.0]  # a pixel between the parts


def test_figures_stand_beside_the_bars() -> None:
    page = Page(draw(chart(bar("Harbor", 36_000, percent=62), bar("nothing", 0))))
    assert page.text == "Harbor10.0 h · 62 %nothing–"  # noqa: RUF001 -- the dash for nothing


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_label_is_text(text: str) -> None:
    for form in ("rows", "columns"):
        assert Page(draw(chart(bar(text, 3600), form=form))).tags == {"svg", "title", "desc", "rect", "text"}
