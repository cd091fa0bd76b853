"""What a message says in each channel, whatever somebody put into a name or a description."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from volt_assets.delivery_settings import Delivery
from volt_assets.work_reports.deliver.message import plain_text, slack_escape, slack_message, webhook_content
from volt_assets.work_reports.deliver.parcel import Addressee, Parcel
from volt_assets.work_reports.deliver.short_form import ShortForm

PARCEL = Parcel(
    key="2025-10-06_2025-10-12",
    addressee=Addressee("leads", "team_summary"),
    delivery=Delivery(audience="lead", channel="email", to=("a@example.com",)),
    revision=2,
    form_of=lambda: ShortForm("Team <!channel> *x* _y_ @here & co", "1 h <https://evil.example|click>", points=("<@U123> → do it",)),
    recipients=("a@example.com",),
    zone=ZoneInfo("UTC"),
    markdown=Path("/x.md"),
    page=None,
    path="reports/report.html",
    link="https://reports.example.com/2025-10-06_2025-10-12/reports/report.html",
    replaces=1,
)


@pytest.mark.parametrize("text", ["<!channel>", "<@U123>", "<https://evil.example|click>", "a & b", "@here", "<!subteam^S1>"])
def test_nothing_in_slack_calls_somebody_or_leads_elsewhere(text: str) -> None:
    escaped = slack_escape(text)
    assert not set("<>") & set(escaped)
    assert "@here" not in escaped
    assert escaped.replace("\u2060", "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


def test_texts_in_slack_are_plain_and_only_our_link_is_markup() -> None:
    message = slack_message(PARCEL)
    kinds = [block["text"]["type"] for block in message["blocks"]]
    assert kinds == ["plain_text"] * (len(kinds) - 1) + ["mrkdwn"]
    assert message["blocks"][-1]["text"]["text"] == f"<{PARCEL.link}|Open the report>"
    assert message["blocks"][1]["text"]["text"] == "Revision 2; it replaces revision 1."
    assert message["mrkdwn"] is False


def test_the_limits_of_slack_are_kept() -> None:
    long = replace(PARCEL, form_of=lambda: ShortForm("t" * 400, "l" * 400, points=tuple("p" * 400 for _ in range(5))))
    blocks = slack_message(long)["blocks"]
    assert len(blocks[0]["text"]["text"]) <= 150
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks)


def test_a_text_says_what_is_missing_before_its_figures() -> None:
    text = plain_text(replace(PARCEL, shortfalls=("Incomplete: x.",)))
    assert text.index("Incomplete: x.") < text.index("1 h") < text.index("Needs attention\n1. ") < text.index(PARCEL.link)


def test_a_receiver_gets_ids_and_no_address() -> None:
    body = json.loads(webhook_content(PARCEL))
    assert body["id"] == PARCEL.idempotency_key
    assert (body["report"], body["revision"], body["replaces"], body["user_id"]) == ("team_summary", 2, 1, None)
    assert "example.com" not in json.dumps({key: value for key, value in body.items() if key != "link"}).replace("evil.example", "")
    assert replace(PARCEL, revision=3).idempotency_key != PARCEL.idempotency_key
