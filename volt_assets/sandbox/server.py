"""Starts the three servers in one thread of this process, on loopback and free ports unless told otherwise."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread, get_ident
from typing import TYPE_CHECKING, Literal

import uvicorn
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from volt_assets.errors import UsageError
from volt_assets.sandbox.edits import SandboxEdits, edits_of
from volt_assets.sandbox.faults import Fault, FaultSwitches
from volt_assets.sandbox.faulty_app import TRANSPORT, FaultyApp
from volt_assets.sandbox.fibery_server import FIBERY_TOKENS, FIBERY_WORKSPACE, FiberyServer
from volt_assets.sandbox.limits import Clock
from volt_assets.sandbox.openai_server import MODEL, OPENAI_KEY, OpenAiServer
from volt_assets.sandbox.request_counts import CountingApp, RequestCounts
from volt_assets.sandbox.toggl_catalogue import TOGGL_TOKEN, WORKSPACE_ID
from volt_assets.sandbox.toggl_server import DEFAULT_PAGE_SIZE, TogglLimits, TogglServer
from volt_assets.sandbox.world import World, WorldOptions, build_world

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as HttpProtocol
else:  # whichever of uvicorn's two implementations this machine has
    from uvicorn.protocols.http.auto import AutoHTTPProtocol as HttpProtocol

_STARTUP_SECONDS = 20.0


@dataclass(frozen=True)
class SandboxOptions:
    """How the sandbox runs. Port 0 is a free one. `pace` 1 keeps the vendors' limits, 0 has none."""

    world: WorldOptions = field(default_factory=WorldOptions)
    host: str = "127.0.0.1"
    toggl_port: int = 0
    fibery_port: int = 0
    openai_port: int = 0
    pace: float = 1.0
    latency_seconds: float = 0.0
    max_page_size: int = DEFAULT_PAGE_SIZE
    quota_per_hour: int | None = None
    """Toggl's plan; None: 600, and no quota when `pace` is 0."""
    quota_window_seconds: float | None = None
    """How long the quota lasts until it is full again; None: an hour times `pace`."""
    role: Literal["admin", "user"] = "admin"
    """`user`: the Toggl token sees only its owner's entries."""
    faults: tuple[Fault, ...] = ()
    """What goes wrong from the start; `RunningSandbox.faults` switches later."""
    allow_remote: bool = False
    """Without it only a loopback `host` is accepted."""
    clock: Clock = time.monotonic

    def __post_init__(self) -> None:
        """Refuse what would expose the sandbox by accident or make no sense."""
        if not self.is_loopback and not self.allow_remote:
            raise UsageError(
                f"the sandbox listens on loopback only, not on {self.host}", hint="allow other machines explicitly to use this host"
            )
        if self.pace < 0 or self.latency_seconds < 0:
            raise UsageError("pace and latency cannot be negative", hint="0 means no limits and no delay")
        if self.quota_window_seconds is not None and self.quota_window_seconds <= 0:
            raise UsageError("a quota lasts longer than no time", hint="3600 seconds are what Toggl has")
        if self.max_page_size < 1:
            raise UsageError("the largest page must hold at least one row", hint="50 is what the live API gives")

    @property
    def is_loopback(self) -> bool:
        """Only this machine can reach the host."""
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True)
class RunningSandbox:
    """Where the servers listen, and what was asked of them."""

    world: World
    toggl_url: str
    fibery_url: str
    openai_url: str
    """Ends with /v1, as OPENAI_BASE_URL wants it."""
    requests: RequestCounts
    faults: FaultSwitches
    edit: SandboxEdits

    def environ(self, *, with_model: bool = False) -> dict[str, str]:
        """The variables that point Volt at this sandbox; the model's only when asked for."""
        variables = {
            "TOGGL_API_TOKEN": TOGGL_TOKEN,
            "TOGGL_WORKSPACE_ID": str(WORKSPACE_ID),
            "TOGGL_BASE_URL": self.toggl_url,
            "FIBERY_API_TOKEN": FIBERY_TOKENS[0],
            "FIBERY_WORKSPACE_NAME": FIBERY_WORKSPACE,
            "FIBERY_BASE_URL": self.fibery_url,
        }
        if with_model:
            variables.update({"OPENAI_API_KEY": OPENAI_KEY, "OPENAI_BASE_URL": self.openai_url, "VOLT_LLM_MODEL": MODEL})
        return variables


class _OpenProtocol(HttpProtocol):
    """Leaves the connection in the state of each request, for faults that break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}


class _UntilGone:
    """An application whose client may go away while it speaks: there is nobody to answer then, and nothing went wrong."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(ClientDisconnect):
            await self._app(scope, receive, send)


