"""The rule for addresses: nothing that is not public http(s) is opened, also after DNS."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juried.errors import DocumentError, SourceError, UnsafeAddress
from juried.sources.addresses import PublicNetwork, PublicTransport, check_url, is_public
from juried.sources.http import HttpClient
from tests.http_helpers import Clock, Web, script

REFUSED = [
    "",
    "x.pdf",
    "../outside.pdf",
    "/etc/hostname",
    "C:\\x.pdf",
    "file:///etc/hostname",
    "ftp://example.org/a",
    "data:text/plain,x",
    "javascript:alert(1)",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://machine/",
    "http://a.internal/",
    "http://printer.local/",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f.0.0.1/",
    "http://0/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://user:word@example.org/",
    "http://example.org:22/",
    "http://example.org:0/",
    "http://exa mple.org:99999/",
]


@pytest.mark.parametrize("url", REFUSED)
async def test_addresses_that_are_not_public_are_refused(url: str) -> None:
    web = Web(script(httpx.Response(200)))
    with pytest.raises(UnsafeAddress) as caught:
        await web.client.get(url, {"q": "x"})
    assert caught.value.advice
    with pytest.raises(DocumentError) as document:
        await web.client.download(url)
    assert (document.value.reason, web.asked) == ("unsafe", [])


@pytest.mark.parametrize(
    "url",
    ["https://example.org/a%20b?x=1#part", "http://8.8.8.8/", "https://xn--bcher-kva.example.com/", "HTTPS://A.ORG"],
)
def test_public_addresses_are_accepted_without_their_fragment(url: str) -> None:
    assert "#" not in str(check_url(url))


@given(st.text(max_size=80))
def test_no_text_breaks_the_address_rule(text: str) -> None:
    for url in (text, f"http://{text}", f"https://{text}/x", f"https://example.org/{text}"):
        with suppress(UnsafeAddress):
            assert check_url(url).scheme in ("http", "https")


@given(st.ip_addresses())
def test_addresses_outside_the_global_network_are_never_public(address: object) -> None:
    public = is_public(str(address))
    assert not (public and not getattr(address, "is_global", False))


@pytest.mark.parametrize("private", ["10.0.0.1", "::1", "169.254.169.254", "::ffff:10.0.0.1"])
async def test_a_name_that_leads_to_a_private_address_is_refused(private: str) -> None:
    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("93.184.216.34", private)

    client = HttpClient(transport=PublicTransport(resolve), sleep=Clock().sleep)
    with pytest.raises(UnsafeAddress, match="not on the public network"):
        await client.get("https://rebound.example.org/")
    await client.aclose()


async def test_a_name_that_does_not_resolve_is_a_failure_in_passing() -> None:
    async def resolve(host: str, port: int) -> tuple[str, ...]:
        raise OSError("no such name")

    client = HttpClient(transport=PublicTransport(resolve), sleep=Clock().sleep)
    with pytest.raises(SourceError, match="cannot be resolved") as caught:
        await client.get("https://nowhere.example.org/")
    assert caught.value.status == "failed"
    await client.aclose()
    with pytest.raises(httpcore.ConnectTimeout):
        await PublicNetwork(_never).connect_tcp("slow.example.org", 443, timeout=0.001)


async def _never(host: str, port: int) -> tuple[str, ...]:
    await asyncio.Event().wait()
    return ()


async def test_a_connection_is_made_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine")
        await writer.drain()
        writer.close()

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.1",)

    monkeypatch.setattr("juried.sources.addresses.is_public", lambda address: address == "127.0.0.1")
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, httpx.AsyncClient(transport=PublicTransport(resolve)) as http:
        answer = await http.get(f"http://service.example.org:{port}/works")
    assert answer.text == "fine"
    assert f"host: service.example.org:{port}".encode() in heads[0].lower()


def test_the_transport_connects_through_the_public_network_alone() -> None:
    pool = PublicTransport()._pool
    assert isinstance(pool, httpcore.AsyncConnectionPool)
    assert isinstance(getattr(pool, "_network_backend", None), PublicNetwork)
