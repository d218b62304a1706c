"""The first call of a process to an OpenAI-compatible server, by plain HTTP, before the client library is imported.

That library takes over two processor seconds to import, which pass while the first answer is under way. The
request is the very one that the library would send. Whatever is not a whole answer is left to the library.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from juried.backends.chat_answers import RawAnswer
from juried.backends.chat_config import OPENAI_URL, SEED, ChatConfig, Messages, Rung
from juried.backends.chat_usage import hear
from juried.backends.wire_schema import Schema

_LIBRARY = "langchain_openai"
_ROLES = {"system": "system", "human": "user", "ai": "assistant"}
# These models take another role for instructions or other parameters, which the library knows.
_KNOWN_TO_THE_LIBRARY = re.compile(r"o\d|gpt-5", re.IGNORECASE)


def may_go_first(config: ChatConfig, rung: Rung, without: frozenset[str]) -> bool:
    """Whether a call may be made by plain HTTP: the library is not imported, and would do nothing of its own."""
    return (
        _LIBRARY not in sys.modules
        and config.provider == "openai"
        and config.server != OPENAI_URL
        and "@" not in config.base_url
        and rung == "json_schema"
        and not without
        and _KNOWN_TO_THE_LIBRARY.match(config.model_name) is None
    )


async def call_first(
    config: ChatConfig, messages: Messages, schema: Schema, sent: Callable[[], None]
) -> RawAnswer | None:
    """Make one call and return its answer; None when there is none, for the library to ask again and to name why.

    Args:
        config: How the model is reached.
        messages: Role and text of each message.
        schema: The form of the answer.
        sent: Called when the request is about to go out.
    """
    import httpx2

    async def about_to_send(_: object) -> None:
        sent()

    headers = {"Authorization": f"Bearer {config.api_key or 'none'}", "Accept": "application/json"}
    hooks: Mapping[str, Any] = {"request": [about_to_send], "response": [hear]}
    try:
        async with httpx2.AsyncClient(
            headers=headers, timeout=config.timeout_s, event_hooks=hooks, follow_redirects=True
        ) as client:
            url = f"{config.base_url.rstrip('/')}/chat/completions"
            reply = await client.post(url, json=first_request(config, messages, schema))
            return _answer_in(reply.json()) if reply.status_code == 200 else None
    except (httpx2.HTTPError, json.JSONDecodeError, UnicodeDecodeError):
        return None


def first_request(config: ChatConfig, messages: Messages, schema: Schema) -> dict[str, object]:
    """Return the body that the library would send for a JSON schema."""
    inner = {name: value for name, value in schema.items() if name not in ("title", "description")}
    form = {"name": schema["title"], "description": schema["description"], "strict": True, "schema": inner}
    return {
        "model": config.model_name,
        "stream": False,
        "messages": [{"content": text, "role": _ROLES[role]} for role, text in messages],
        "max_completion_tokens": config.answer_tokens,
        "response_format": {"type": "json_schema", "json_schema": form},
        "seed": SEED,
        "temperature": 0.0,
    }


def _answer_in(body: object) -> RawAnswer | None:
    """Return the first choice of a completion as the journal keeps it; None when the body is no completion."""
    found: dict[str, Any] = body if isinstance(body, dict) else {}
    choice = (found.get("choices") or [None])[0]
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict) or not isinstance(message.get("content") or "", str):
        return None
    usage = found.get("usage") or {}
    return RawAnswer(
        text=message.get("content") or "",
        refusal=str(message.get("refusal") or ""),
        finish=str(choice.get("finish_reason") or "").lower(),
        model=str(found.get("model") or ""),
        prompt_tokens=usage.get("prompt_tokens"),
        completion_tokens=usage.get("completion_tokens"),
        cached_tokens=(usage.get("prompt_tokens_details") or {}).get("cached_tokens"),
    )
