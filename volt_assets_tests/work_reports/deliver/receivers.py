"""Who is delivered to: a mail server and an HTTP server on loopback, each in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from volt_assets_tests.clients.loopback_server import LoopbackServer, Script, serve


class MailBox:
    """What a mail server was given; recipients that begin with `refused` are refused."""

    def __init__(self) -> None:
        self.port = 0
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802 -- the library's name
        if address.startswith("refused"):
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- the same
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content.replace(b"\r\n", b"\n"), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 taken"


@contextmanager
def mail_box() -> Iterator[MailBox]:
    """A mail server while the block lasts."""
    box = MailBox()
    controller = _OnFreePort(box, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        box.port = controller.bound_port
        yield box
    finally:
        controller.stop()


class _OnFreePort(Controller):
    """Takes any free port; the library would try to reach itself on port 0."""

    @property
    def bound_port(self) -> int:
        assert isinstance(self.server, asyncio.Server)
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        self.port = self.bound_port
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def receiver(script: Script) -> Iterator[LoopbackServer]:
    """An HTTP server that answers by the script while the block lasts."""
    loop, ready, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    running: list[LoopbackServer] = []

    async def until_over() -> None:
        async with serve(script) as server:
            running.append(server)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(until_over()), daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield running[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
