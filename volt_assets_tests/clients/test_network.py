from __future__ import annotations

import ssl
from pathlib import Path

import certifi
import pytest

from volt_assets.clients.network import is_loopback, proxy_for, ssl_context_for
from volt_assets.errors import EnvironmentVariableError

PROXIES = {
    "HTTPS_PROXY": "http://secure-proxy.example.com:3128",
    "HTTP_PROXY": "plain-proxy.example.com:3128",
    "NO_PROXY": "intern.example.org,.corp.example.org, 10.0.0.0/8,10.1.2.3,fd00::/8,only.example.org:8443,*.star.example.org",
}
THROUGH = "http://secure-proxy.example.com:3128"


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:1",
        "http://127.0.0.1",
        "http://127.9.8.7:80",
        "http://[::1]:5",
        "https://a.localhost",
        "http://[::ffff:127.0.0.1]/",
    ],
)
def test_loopback_never_goes_through_a_proxy(url: str) -> None:
    assert is_loopback(url)
    assert proxy_for(url, PROXIES) is None
    assert proxy_for(url, {"ALL_PROXY": "http://proxy.example.com"}) is None


@pytest.mark.parametrize("url", ["http://localhost.example.com", "http://128.0.0.1", "http://[::2]", "https://api.example.com"])
def test_other_hosts_are_not_loopback(url: str) -> None:
    assert not is_loopback(url)


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("https://api.example.com", THROUGH),
        ("http://api.example.com", "http://plain-proxy.example.com:3128"),
        ("https://intern.example.org", None),
        ("https://api.intern.example.org", None),
        ("https://notintern.example.org", THROUGH),
        ("https://x.corp.example.org", None),
        ("https://10.20.30.40", None),
        ("https://11.20.30.40", THROUGH),
        ("https://[fd00::5]", None),
        ("https://only.example.org:8443", None),
        ("https://only.example.org", THROUGH),
        ("https://a.star.example.org", None),
    ],
)
def test_proxies_of_outside_hosts(url: str, proxy: str | None) -> None:
    assert proxy_for(url, PROXIES) == proxy


def test_lower_case_and_the_proxy_for_everything() -> None:
    assert proxy_for("https://api.example.com", {"https_proxy": "http://a.example.com", **PROXIES}) == "http://a.example.com"
    assert proxy_for("https://api.example.com", {"ALL_PROXY": "http://all.example.com"}) == "http://all.example.com"
    assert proxy_for("https://api.example.com", {**PROXIES, "NO_PROXY": "*"}) is None
    assert proxy_for("https://api.example.com", {}) is None


@pytest.mark.parametrize("value", ["socks5://proxy.example.com:1080", "http://", "http://user:pa55word@proxy.example.com:99999"])
def test_an_unusable_proxy_names_the_variable_and_not_its_value(value: str) -> None:
    with pytest.raises(EnvironmentVariableError, match=r"^HTTPS_PROXY is not the address") as raised:
        proxy_for("https://api.example.com", {"HTTPS_PROXY": value})
    assert "pa55word" not in str(raised.value)


def test_certificates_come_with_the_client_unless_a_file_is_named() -> None:
    assert len(ssl_context_for("https://api.example.com", {}).get_ca_certs()) > 50
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        assert len(ssl_context_for("https://api.example.com", {name: certifi.where()}).get_ca_certs()) > 50


def test_a_folder_of_certificates(tmp_path: Path) -> None:
    context = ssl_context_for("https://api.example.com", {"SSL_CERT_DIR": str(tmp_path)})
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.get_ca_certs() == []


def test_the_first_variable_wins(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    environ = {"SSL_CERT_FILE": certifi.where(), "REQUESTS_CA_BUNDLE": str(empty)}
    assert ssl_context_for("https://api.example.com", environ).get_ca_certs()


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_file_without_certificates_names_the_variable(name: str, tmp_path: Path) -> None:
    for place in (tmp_path / "absent.pem", tmp_path / "text.pem"):
        (tmp_path / "text.pem").write_text("not a certificate")
        with pytest.raises(EnvironmentVariableError, match=f"^{name}: "):
            ssl_context_for("https://api.example.com", {name: str(place)})


def test_plain_http_reads_no_certificates_and_trusts_nobody() -> None:
    context = ssl_context_for("http://127.0.0.1:1", {"SSL_CERT_FILE": "/nowhere.pem"})
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.get_ca_certs() == []
