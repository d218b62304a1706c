"""Building LangChain chat models: the built-in OpenAI client, and any other provider that is installed."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from juried.backends.chat_config import OPENAI_URL, ChatConfig, missing_key
from juried.backends.chat_usage import hear
from juried.errors import MissingPackage, UsageError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_PACKAGES = {"azure_openai": "langchain-openai", "bedrock": "langchain-aws", "bedrock_converse": "langchain-aws"}


async def http_client() -> Any:
    """Return a new async HTTP client of the kind that the OpenAI library uses, for the running loop alone."""
    return (await _import("openai", "openai")).DefaultAsyncHttpxClient(event_hooks={"response": [hear]})


def check_key(config: ChatConfig) -> None:
    """Raise BackendError when the provider's own server would be asked without a key."""
    if config.provider == "openai" and not config.api_key and config.server == OPENAI_URL:
        raise missing_key(config)


async def openai_model(config: ChatConfig, http: object, parameters: Mapping[str, Any]) -> BaseChatModel:
    """Return a model of any OpenAI-compatible server, without retries of its own."""
    library = await _import("langchain_openai", "langchain-openai")
    model = library.ChatOpenAI(
        model=config.model_name,
        base_url=config.base_url or OPENAI_URL,
        api_key=config.api_key or "none",
        timeout=config.timeout_s,
        max_retries=0,
        use_responses_api=False,
        http_async_client=http,
        **parameters,
    )
    return cast("BaseChatModel", model)


async def other_model(config: ChatConfig, parameters: Mapping[str, Any]) -> BaseChatModel:
    """Return a model of another provider; raises MissingPackage with the install line, or UsageError."""
    return await asyncio.to_thread(_other_model, config, parameters)


async def _import(module: str, package: str) -> Any:
    """Import a heavy module in a thread, so that the loop goes on meanwhile."""
    try:
        return await asyncio.to_thread(importlib.import_module, module)
    except ImportError as error:
        raise _missing(package, str(error)) from error


def _missing(packages: str, why: str) -> MissingPackage:
    return MissingPackage(f"a package is not installed ({why}).", advice=f"Run: pip install {packages}")


def _other_model(config: ChatConfig, parameters: Mapping[str, Any]) -> BaseChatModel:
    """Build a model of another provider through `init_chat_model`, which knows their packages."""
    package = _PACKAGES.get(config.provider, f"langchain-{config.provider.replace('_', '-')}")
    address = {"base_url": config.base_url} if config.base_url else {}
    try:
        library = importlib.import_module("langchain.chat_models")
        model = library.init_chat_model(config.model_name, model_provider=config.provider, **address, **parameters)
    except ImportError as error:
        raise _missing(f"langchain {package}", str(error)) from error
    except ValueError as error:
        raise UsageError(
            f"the model {config.model!r} cannot be used: {' '.join(str(error).split())[:300]}",
            advice="Give --model PROVIDER:NAME; for an OpenAI-compatible server --model openai:NAME --base-url URL.",
        ) from error
    return cast("BaseChatModel", model)
