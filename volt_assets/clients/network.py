"""How a host is reached: through which proxy, trusting which certificates.

Belongs here: reading HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR, REQUESTS_CA_BUNDLE and
CURL_CA_BUNDLE, once for every client. A client asks one host and follows no redirect, so this is decided once per client.
"""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from volt_assets.errors import EnvironmentVariableError


def is_loopback(url: str) -> bool:
    """Whether the host of `url` is this very machine: localhost, 127.0.0.0/8, ::1."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_loopback
    return address is not None and address.is_loopback


def check_address(url: str, variable: str) -> None:
    """Raise EnvironmentVariableError when no host can have the name in `url`, which `variable` holds."""
    try:
        # The resolver wants every label to be 1 to 63 letters, and says so only when it is asked.
        httpx.URL(url).raw_host.decode("ascii").encode("idna")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise EnvironmentVariableError(
            f"{variable}: '{url[:80]}' is not a usable address", hint="for example https://api.example.com"
        ) from error


def proxy_for(url: str, environ: Mapping[str, str]) -> str | None:
    """URL of the proxy to reach `url` through, None for a direct connection. Loopback never goes through a proxy."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if is_loopback(url) or _is_exempt(host, parts.port, _first(environ, "no_proxy", "NO_PROXY")[1]):
        return None
    scheme = parts.scheme
    name, value = _first(environ, f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY")
    if not value:
        return None
    proxy = value if "://" in value else f"http://{value}"
    try:
        proxy_parts = urlsplit(proxy)
        is_usable = proxy_parts.scheme in ("http", "https") and bool(proxy_parts.hostname) and proxy_parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        # The value is not quoted: it may hold a password.
        raise EnvironmentVariableError(
            f"{name} is not the address of an http or https proxy", hint="for example http://proxy.example.com:3128"
        )
    return proxy


def ssl_context_for(url: str, environ: Mapping[str, str]) -> ssl.SSLContext:
    """The certificates to trust: those of the variables when set, else the bundle that comes with httpx."""
    if urlsplit(url).scheme != "https" and not _uses_https_proxy(url, environ):
        # No TLS is spoken: a context that trusts nobody spares reading the bundle and stays safe.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for names in (("SSL_CERT_FILE", "SSL_CERT_DIR"), ("REQUESTS_CA_BUNDLE",), ("CURL_CA_BUNDLE",)):
        chosen = [(name, environ[name].strip()) for name in names if environ.get(name, "").strip()]
        if chosen:
            return _context_of(chosen)
    return httpx.create_ssl_context(trust_env=False)


def _context_of(chosen: list[tuple[str, str]]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for name, place in chosen:
        try:
            if Path(place.split(os.pathsep)[0]).is_dir():
                context.load_verify_locations(capath=place)
            else:
                context.load_verify_locations(cafile=place)
        except (OSError, ValueError) as error:
            raise EnvironmentVariableError(
                f"{name}: '{place[:200]}' holds no certificates that can be read",
                hint="name a PEM file of trusted certificates, or unset it",
            ) from error
    return context


def _uses_https_proxy(url: str, environ: Mapping[str, str]) -> bool:
    return (proxy_for(url, environ) or "").startswith("https://")


def _first(environ: Mapping[str, str], *names: str) -> tuple[str, str]:
    for name in names:
        value = environ.get(name, "").strip()
        if value:
            return name, value
    return names[-1], ""


def _is_exempt(host: str, port: int | None, no_proxy: str) -> bool:
    return any(_matches(host, port, entry.strip().lower()) for entry in no_proxy.split(",") if entry.strip())


def _matches(host: str, port: int | None, entry: str) -> bool:
    if entry == "*":
        return True
    address, network = _address(host), _network(entry.strip("[]"))
    if address is not None and network is not None:
        return address in network
    name, separator, entry_port = entry.rpartition(":")
    if separator and entry_port.isdigit():
        if port != int(entry_port):
            return False
        entry = name
    domain = entry.strip("[]").removeprefix("*").lstrip(".").rstrip(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
