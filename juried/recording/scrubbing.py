"""What a recording may not hold: keys, cookies, contact addresses, and headers that differ from call to call.

Of headers only a short list is kept; of addresses, user names and personal parameters are cut off; the
values of keys and contact addresses are blotted out wherever they stand, also where a server repeats them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from juried.recording.exchange import Answer, Exchange, Request
from juried.settings import Settings

REQUEST_HEADERS = frozenset({"accept", "content-type"})
ANSWER_HEADERS = frozenset({"content-encoding", "content-type", "retry-after", "retry-after-ms", "location", "link"})
PERSONAL = frozenset({"api_key", "apikey", "api-key", "key", "access_token", "mailto", "email", "tool"})
BLOT = "***"
# A shorter key ("none", "test") is an ordinary word: blotting it out would change what the run read.
SHORTEST_SECRET = 8
_SECRET_HEADER = re.compile(r"auth|key|token|cookie|secret|organi[sz]ation|project", re.IGNORECASE)
_CREDIT = "x-ratelimit-"


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Return the values of the settings that no file may hold: keys and the contact address."""
    keys = [entry.partition("=")[2] for entry in settings.source_keys]
    return tuple(value for value in (settings.api_key, *keys, settings.contact) if value)


class Scrubber:
    """Takes out of exchanges what a recording may not hold; learns secrets from the headers of requests.

    Args:
        secrets: Values that are known to be secret.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._learn(secrets)

    def request(self, method: str, uri: str, headers: Mapping[str, str], body: bytes) -> Request:
        """Return a request as it may be written down."""
        self._learn(_in_headers(headers))
        self._learn(value for name, value in parse_qsl(urlsplit(uri).query) if name.lower() in PERSONAL - {"tool"})
        kept = {name.lower(): self.text(value) for name, value in headers.items() if name.lower() in REQUEST_HEADERS}
        return Request(method, self.address(uri), kept, self.body(body))

    def answer(self, answer: Answer) -> Answer:
        """Return an answer as it may be written down."""
        kept = {name: self.text(value) for name, value in answer.headers.items() if _is_kept(name, answer.status)}
        if "location" in kept:
            kept["location"] = self.address(kept["location"])
        return replace(answer, headers=kept, message=self.text(answer.message), body=self.body(answer.body))

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return an exchange scrubbed once more, with secrets that were learned since."""
        request = exchange.request
        again = self.request(request.method, request.uri, request.headers, request.body)
        return replace(exchange, request=again, answer=self.answer(exchange.answer))

    def address(self, uri: str) -> str:
        """Return an address without user name, personal parameters and secrets."""
        parts = urlsplit(uri)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        kept = [(name, self.text(value)) for name, value in pairs if name.lower() not in PERSONAL]
        query = parts.query if len(kept) == len(pairs) and self.text(parts.query) == parts.query else urlencode(kept)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, self.text(parts.path), query, ""))

    def text(self, text: str) -> str:
        """Return a text with every secret blotted out."""
        return self._pattern.sub(BLOT, text) if self._pattern else text

    def body(self, body: bytes) -> bytes:
        """Return a body with every secret blotted out; bytes that are no text are searched as Latin-1."""
        if self._pattern is None:
            return body
        try:
            return self.text(body.decode()).encode()
        except UnicodeDecodeError:
            return self.text(body.decode("latin-1")).encode("latin-1")

    def _learn(self, values: Iterable[str]) -> None:
        new = {value for value in values if len(value) >= SHORTEST_SECRET} - self._secrets
        if not new:
            return
        self._secrets |= new
        forms = {form for value in self._secrets for form in (value, quote(value), quote(value, safe=""), _json(value))}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(re.escape(form) for form in longest_first))


def _json(value: str) -> str:
    return json.dumps(value)[1:-1]


def _in_headers(headers: Mapping[str, str]) -> Iterable[str]:
    """Give the words of headers that hold secrets, without the scheme ("Bearer") before them."""
    for name, value in headers.items():
        if _SECRET_HEADER.search(name):
            yield from (value.split()[-1:] if "cookie" not in name.lower() else re.split(r"[;=\s]+", value))


def _is_kept(name: str, status: int) -> bool:
    """Whether a header shapes what is made of an answer; what credit is left does where an answer refuses."""
    return name in ANSWER_HEADERS or (status == 429 and name.startswith(_CREDIT))
