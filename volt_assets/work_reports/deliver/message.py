"""The lines of a message, in the language of the reports, and the texts the channels make of them.

Everything in a short form may come from outside. Each channel escapes it in its own way here, in one place.
"""

from __future__ import annotations

import json
import re
from typing import Any

from volt_assets.work_reports.deliver.parcel import Parcel
from volt_assets.work_reports.languages.language import gettext

_WORD_JOINER = "\u2060"
_MENTION = re.compile(r"[@\uff20](?=\S)")
_HEADER_LENGTH, _SECTION_LENGTH = 150, 2900


def remarks(parcel: Parcel) -> list[str]:
    """What is said of the report itself before its figures."""
    found = [f"⚠️ {text}" for text in parcel.shortfalls]
    if parcel.replaces is not None:
        found.append(gettext("Revision %(number)s; it replaces revision %(before)s.", number=parcel.revision, before=parcel.replaces))
    return [*found, *parcel.form.notices]


def plain_text(parcel: Parcel) -> str:
    """For e-mails and terminals."""
    form = parcel.form
    points = [gettext("Needs attention"), *(f"{number}. {point}" for number, point in enumerate(form.points, 1))] if form.points else []
    whole = gettext("The whole report is attached.") if parcel.is_attached else gettext("The whole report: %(link)s", link=parcel.link)
    blocks = [form.title, *remarks(parcel), form.lead, "\n".join(points), whole]
    return "\n\n".join(block for block in blocks if block) + "\n"


def slack_message(parcel: Parcel) -> dict[str, Any]:
    """The body for an incoming webhook. Texts are `plain_text`, which knows neither markup nor mentions; the link alone is mrkdwn."""
    form = parcel.form
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(form.title, _HEADER_LENGTH)}]
    blocks += [{"type": "section", "text": _plain(text)} for text in (*remarks(parcel), form.lead) if text]
    if form.points:
        points = [gettext("Needs attention"), *(f"{number}. {point}" for number, point in enumerate(form.points, 1))]
        blocks.append({"type": "section", "text": _plain("\n".join(points))})
    if parcel.link.startswith(("http://", "https://")):
        shown = f"<{slack_escape(parcel.link)}|{slack_escape(gettext('Open the report'))}>"
    else:
        shown = slack_escape(gettext("The whole report: %(link)s", link=parcel.link))
    blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": shown, "verbatim": True}})
    # `text` is what a notification shows.
    return {"text": slack_escape(form.title), "mrkdwn": False, "unfurl_links": False, "unfurl_media": False, "blocks": blocks}


def slack_escape(text: str) -> str:
    """Slack's three control characters as entities, and no @ that could call somebody."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MENTION.sub(lambda match: match[0] + _WORD_JOINER, text)


def webhook_content(parcel: Parcel) -> bytes:
    """The JSON that a receiver of our own kind gets. Documented in docs/delivery.md."""
    form, one = parcel.form, parcel.addressee
    body = {
        "schema_version": 1,
        "id": parcel.idempotency_key,
        "delivery": one.delivery,
        "audience": parcel.delivery.audience,
        "key": parcel.key,
        "report": one.report,
        "user_id": one.user_id,
        "revision": parcel.revision,
        "replaces": parcel.replaces,
        "title": form.title,
        "lead": form.lead,
        "remarks": remarks(parcel),
        "needs_attention": list(form.points),
        "link": parcel.link,
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _plain(text: str, longest: int = _SECTION_LENGTH) -> dict[str, Any]:
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return {"type": "plain_text", "text": slack_escape(shown), "emoji": False}
