"""Lets requests go wrong in front of an API: answers for it, damages its answers, breaks connections.

Belongs here: only what happens on the wire. Which request is struck is decided in faults.py.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from volt_assets.sandbox.fault_answers import SentAnswer, answer_instead, damaged
from volt_assets.sandbox.faults import Fault, FaultSwitches
from volt_assets.sandbox.model_faults import PREFIX, misbehaved

TRANSPORT = "sandbox.transport"
"""Where the server leaves the connection of a request, in the state of its scope."""
PageShift = Callable[[str, SentAnswer], None]
"""Called with the kind of shift and the page just given."""


class FaultyApp:
    """An ASGI application between the network and an API."""

    def __init__(self, app: ASGIApp, api: str, faults: FaultSwitches, shift_page: PageShift) -> None:
        """Let requests to `app` go wrong as `faults` say for `api`."""
        self._app, self._api, self._faults, self._shift_page = app, api, faults, shift_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or not."""
        fault = self._faults.next_fault(self._api, scope["path"]) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
        elif (answer := answer_instead(fault)) is not None:
            await answer(scope, receive, send)
        elif fault.kind == "slow":
            await asyncio.sleep(fault.amount or 0.0)
            await self._app(scope, receive, send)
        elif fault.kind == "reset":
            await _break(scope, receive, with_reset=True)
        else:
            await self._spoil(fault, scope, receive, send)

    async def _spoil(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """The API does its work; what becomes of its answer depends on the kind."""
        answer = await _answer_of(self._app, scope, receive)
        if fault.kind in ("reset-in-body", "cut-body"):
            await _send_start(answer.with_body(answer.body + b" "), send)
            await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})
            await _break(scope, receive, with_reset=fault.kind == "reset-in-body")
            return
        if fault.kind.startswith("page-shift"):
            # Before the answer leaves: whoever has it may ask for the next page at once.
            if any(name == b"x-next-row-number" for name, _ in answer.headers):
                self._shift_page(fault.kind, answer)
        elif fault.kind.startswith(PREFIX):
            answer = misbehaved(fault.kind, answer)
        else:
            answer = damaged(fault.kind, answer)
        await _send_start(answer, send)
        await send({"type": "http.response.body", "body": answer.body})


async def _answer_of(app: ASGIApp, scope: Scope, receive: Receive) -> SentAnswer:
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    start = next(message for message in messages if message["type"] == "http.response.start")
    body = b"".join(message.get("body", b"") for message in messages if message["type"] == "http.response.body")
    return SentAnswer(start["status"], tuple((name.lower(), value) for name, value in start["headers"]), body)


async def _send_start(answer: SentAnswer, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})


async def _break(scope: Scope, receive: Receive, *, with_reset: bool) -> None:
    """End the connection: with a reset, which throws away what is unsent, or after what was sent."""
    transport: asyncio.Transport = scope["state"][TRANSPORT]
    if with_reset:
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
    # Until the server has noticed, it would take the missing answer for an error of this application.
    while (await receive())["type"] != "http.disconnect":
        pass
