"""A scripted HTTP/1.1 server on a free loopback port, in the event loop of the test: real sockets, any misbehaviour."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Told:
    """An answer to give. `body` is JSON unless it is text or bytes; `misbehave` is "cut short", "reset" or "silent"."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    misbehave: str = ""


Script = Callable[[Asked], Told]


@dataclass
class LoopbackServer:
    """Where it listens and what it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    connections_made: int = 0
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)


def in_turn(*answers: Told) -> Script:
    """A script that gives these answers one after the other, the last one ever after."""
    remaining = list(answers)
    return lambda _: remaining.pop(0) if len(remaining) > 1 else remaining[0]


@asynccontextmanager
async def serve(script: Script, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[LoopbackServer]:
    """Serve `script` while the block runs."""
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        running.connections_made += 1
        try:
            while asked := await _read(reader):
                running.asked.append(asked)
                running.was_asked.set()
                if not await _tell(writer, script(asked)):
                    break
        except (ConnectionError, asyncio.CancelledError):
            return
        finally:
            connections.discard(task)
            writer.close()

    listener = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    running = LoopbackServer(f"{'https' if tls else 'http'}://127.0.0.1:{listener.sockets[0].getsockname()[1]}")
    try:
        yield running
    finally:
        listener.close()
        for connection in list(connections):
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(method, target, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


async def _tell(writer: asyncio.StreamWriter, told: Told) -> bool:
    """Send the answer; whether the connection may be used again."""
    if told.misbehave == "silent":
        await asyncio.Event().wait()
    if told.misbehave == "reset":
        connection: socket.socket = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    is_json = not isinstance(told.body, (str, bytes))
    text = json.dumps(told.body) if is_json else told.body
    body = text.encode() if isinstance(text, str) else text
    promised = len(body) + (10 if told.misbehave == "cut short" else 0)
    headers = {"Content-Type": "application/json" if is_json else "text/plain", "Content-Length": str(promised), **told.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    writer.write(f"HTTP/1.1 {told.status} Told\r\n{lines}\r\n".encode() + (b"" if told.status == 304 else body))
    await writer.drain()
    return told.misbehave != "cut short"
