import socket
from collections.abc import Callable
from threading import Event, Thread

import httpx
import pytest

from volt_assets.errors import UsageError
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox, serve_forever
from volt_assets.sandbox.world import WorldOptions

SMALL = WorldOptions(people=2, weeks=1)


def test_the_environment_points_at_the_servers(sandbox: RunningSandbox) -> None:
    plain, with_model = sandbox.environ(), sandbox.environ(with_model=True)
    assert plain["TOGGL_BASE_URL"] == sandbox.toggl_url
    assert plain["FIBERY_BASE_URL"] == sandbox.fibery_url
    assert with_model.keys() - plain.keys() == {"OPENAI_API_KEY", "OPENAI_BASE_URL", "VOLT_LLM_MODEL"}
    assert with_model["OPENAI_BASE_URL"].endswith("/v1")


def test_requests_are_counted_per_api_and_path_and_servers_stop_at_the_end() -> None:
    with running_sandbox(SandboxOptions(world=SMALL, pace=0)) as running:
        auth = (running.environ()["TOGGL_API_TOKEN"], "api_token")
        for _ in range(2):
            assert httpx.get(f"{running.toggl_url}/api/v9/me", auth=auth).status_code == 200
        httpx.get(f"{running.fibery_url}/api/schema")
        assert running.requests.by_path("toggl") == {"GET /api/v9/me": 2}
        assert (running.requests.total(), running.requests.total("fibery"), running.requests.total("openai")) == (3, 1, 0)
        running.requests.reset()
        assert running.requests.total() == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{running.toggl_url}/api/v9/me", auth=auth)


@pytest.mark.parametrize(
    ("api", "path", "credentials"),
    [
        ("toggl", "/reports/api/v3/workspace/123456/search/time_entries", "Basic c2FuZGJveC10b2dnbC10b2tlbjphcGlfdG9rZW4="),
        ("fibery", "/api/commands", "Token sandbox-fibery-token"),
        ("fibery", "/api/documents/commands", "Token sandbox-fibery-token"),
        ("fibery", "/api/graphql/space/Scrum", "Token sandbox-fibery-token"),
        ("openai", "/v1/chat/completions", "Bearer sandbox-openai-key"),
    ],
)
def test_a_client_that_goes_away_ends_quietly(
    sandbox: RunningSandbox, caplog: pytest.LogCaptureFixture, api: str, path: str, credentials: str
) -> None:
    url = httpx.URL({"toggl": sandbox.toggl_url, "fibery": sandbox.fibery_url, "openai": sandbox.openai_url}[api])
    elsewhere = url.copy_with(path="/nowhere")
    before = sandbox.requests.total(api)
    with socket.create_connection((url.host, url.port or 0)) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {credentials}\r\nContent-Length: 99\r\n\r\n"
        connection.sendall(head.encode() + b'{"half of')
        while sandbox.requests.total(api) == before:
            assert httpx.get(elsewhere).status_code == 404
            before += 1
    # Answered after the server has seen the end of the other connection.
    assert httpx.get(elsewhere).status_code == 404
    assert caplog.records == []


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)), running_sandbox(SandboxOptions(world=SMALL, fibery_port=port)):
            pytest.fail("started on a port in use")


def test_another_host_must_be_allowed() -> None:
    with pytest.raises(UsageError, match="loopback"):
        SandboxOptions(host="0.0.0.0")  # noqa: S104 -- that it is refused is the test
    assert not SandboxOptions(host="0.0.0.0", allow_remote=True).is_loopback  # noqa: S104 -- and allowed when asked for
    assert SandboxOptions(host="::1").is_loopback


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: SandboxOptions(pace=-1), "cannot be negative"),
        (lambda: SandboxOptions(latency_seconds=-1), "cannot be negative"),
        (lambda: SandboxOptions(max_page_size=0), "at least one row"),
        (lambda: SandboxOptions(quota_window_seconds=0), "longer than no time"),
    ],
)
def test_senseless_options_are_refused(make: Callable[[], SandboxOptions], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        make()


def test_serving_says_what_to_export_and_warns_about_other_machines() -> None:
    said: list[str] = []
    stop = Event()
    stop.set()
    options = SandboxOptions(world=SMALL, host="0.0.0.0", allow_remote=True)  # noqa: S104 -- the warning is the test
    thread = Thread(target=serve_forever, args=(options, said.append, stop))
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert said[0].startswith("warning:")
    assert any(line.startswith("export TOGGL_BASE_URL=http://") for line in said)
