"""Deliveries of a real week to real servers on loopback: what arrives, once, when, and what becomes of failures."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from volt_assets.errors import StoredDataError, UsageError
from volt_assets.resilience.dead_letters import DeadLetter, DeadLetters
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.deliver.message import plain_text
from volt_assets.work_reports.deliver.redelivery import redeliver
from volt_assets.work_reports.deliver.sending import RangeDeliveries
from volt_assets.work_reports.deliver.signature import is_genuine
from volt_assets_tests.clients.loopback_server import Told, in_turn
from volt_assets_tests.pipeline import WEEK, document, folder_of
from volt_assets_tests.work_reports.deliver.delivered_week import (
    MORNING,
    become_revision,
    book_of,
    deliveries,
    due,
    settings_with,
)
from volt_assets_tests.work_reports.deliver.receivers import mail_box, receiver

LEAD = {"audience": "lead", "channel": "email", "to": ["lead@example.com"]}
EVERYBODY = {"audience": "person", "channel": "email"}
ROBOT = {"audience": "lead", "channel": "webhook", "url_variable": "HOOK_URL", "secret_variable": "HOOK_SECRET"}
CHANNEL = {"audience": "team", "channel": "slack", "url_variable": "SLACK_URL"}


def letters_of(data: Path) -> tuple[DeadLetter, ...]:
    return DeadLetters(DataFolder(str(data)).dead_letters, now=lambda: MORNING).letters()


def test_the_lead_gets_the_short_form_and_the_page(stored_week: Path) -> None:
    with mail_box() as box:
        done = deliveries(stored_week, {"leads": LEAD}, smtp_host="127.0.0.1", smtp_port=box.port).send(due)
    assert [one.error for one in done] == [None]
    [message] = box.messages
    assert (message["To"], message["Subject"]) == ("lead@example.com", "Team · 6\u201312 October 2025")
    text = message.get_body(("plain",))
    assert text is not None
    assert "Needs attention\n1. " in text.get_content()
    assert text.get_content().endswith("The whole report is attached.\n")
    [page] = message.iter_attachments()
    assert page.get_filename() == f"{WEEK}_report.html"
    assert page.get_content().startswith("<!doctype html>")


def test_with_an_address_of_the_reports_a_link_goes_instead_of_the_page(stored_week: Path) -> None:
    with mail_box() as box:
        shared: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "link_base_url": "https://reports.example.com/volt/"}
        deliveries(stored_week, {"leads": LEAD}, **shared).send(due)
    [message] = box.messages
    assert list(message.iter_attachments()) == []
    assert f"https://reports.example.com/volt/{WEEK}/reports/report.html" in message.get_content()


def test_everybody_gets_their_own_report_at_their_own_address_in_their_own_morning(stored_week: Path) -> None:
    people = {person["user_id"]: person for person in document(stored_week, "enriched_data")["people"]}
    with mail_box() as box:
        shared: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": box.port}
        for hours in range(24):
            deliveries(stored_week, {"all": EVERYBODY}, at=MORNING + timedelta(hours=hours), **shared).send(due)
    with_address = {person["email"]: person["name"] for person in people.values() if person["email"]}
    assert sorted(message["To"] for message in box.messages) == sorted(with_address)
    for message in box.messages:
        # Two people of one name are told apart by more than it.
        assert message["Subject"].startswith(with_address[message["To"]])
        [page] = message.iter_attachments()
        assert message["Subject"].partition(" · ")[0] in page.get_content()
    # Those without an address are told of, by number.
    assert {letter.payload["user_id"] for letter in letters_of(stored_week)} == {n for n, one in people.items() if not one["email"]}
    kept = (folder_of(stored_week) / "deliveries.json").read_text() + "".join(one.model_dump_json() for one in letters_of(stored_week))
    assert not any(address in kept or name in kept for address, name in with_address.items())


def test_a_revision_goes_out_once_and_the_next_one_says_what_it_replaces(stored_week: Path) -> None:
    with receiver(lambda _: Told("ok")) as hook:
        environ = {"HOOK_URL": f"{hook.url}/in?token=abc", "HOOK_SECRET": "geheim"}
        for _ in range(3):
            deliveries(stored_week, {"robot": ROBOT}, environ).send(due)
        become_revision(stored_week, "team_summary", 2)
        deliveries(stored_week, {"robot": ROBOT}, environ).send(due)
    assert [(asked.json["revision"], asked.json["replaces"]) for asked in hook.asked] == [(1, None), (2, 1)]
    for asked in hook.asked:
        timestamp, signed = asked.headers["volt-timestamp"], asked.headers["volt-signature"]
        assert is_genuine("geheim", timestamp, signed, asked.body, now=MORNING.timestamp())
        assert asked.headers["idempotency-key"] == asked.json["id"]
        assert asked.target == "/in?token=abc"
    assert "remarks" in hook.asked[1].json
    assert any("replaces revision 1" in remark for remark in hook.asked[1].json["remarks"])


def test_a_team_channel_gets_the_view_of_the_team_and_no_name_of_anybody(stored_week: Path) -> None:
    operations = {**CHANNEL, "audience": "operations"}
    with receiver(lambda _: Told("ok")) as slack:
        environ = {"SLACK_URL": slack.url}
        deliveries(stored_week, {"channel": CHANNEL, "operations": operations}, environ, link_base_url="https://r.example.com").send(due)
    names = {person["name"] for person in document(stored_week, "enriched_data")["people"]}
    for asked, view in zip(slack.asked, ("team", "operations"), strict=True):
        assert not any(name in json.dumps(asked.json, ensure_ascii=False) for name in names)
        assert asked.json["blocks"][-1]["text"]["text"] == f"<https://r.example.com/{WEEK}/reports/views/{view}.html|Open the report>"
    assert " h tracked · " in slack.asked[0].json["blocks"][1]["text"]["text"]


def test_a_view_that_is_not_there_is_said_and_nothing_goes_instead(stored_week: Path) -> None:
    (folder_of(stored_week) / "reports" / "views" / "team.md").unlink()
    [held] = deliveries(stored_week, {"channel": CHANNEL}, {"SLACK_URL": "http://127.0.0.1:9"}).planned()
    assert (held.prospect, held.why) == ("held", "reports/views/team.md is not there")


def test_a_folder_gets_the_files_and_their_place_among_the_others(stored_week: Path, tmp_path: Path) -> None:
    there = {"audience": "person", "channel": "folder", "folder": str(tmp_path / "out"), "timezone": "UTC"}
    lead = {"audience": "lead", "channel": "folder", "folder": "memory://deliveries/out"}
    deliveries(stored_week, {"people": there, "lead": lead}).send(due)
    own = folder_of(stored_week) / "reports" / "individual"
    written = tmp_path / "out" / WEEK / "individual"
    assert {path.name for path in written.iterdir()} == {path.name for path in own.iterdir() if path.suffix != ".json"}
    assert all(path.read_bytes() == (own / path.name).read_bytes() for path in written.iterdir())
    assert {(one.delivery, one.state) for one in book_of(stored_week).delivered} == {("people", "sent"), ("lead", "sent")}


@pytest.mark.parametrize("answer", [Told("no", status=500), Told("gone", status=404), Told("", status=302, headers={"Location": "/x"})])
def test_a_failure_is_a_dead_letter_that_a_redrive_sends(stored_week: Path, answer: Told) -> None:
    with receiver(in_turn(answer, Told("ok"))) as hook:
        environ = {"HOOK_URL": f"{hook.url}/hidden-path", "HOOK_SECRET": "geheim"}
        [outcome] = deliveries(stored_week, {"robot": ROBOT}, environ).send(due)
        assert outcome.error == f"the webhook at 127.0.0.1 answered {answer.status}"
        assert deliveries(stored_week, {"robot": ROBOT}, environ).send(due) == []
        [letter] = letters_of(stored_week)
        assert (letter.kind, letter.key) == ("delivery", f"{WEEK}: robot")
        assert "hidden-path" not in letter.model_dump_json()
        done = redeliver(DataFolder(str(stored_week)), settings_with({"robot": ROBOT}), environ, now=lambda: MORNING + timedelta(hours=9))
    assert [one.key for one in done.succeeded] == [letter.key]
    assert letters_of(stored_week) == ()
    assert [(one.state, one.tries) for one in book_of(stored_week).delivered] == [("sent", 2)]
    assert len({asked.headers["idempotency-key"] for asked in hook.asked}) == 1


def test_a_redrive_that_fails_again_keeps_the_letter_and_one_of_a_delivery_that_is_gone_says_so(stored_week: Path) -> None:
    environ = {"HOOK_URL": "http://127.0.0.1:9/x", "HOOK_SECRET": "geheim"}
    deliveries(stored_week, {"robot": ROBOT}, environ).send(due)
    data = DataFolder(str(stored_week))
    assert len(redeliver(data, settings_with({"robot": ROBOT}), environ, now=lambda: MORNING).failed) == 1
    assert letters_of(stored_week)[0].attempts == 2
    assert len(redeliver(data, settings_with({"other": ROBOT}), environ, now=lambda: MORNING).failed) == 1
    assert "no such delivery" in letters_of(stored_week)[0].message
    off = settings_with({"robot": {**ROBOT, "send": False}})
    assert len(redeliver(data, off, environ, now=lambda: MORNING).failed) == 1
    assert "switched off" in letters_of(stored_week)[0].message


def test_a_variable_that_is_missing_is_named_and_keeps_no_other_delivery_back(stored_week: Path) -> None:
    with receiver(lambda _: Told("ok")) as hook:
        environ = {"HOOK_URL": hook.url, "HOOK_SECRET": "geheim"}
        named = {"first": {**ROBOT, "url_variable": "NOT_SET"}, "second": ROBOT}
        done = deliveries(stored_week, named, environ).send(due)
    assert [(one.error or "").split(" is not")[0] for one in done] == ["NOT_SET", ""]


def test_a_mail_server_that_refuses_one_of_two_is_no_success(stored_week: Path) -> None:
    both = {**LEAD, "to": ["lead@example.com", "refused@example.com"]}
    with mail_box() as box:
        [outcome] = deliveries(stored_week, {"leads": both}, smtp_host="127.0.0.1", smtp_port=box.port).send(due)
    assert "refused 1 of 2 recipients" in (outcome.error or "")
    assert box.recipients == [["lead@example.com"]]


def test_a_server_that_is_not_there_is_tried_for_three_people_and_no_more(stored_week: Path) -> None:
    everybody = {**EVERYBODY, "timezone": "UTC"}
    done = deliveries(stored_week, {"all": everybody}, smtp_host="127.0.0.1", smtp_port=9).send(due)
    said = [one.error or "" for one in done]
    assert all("cannot be reached" in error for error in said[:3])
    assert sum("not tried" in error for error in said) >= len(done) - 5
    assert len(letters_of(stored_week)) == len(done)


def test_outside_the_morning_nothing_goes_and_a_delivery_that_is_off_sends_nothing(stored_week: Path, tmp_path: Path) -> None:
    there = {"audience": "lead", "channel": "folder", "folder": str(tmp_path / "out")}
    noon = MORNING.replace(hour=12)
    assert deliveries(stored_week, {"lead": there}, at=noon).send(due) == []
    [planned] = deliveries(stored_week, {"lead": there}, at=noon).planned()
    assert (planned.prospect, planned.why) == ("later", "waits until 2025-10-21 08:00 UTC")
    assert deliveries(stored_week, {"lead": {**there, "send": False}}).send(due) == []
    assert not (tmp_path / "out").exists()


def test_nothing_goes_while_a_book_cannot_be_read(stored_week: Path) -> None:
    (folder_of(stored_week) / "deliveries.json").write_text("{")
    with pytest.raises(StoredDataError, match=r"deliveries\.json: cannot be read"):
        deliveries(stored_week, {"leads": LEAD}).send(due)


def test_an_incomplete_report_says_that_it_is(stored_week: Path) -> None:
    path = folder_of(stored_week) / "run_metadata.json"
    record = json.loads(path.read_text())
    record["statistics"] |= {"is_reconciled": False, "dead_lettered_items": 2}
    path.write_text(json.dumps({**record, "status": "incomplete"}))
    assert [one.prospect for one in deliveries(stored_week, {"leads": LEAD}).planned()] == ["held"]
    with mail_box() as box:
        shared: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "link_base_url": "https://r.example.com"}
        deliveries(stored_week, {"leads": {**LEAD, "if_incomplete": True}}, **shared).send(due)
    text = box.messages[0].get_content()
    assert "Incomplete: the hours are not proven" in text
    assert "Incomplete: 2 work items could not be fetched." in text


def test_what_nobody_tracked_anything_in_is_not_sent(stored_week: Path) -> None:
    path = folder_of(stored_week) / "enriched_data.json"
    data = json.loads(path.read_text())
    data["statistics"]["total_duration_seconds"] = 0
    path.write_text(json.dumps(data))
    assert [one.prospect for one in deliveries(stored_week, {"leads": LEAD}).planned()] == ["empty"]
    assert [one.prospect for one in deliveries(stored_week, {"leads": {**LEAD, "if_empty": True}}).planned()] == ["due"]


def test_a_view_of_too_few_people_is_nothing_to_send(stored_week: Path) -> None:
    path = folder_of(stored_week) / "reports" / "views" / "team.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "held_back": "too few people"}))
    [planned] = deliveries(stored_week, {"channel": CHANNEL}, {"SLACK_URL": "http://127.0.0.1:9"}).planned()
    assert (planned.prospect, planned.why) == ("empty", "the view shows no figure: too few people")


def test_a_message_is_in_the_language_of_the_reports(stored_week: Path) -> None:
    settings = settings_with({"leads": LEAD}, link_base_url="https://r.example.com")
    settings = settings.model_copy(update={"reports": settings.reports.model_copy(update={"language": "ru"})})
    here = RangeDeliveries(WEEK, DataFolder(str(stored_week)), settings, {}, now=lambda: MORNING)
    [planned] = here.planned()
    assert planned.parcel is not None
    with here.speaking():
        assert "Весь отчёт: https://r.example.com/" in plain_text(planned.parcel)


def test_a_receiver_that_drips_its_answer_is_left_in_time(stored_week: Path) -> None:
    environ = {"HOOK_SECRET": "geheim"}
    with receiver(lambda _: Told(misbehave="silent")) as hook:
        here = deliveries(stored_week, {"robot": ROBOT}, {**environ, "HOOK_URL": hook.url}, timeout_seconds=0.2)
        [outcome] = here.send(due)
    assert outcome.error == "the webhook at 127.0.0.1 cannot be reached: TimeoutError"


def test_a_key_that_is_none_is_refused(stored_week: Path) -> None:
    del stored_week
    with pytest.raises(UsageError, match="is not a range key"):
        RangeDeliveries("../x", DataFolder("/tmp"), settings_with({}), {}, now=lambda: MORNING)  # noqa: S108 -- never opened
