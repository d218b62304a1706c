"""How a chat model is reached, and what is said when it cannot be used at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import urlsplit, urlunsplit

from juried.backends.chat_errors import Failure
from juried.errors import BackendError
from juried.prices import Price

Rung = Literal["json_schema", "tool", "json_object", "text"]
RUNGS: tuple[Rung, ...] = get_args(Rung)
IN_WORDS: frozenset[Rung] = frozenset({"json_object", "text"})
SEED = 20_260_131
Messages = tuple[tuple[Literal["system", "human", "ai"], str], ...]
OPENAI_URL = "https://api.openai.com/v1"


@dataclass(frozen=True)
class ChatConfig:
    """How one chat model is reached and used.

    Attributes:
        model: PROVIDER:NAME; `openai` is any OpenAI-compatible server.
        base_url: The server's address; "" is the provider's own.
        api_key: Used with `openai` alone; other providers read their own variable.
        concurrency: Calls in flight at most.
        timeout_s: Seconds until a call that brings nothing is given up.
        attempts: Tries of one call that fails in passing; waiting as a server asks is not counted.
        first_wait_s: Seconds before the second try, doubled for each further one.
        patience_s: Seconds that one call waits at most because the server says to slow down.
        answer_tokens: Tokens that one answer may have; part of what is set aside from a budget.
        price: What its tokens cost; None where no price was given.
        grace_s: Seconds that closing waits for answers whose task was cancelled while the server worked.
    """

    model: str
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    concurrency: int = 16
    timeout_s: float = 180.0
    attempts: int = 4
    first_wait_s: float = 0.5
    patience_s: float = 600.0
    answer_tokens: int = 16_384
    price: Price | None = None
    grace_s: float = 2.0

    @property
    def provider(self) -> str:
        """The part of `model` before its first colon; `openai` where there is none."""
        return self.model.partition(":")[0] if ":" in self.model else "openai"

    @property
    def model_name(self) -> str:
        """The part of `model` after its first colon, which may hold further colons."""
        return self.model.partition(":")[2] if ":" in self.model else self.model

    @property
    def server(self) -> str:
        """The address without user, password and query; "" for another provider's own."""
        if not self.base_url:
            return OPENAI_URL if self.provider == "openai" else ""
        parts = urlsplit(self.base_url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))


def missing_key(config: ChatConfig) -> BackendError:
    """Return the error for a model that needs a key and has none."""
    return BackendError(
        "there is no API key.", concerns=config.model, advice="Set one: export OPENAI_API_KEY=KEY (or --api-key KEY)."
    )


def unusable(config: ChatConfig, failure: Failure) -> BackendError:
    """Return the error that says in one line what mends a model that cannot be used."""
    server = config.server or f"the servers of {config.provider}"
    said = {
        "no_key": (
            "the server refuses the API key.",
            "Give a valid one: export OPENAI_API_KEY=KEY (or --api-key KEY).",
        ),
        "no_model": (f"{server} has no model {config.model_name!r}.", "Give another: --model openai:NAME."),
        "no_credit": ("the account has no credit left.", "Add credit, or give another key with --api-key KEY."),
    }
    lost = (
        f"no chat model answers at {server}.",
        "Start the server or correct --base-url URL; it usually ends in /v1.",
    )
    if failure.kind == "no_key" and not config.api_key:
        return missing_key(config)
    message, advice = said.get(failure.kind, lost)
    return BackendError(f"{message} ({failure.detail})", concerns=config.model, advice=advice)
