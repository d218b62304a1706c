"""Addresses of open files as metadata give them: whether they are any, and what they lead to."""

from __future__ import annotations

from urllib.parse import urlsplit

RESOLVERS = frozenset({"doi.org", "dx.doi.org", "www.doi.org", "hdl.handle.net"})


def web_host(url: str) -> str:
    """Return the host of an http(s) address in lower case; "" for anything else."""
    try:
        address = urlsplit(url)
        return (address.hostname or "") if address.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def names_pdf(url: str) -> bool:
    """Whether the path of an http(s) address ends in `.pdf`."""
    return bool(web_host(url)) and urlsplit(url).path.lower().endswith(".pdf")