class _ServerLoop:
    """The thread that serves: whatever else has to happen there happens between two answers."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread_id = 0

    def begin(self) -> None:
        self._loop, self._thread_id = asyncio.get_running_loop(), get_ident()

    def call(self, change: Callable[[], object]) -> None:
        """Run `change` there and wait for it; at once when already there."""
        if self._loop is None or get_ident() == self._thread_id:
            change()
            return
        done: Future[None] = Future()

        def run() -> None:
            try:
                change()
            except Exception as error:  # noqa: BLE001 -- raised again in the thread that asked
                done.set_exception(error)
            else:
                done.set_result(None)

        self._loop.call_soon_threadsafe(run)
        done.result(_STARTUP_SECONDS)


class _QuietServer(uvicorn.Server):
    """A server that says when it listens; signals stay with the process that started it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@contextmanager
def running_sandbox(options: SandboxOptions | None = None) -> Iterator[RunningSandbox]:
    """The three servers over a freshly built world, stopped when the block ends. Raises UsageError for a port in use."""
    chosen = options or SandboxOptions()
    world, counts = build_world(chosen.world), RequestCounts()
    toggl, loop, faults = TogglServer(world, _toggl_limits(chosen), chosen.clock), _ServerLoop(), FaultSwitches(chosen.faults)
    edit = edits_of(toggl, loop.call)
    apps: list[tuple[str, ASGIApp, int]] = [
        ("toggl", toggl.app(), chosen.toggl_port),
        ("fibery", FiberyServer(world, chosen.clock, chosen.pace, chosen.latency_seconds).app(), chosen.fibery_port),
        ("openai", OpenAiServer(chosen.latency_seconds).app(), chosen.openai_port),
    ]
    sockets: list[socket.socket] = []
    try:
        for _, _, port in apps:
            sockets.append(_listen(chosen.host, port))
        faulty = [(api, FaultyApp(app, api, faults, edit.shift_page)) for api, app, _ in apps]
        servers = [_QuietServer(_config(_UntilGone(CountingApp(app, api, counts)))) for api, app in faulty]
        urls = [f"http://{chosen.host}:{sock.getsockname()[1]}" for sock in sockets]
        with _served(servers, sockets, loop):
            yield RunningSandbox(world, urls[0], urls[1], f"{urls[2]}/v1", counts, faults, edit)
    finally:
        for sock in sockets:
            sock.close()


def _toggl_limits(chosen: SandboxOptions) -> TogglLimits:
    return TogglLimits(
        max_page_size=chosen.max_page_size,
        pace=chosen.pace,
        quota_per_hour=chosen.quota_per_hour,
        quota_window_seconds=chosen.quota_window_seconds,
        latency_seconds=chosen.latency_seconds,
        role=chosen.role,
    )


def serve_forever(options: SandboxOptions, announce: Callable[[str], None], stop: Event | None = None) -> None:
    """Run until interrupted (or until `stop` is set), saying where the servers are and which variables to set."""
    if not options.is_loopback:
        announce(f"warning: {options.host} can be reached from other machines; whoever reaches it can read this invented company")
    with running_sandbox(options) as sandbox:
        size = f"{len(sandbox.world.people)} people, {len(sandbox.world.entries)} entries"
        announce(f"{size}, {options.world.first_monday} to {sandbox.world.last_day}")
        for fault in options.faults:
            announce(f"fault: {fault}")
        for name, value in sandbox.environ(with_model=True).items():
            announce(f"export {name}={value}")
        (stop or Event()).wait()


@contextmanager
def _served(servers: list[_QuietServer], sockets: list[socket.socket], loop: _ServerLoop) -> Iterator[None]:
    async def serve() -> None:
        loop.begin()
        await asyncio.gather(*(server.serve([sock]) for server, sock in zip(servers, sockets, strict=True)))

    thread = Thread(target=asyncio.run, args=(serve(),), name="sandbox", daemon=True)
    thread.start()
    try:
        for server in servers:
            if not server.listening.wait(_STARTUP_SECONDS):
                raise UsageError("the sandbox did not start", hint="is this machine out of sockets or memory?")
        yield
    finally:
        for server in servers:
            server.should_exit = True
        thread.join(_STARTUP_SECONDS)


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_OpenProtocol,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        server_header=False,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches off Nagle's delay (40 ms an answer) only for sockets that say TCP.
    with closing(socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(
                f"port {port} on {host} cannot be used: {error.strerror}", hint="choose another port, or 0 for a free one"
            ) from error
        probe.listen(128)
        return probe.dup()
