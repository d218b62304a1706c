"""What a failed call to a chat model means: wait, try again, ask otherwise, or give up and say why."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

FailureKind = Literal[
    "slow_down",
    "transient",
    "unreachable",
    "no_completion",
    "bad_output",
    "no_key",
    "no_model",
    "no_server",
    "no_credit",
    "unsupported_form",
    "unsupported_parameter",
    "too_long",
    "filtered",
    "rejected",
]
UNUSABLE: frozenset[FailureKind] = frozenset({"no_key", "no_model", "no_server", "no_credit"})
UNUSABLE_AT_FIRST: frozenset[FailureKind] = UNUSABLE | {"unreachable", "no_completion"}
RETRYABLE: frozenset[FailureKind] = frozenset({"slow_down", "transient", "unreachable", "no_completion"})
# In this order: a limit that is too large is left out, a name that is not known is tried as `max_tokens`.
_PARAMETERS = {
    "max_tokens": re.compile(r"in the completion|\bmax_(?:completion_)?tokens\b.{0,40}too (?:large|high)|at most \d+"),
    "max_completion_tokens": re.compile(r"\bmax_(?:completion_)?tokens\b"),
    "temperature": re.compile(r"\btemperature\b"),
    "seed": re.compile(r"\bseed\b"),
}
_BAD_OUTPUT = re.compile(r"json_validate_failed|failed_generation|expected peg", re.IGNORECASE)
_FORM = re.compile(
    r"response_format|json_schema|structured output|json mode|grammar|guided|tool_choice|\btools?\b|"
    r"function.?call|schema",
    re.IGNORECASE,
)
_NO_FORM_HERE = re.compile(r"support (?:for )?(?:tool|function|structured|response_format|json)", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context.?(?:length|window|size)|too long|too large to process|maximum context|input tokens exceed", re.IGNORECASE
)
_CREDIT = re.compile(r"insufficient_quota|exceeded your current quota|billing|credit balance", re.IGNORECASE)
_FILTER = re.compile(
    r"content_filter|content (?:filtering|management) polic|content_policy|responsible_?ai|flagged", re.IGNORECASE
)
_NO_MODEL = re.compile(r"\bmodel\b|deployment", re.IGNORECASE)
_SHORTEST_SECRET = 6
_CONNECTION = re.compile(r"Connect|Transport|Network|RemoteProtocol|ReadError|WriteError|ProxyError")


@dataclass(frozen=True)
class Failure:
    """Why a call failed. `wait_s` is what the server asked for, in seconds; `parameter` is one it does not take."""

    kind: FailureKind
    detail: str
    wait_s: float | None = None
    parameter: str = ""


class CallFailed(Exception):
    """One call failed; carries the reason."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


def failure_of(error: Exception, now: datetime, secret: str = "") -> Failure:
    """Name the failure behind an exception of a LangChain chat model, whichever provider it comes from.

    Args:
        error: What the model raised.
        now: The present time with its zone, for a Retry-After that is a date.
        secret: The key, blotted out should the server repeat it; under six characters it is none, such as "x".
    """
    failure = _named(error, now)
    detail = failure.detail.replace(secret, "***") if len(secret) >= _SHORTEST_SECRET else failure.detail
    return replace(failure, detail=detail)


def _named(error: Exception, now: datetime) -> Failure:
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    detail = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    wait = retry_after(getattr(response, "headers", None) or {}, now)
    if isinstance(status, int) and status >= 400:
        return _by_status(status, f"{error} {getattr(error, 'body', '')}", detail, wait)
    if said := _error_said_with_success(response):
        code = said.get("code")
        failed = code if isinstance(code, int) and 400 <= code < 600 else 400
        return _by_status(failed, str(said), f"Error with status {status}: {said}"[:300], wait)
    if "Timeout" in type(error).__name__:
        return Failure("transient", detail)
    if any(_CONNECTION.search(base.__name__) for base in type(error).__mro__):
        return Failure("unreachable", detail)
    if isinstance(error, ValueError | LookupError | TypeError | AttributeError):
        return Failure("no_completion", f"The server's answer is no chat completion ({detail}).")
    return Failure("rejected", detail)


def _error_said_with_success(response: object) -> Mapping[str, object]:
    """Return the error in the body of a response whose status says success, as some gateways send it; else {}."""
    try:
        body = json.loads(getattr(response, "text", ""))
    except (ValueError, TypeError):
        return {}
    said = body.get("error") if isinstance(body, dict) else None
    return said if isinstance(said, dict) else {}


def _by_status(status: int, text: str, detail: str, wait: float | None) -> Failure:
    if status == 402 or (status in (403, 429) and _CREDIT.search(text)):
        return Failure("no_credit", detail)
    if status == 429 or (status == 503 and wait is not None):
        return Failure("slow_down", detail, wait)
    if status in (401, 403):
        return Failure("no_key", detail)
    if status in (404, 405) and _NO_FORM_HERE.search(text):
        return Failure("unsupported_form", detail)
    if status in (404, 405):
        return Failure("no_model" if status == 404 and _NO_MODEL.search(text) else "no_server", detail)
    return _by_content(status, text, detail, wait)


def _by_content(status: int, text: str, detail: str, wait: float | None) -> Failure:
    """Tell the other statuses apart by what the server says of them."""
    if _BAD_OUTPUT.search(text):
        return Failure("bad_output", detail)
    if status >= 500 or status in (408, 409, 425):
        return _by_server_fault(text, detail, wait)
    if _FILTER.search(text):
        return Failure("filtered", detail)
    if parameter := next((name for name, words in _PARAMETERS.items() if words.search(text)), ""):
        return Failure("unsupported_parameter", detail, parameter=parameter)
    if status == 413 or _TOO_LONG.search(text):
        return Failure("too_long", detail)
    return Failure("unsupported_form" if _FORM.search(text) else "rejected", detail)


def _by_server_fault(text: str, detail: str, wait: float | None) -> Failure:
    if _TOO_LONG.search(text):
        return Failure("too_long", detail)
    return Failure("unsupported_form" if _FORM.search(text) else "transient", detail, wait)


def to_leave_out(parameter: str, without: frozenset[str]) -> str:
    """Return what to leave out next, "" for nothing: of the token limit first its newer name, then the limit."""
    known_by_no_name = parameter == "max_completion_tokens" and parameter in without
    return "max_tokens" if known_by_no_name else parameter


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that a server asks to wait (0 or more), from milliseconds, seconds or a date; else None."""
    exact = headers.get("retry-after-ms", "")
    if _is_number(exact):
        return float(exact) / 1000
    text = headers.get("retry-after", "").strip()
    if _is_number(text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d+(?:\.\d+)?", text.strip()) is not None
