from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from volt_assets.clients.answers import LARGEST_ANSWER_VALUES, Answer, parse, read_json
from volt_assets.clients.toggl_wire import WireRow
from volt_assets.errors import ConnectionFailedError, UnexpectedAnswerError
from volt_assets_tests.clients.samples import TOKEN
from volt_assets_tests.clients.test_http_errors import SERVICE


def _read(text: str, content_type: str = "application/json; charset=utf-8") -> Any:
    return read_json(SERVICE, Answer("GET /x", 200, {"content-type": content_type}, text))


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_json_is_read_whatever_the_type_of_content_as_long_as_it_is_no_page(value: Any) -> None:
    assert _read(json.dumps(value)) == value
    assert _read(json.dumps(value), "text/plain") == value
    assert _read(json.dumps(value), "") == value


def test_a_web_page_is_not_json() -> None:
    with pytest.raises(UnexpectedAnswerError, match="a web page instead of JSON: Please log in") as raised:
        _read("<html><h1>Please log in</h1></html>", "text/html")
    assert "TOGGL_BASE_URL" in str(raised.value.hint)


def test_json_cut_short_may_come_whole_next_time() -> None:
    with pytest.raises(ConnectionFailedError, match="cut short"):
        _read('[{"id": 1}, {"i')


def test_something_else_is_unexpected() -> None:
    with pytest.raises(UnexpectedAnswerError, match="was not answered with JSON: hello"):
        _read("hello", "text/plain")
    with pytest.raises(UnexpectedAnswerError, match="nested too deeply"):
        _read("[" * 200_000)


@pytest.mark.parametrize("one", ["{},", "1,", '{"a":[[0]]},'])
def test_more_values_than_any_answer_has_are_never_unpacked(one: str) -> None:
    """60 MB of empty objects are 1.5 GB once they are unpacked."""
    text = "[" + one * (LARGEST_ANSWER_VALUES // (one.count(",") + one.count("{") + one.count("[")) + 1) + "0]"
    with pytest.raises(UnexpectedAnswerError, match="more than 6 million values") as raised:
        _read(text)
    assert "TOGGL_BASE_URL" in str(raised.value.hint)


def test_half_an_emoji_does_not_break_what_is_written_later() -> None:
    value = _read('{"a\\ud83d": "cut \\ud83d", "whole": "\\ud83d\\ude00", "low": "\\ude00 x", "quote": "\\ud83d\\""}')
    assert value == {"a�": "cut �", "whole": "😀", "low": "� x", "quote": '�"'}
    assert json.dumps(value, ensure_ascii=False).encode()


def test_another_shape_is_told_by_place_without_its_content() -> None:
    rows = [{"user_id": TOKEN, "time_entries": [{"id": 1, "start": "yesterday", "api_token": TOKEN}]}] * 2
    with pytest.raises(UnexpectedAnswerError) as raised:
        parse(SERVICE, "POST /search", TypeAdapter(list[WireRow]), rows)
    assert "0.user_id: Input should be a valid integer" in str(raised.value)
    assert "0.time_entries.0.start: Value error, not a date and time with an offset" in str(raised.value)
    assert "and 1 more" in str(raised.value)
    assert TOKEN not in repr(raised.value) + str(raised.value.__context__)
