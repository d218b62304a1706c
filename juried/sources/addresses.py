"""The rule for addresses: only http(s), only hosts of the public network, checked again after DNS.

Addresses come from metadata that anyone may write, so none may lead to this machine or its network.
The name is resolved once and the connection is made to an address that was checked, which leaves
no gap for a name that resolves differently the second time.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore
import httpx

from juried.errors import UnsafeAddress

Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]
_LOCAL_NAMES = (
    "localhost",
    "local",
    "internal",
    "localdomain",
    "lan",
    "home",
    "intranet",
    "corp",
    "home.arpa",
    "onion",
)
_PORTS = frozenset({80, 443, 8080, 8443})
_PERSONAL = re.compile(r"([?&](?:api[_-]?key|access_token|mailto|email)=)[^&#]*", re.IGNORECASE)
_ADVICE = "Only http and https addresses of the public network are opened."


def check_url(url: str) -> httpx.URL:
    """Return the address parsed, with its fragment cut off.

    Raises:
        UnsafeAddress: It is no http(s) address, names a user, an odd port, or a host of a private network.
    """
    try:
        parsed = httpx.URL(url.strip())
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise _unsafe(url, f"it is no address ({error})") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise _unsafe(url, "it is not http or https")
    if parsed.userinfo:
        raise _unsafe(url, "it holds a user name or password")
    if parsed.port is not None and parsed.port not in _PORTS:
        raise _unsafe(url, f"port {parsed.port} is none of the web")
    _check_host(parsed.host, url)
    return parsed.copy_with(fragment=None)


def without_personal(url: str) -> str:
    """Return an address for a message, the values of keys and contact addresses in it blotted out."""
    return _PERSONAL.sub(r"\1***", url)


def _check_host(host: str, url: str) -> None:
    name = host.rstrip(".").lower()
    number = _as_address(name)
    if number is not None:
        if not is_public(number):
            raise _unsafe(url, "its host is not on the public network")
        return
    last = name.rsplit(".", 1)[-1]
    local = "." not in name or any(name == word or name.endswith(f".{word}") for word in _LOCAL_NAMES)
    # Resolvers read `0x7f.1` and `2130706433` as addresses; no public name ends in a number.
    if local or last.isdigit() or last.startswith("0x"):
        raise _unsafe(url, "its host is not on the public network")


def _as_address(host: str) -> str | None:
    try:
        return str(ipaddress.ip_address(host.strip("[]").partition("%")[0]))
    except ValueError:
        return None


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network; addresses that wrap an IPv4 address count as that."""
    try:
        number = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(number, ipaddress.IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour or (number.teredo[1] if number.teredo else None)
        nat64 = number in ipaddress.ip_network("64:ff9b::/96")
        inner = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF) if nat64 else inner
        if inner is not None:
            return is_public(str(inner))
        if number.is_site_local:
            return False
    return number.is_global and not number.is_multicast and not number.is_reserved


async def resolve_host(host: str, port: int) -> tuple[str, ...]:
    """Return the IP addresses of a host, in the resolver's order, each once; raises OSError when it has none."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class PublicNetwork(httpcore.AnyIOBackend):
    """Connects to public addresses only.

    Args:
        resolve: Gives the addresses of a host; default: the system's resolver.
    """

    def __init__(self, resolve: Resolve = resolve_host) -> None:
        self._resolve = resolve

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of a host that answers.

        Raises:
            UnsafeAddress: An address of the host is not on the public network.
            httpcore.ConnectError: The host has no address, or none answers.
            httpcore.ConnectTimeout: It did not answer in time.
        """
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in await self._addresses(host, port, timeout):
            try:
                return await super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def _addresses(self, host: str, port: int, timeout: float | None) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} cannot be resolved: {error}") from error
        if not all(is_public(address) for address in addresses):
            raise _unsafe(host, "its name leads to an address that is not on the public network")
        return addresses


class PublicTransport(httpx.AsyncHTTPTransport):
    """The HTTP transport that opens public addresses only.

    Args:
        resolve: Gives the addresses of a host; default: the system's resolver.
    """

    def __init__(self, resolve: Resolve = resolve_host) -> None:
        context: ssl.SSLContext = httpx.create_ssl_context()
        super().__init__(verify=context)
        # httpx has no argument for the network backend; recorders patch its class, so it stays the base.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=32,
            max_keepalive_connections=16,
            keepalive_expiry=15.0,
            network_backend=PublicNetwork(resolve),
        )


def _unsafe(url: str, why: str) -> UnsafeAddress:
    public = without_personal(url)
    shown = public if len(public) <= 120 else f"{public[:117]}..."
    return UnsafeAddress(f"the address is refused: {why}.", concerns=shown, advice=_ADVICE)
