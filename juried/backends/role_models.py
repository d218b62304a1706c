"""From the name of a model in the settings to how it is reached: address, key and limits."""

from __future__ import annotations

from dataclasses import dataclass, replace

from juried.backends.chat_config import ChatConfig
from juried.errors import BackendError, UsageError
from juried.model_spec import ModelSpec, parse_model
from juried.prices import full_name, parse_prices
from juried.settings import Settings


@dataclass(frozen=True)
class RoleSpec:
    """Who is to hold a role: a chat model, where it is (`base_url` "" is its own) and its limits, or a backend by name.

    `key` is the variable that holds its key; a limit of 0 is the default.
    """

    backend: str
    model: str = ""
    base_url: str = ""
    key: str = ""
    concurrency: int = 0
    answer_tokens: int = 0
    timeout: int = 0


def chat_spec(spec: ModelSpec, base_url: str, backend: str = "chat") -> RoleSpec:
    """Return the role of a model; raises UsageError when it names a key and its provider reads its own variable."""
    if spec.key and ":" in spec.model and not spec.model.startswith("openai:"):
        raise UsageError(
            f"{spec.model} takes no key by name.",
            advice="Only openai:NAME does; the package of another provider reads its own variable.",
        )
    limits = (spec.key, spec.concurrency, spec.answer_tokens, spec.timeout)
    return RoleSpec(backend, spec.model, spec.base_url or base_url, *limits)


def _key_of(spec: RoleSpec, settings: Settings) -> str:
    """Return the key for the address that it was given for, and for no other: a key must not leak to a third server."""
    if spec.key:
        return _named_key(spec.key, spec.model, settings)
    default = parse_model(settings.model).base_url or settings.base_url
    return settings.api_key if spec.base_url == default else ""


def embedding_config(settings: Settings) -> ChatConfig | None:
    """Return how the server of `--embeddings` is reached; None when the encoder within embeds.

    A model without an address of its own is at `--base-url`.

    Raises:
        UsageError: It is no model of an OpenAI-compatible server.
        BackendError: The variable of its key is not set.
    """
    if not settings.embeddings:
        return None
    spec = parse_model(settings.embeddings)
    role = chat_spec(spec, settings.base_url)
    if not spec.model.startswith("openai:") or spec.answer_tokens:
        raise UsageError(
            f"--embeddings does not understand {settings.embeddings!r}.",
            advice="Give openai:NAME[@URL][?key=VARIABLE&timeout=SECONDS], or leave it out for the encoder within.",
        )
    return chat_config(role, settings)


def _named_key(variable: str, model: str, settings: Settings) -> str:
    """Return the key that a variable holds, as the settings found it; raises BackendError when it is not set."""
    keys = dict(text.partition("=")[::2] for text in settings.model_keys)
    if not keys.get(variable):
        raise BackendError(
            f"the variable {variable} that should hold its key is not set.",
            concerns=model,
            advice=f"Set it: export {variable}=KEY",
        )
    return keys[variable]


def chat_config(spec: RoleSpec, settings: Settings) -> ChatConfig:
    """Return how a role's model is reached; raises BackendError when the variable of its key is not set."""
    config = ChatConfig(spec.model, spec.base_url, _key_of(spec, settings))
    price = parse_prices(settings.prices).get(full_name(spec.model))
    return replace(
        config,
        price=price,
        concurrency=spec.concurrency or config.concurrency,
        answer_tokens=spec.answer_tokens or config.answer_tokens,
        timeout_s=spec.timeout or config.timeout_s,
    )
