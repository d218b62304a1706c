"""Which backends there are, and which one holds each role of a run; imports nothing heavy until one is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Literal, get_args

from juried.backends.base import Backend
from juried.backends.role_models import RoleSpec, chat_config, chat_spec
from juried.errors import BackendError, MissingPackage, UsageError
from juried.model_spec import FORM, parse_model
from juried.prices import full_name, parse_prices, parse_usd
from juried.tasks import Role

if TYPE_CHECKING:
    from juried.backends.budget import Amount, Budget
    from juried.backends.embedded.planning import Embed
    from juried.journal import Journal
    from juried.prompting import Renderer
    from juried.settings import Settings

GROUP = "juried.backends"
ROLES: tuple[Role, ...] = get_args(Role)
BUILT_IN = ("embedded", "chat", "mock")
_NEEDS = {
    "embedded": ("onnxruntime", "tokenizers", "numpy"),
    "chat": ("langchain_openai", "langchain_core"),
    "mock": ("tiktoken",),
}
_ASKS_FOR = {
    "embedded": "nothing: no server, no key, no network",
    "chat": "--model PROVIDER:NAME and a key, or --base-url URL of an OpenAI-compatible server",
    "mock": "nothing; scripted, for tests",
}


@dataclass(frozen=True)
class BackendInfo:
    """A backend that can be named: what kind it is, whether its packages are there, and what it needs."""

    name: str
    kind: Literal["built-in", "plug-in"]
    installed: bool
    needs: str


class Backends:
    """The backends of a run, one for each role; equal specifications share one backend.

    Args:
        by_role: A backend for every role.
    """

    def __init__(self, by_role: Mapping[Role, Backend]) -> None:
        self._by_role = dict(by_role)

    def __getitem__(self, role: Role) -> Backend:
        return self._by_role[role]

    @property
    def by_role(self) -> Mapping[Role, Backend]:
        """The backend of each role, in the order of the roles."""
        return {role: self._by_role[role] for role in ROLES}

    def distinct(self) -> tuple[Backend, ...]:
        """Return each backend once, in the order of the roles."""
        return tuple({id(backend): backend for backend in self.by_role.values()}.values())

    async def check(self) -> None:
        """Find out, without a paid call, whether all backends can be used; raises the first BackendError."""
        checks = [check() for backend in self.distinct() if (check := getattr(backend, "check", None)) is not None]
        results = await asyncio.gather(*checks, return_exceptions=True)
        for error in results:
            if isinstance(error, BaseException):
                raise error

    async def aclose(self) -> None:
        """Close every backend; calling it twice does no harm."""
        for backend in self.distinct():
            await backend.aclose()

    async def __aenter__(self) -> Backends:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def available_backends() -> tuple[BackendInfo, ...]:
    """Return the built-in backends and the plug-ins, each kind sorted as documented or by name."""
    built_in = (
        BackendInfo(name, "built-in", all(find_spec(module) is not None for module in _NEEDS[name]), _ASKS_FOR[name])
        for name in BUILT_IN
    )
    plug_ins = (BackendInfo(name, "plug-in", True, f"entry point {point.value}") for name, point in _plug_ins().items())
    return (*built_in, *plug_ins)


def _plug_ins() -> dict[str, EntryPoint]:
    """Return the entry points by name; a plug-in cannot take a built-in name."""
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    return {point.name: point for point in points if point.name not in BUILT_IN}


def plug_in_versions(settings: Settings) -> tuple[str, ...]:
    """Return `name distribution version` of each plug-in that holds a role, sorted; other code may answer otherwise."""
    used = {spec.backend for spec in role_specs(settings).values()}
    found = {name: point.dist for name, point in _plug_ins().items() if name in used}
    return tuple(f"{name} {dist.name} {dist.version}" for name, dist in sorted(found.items()) if dist)


def role_specs(settings: Settings) -> dict[Role, RoleSpec]:
    """Return who is to hold each role by `--backend`, `--model`, `--base-url` and `--roles`.

    A role without an address of its own uses `--base-url` when its provider is `openai`. Beside a chat model,
    works are screened by method unless `--roles screener=...` gives that to a model.

    Raises:
        UsageError: A role or backend is unknown, a chat model is not named, or `--max-usd` is set and a chat
            model has no price; the advice lists what there is, or what to add.
    """
    overrides = dict(_role_override(text, settings.base_url) for text in settings.roles)
    default = chat_spec(parse_model(settings.model), settings.base_url, settings.backend)
    by_method = {"screener": RoleSpec("embedded")} if default.backend == "chat" else {}
    specs = {role: overrides.get(role) or by_method.get(role) or default for role in ROLES}
    known = {*BUILT_IN, *_plug_ins()}
    for spec in specs.values():
        if spec.backend not in known:
            names = ", ".join([*BUILT_IN, *_plug_ins()])
            raise UsageError(f"there is no backend {spec.backend!r}.", advice=f"Give one of {names}.")
        if spec.backend == "chat" and not spec.model:
            raise UsageError(
                "the chat backend needs a model.",
                advice="Name it with --model PROVIDER:NAME, for example --model openai:gpt-5-mini.",
            )
    _demand_prices(settings, specs)
    return specs


def _demand_prices(settings: Settings, specs: Mapping[Role, RoleSpec]) -> None:
    """Raise UsageError when a limit in money is set and a chat model has no price; the advice is the whole option."""
    known = parse_prices(settings.prices)
    models = dict.fromkeys(full_name(spec.model) for spec in specs.values() if spec.backend == "chat")
    missing = [model for model in models if model not in known]
    if missing and parse_usd(settings.max_usd):
        entries = ",".join([*settings.prices, *(f"{model}=IN/OUT" for model in missing)])
        raise UsageError(
            f"--max-usd needs the price of {missing[0]}.",
            advice=f"Add --prices '{entries}' with its US dollars per million prompt (IN) and answer (OUT) tokens.",
        )


def _role_override(text: str, base_url: str) -> tuple[Role, RoleSpec]:
    """Read ROLE=MODEL, the model as `juried.model_spec` reads it, or ROLE=BACKEND for a backend that takes none."""
    name, equals, value = (part.strip() for part in text.partition("="))
    role = next((role for role in ROLES if role == name), None)
    if role is None or not equals or not value:
        raise UsageError(
            f"--roles does not understand {text!r}.",
            advice=f"Give ROLE={FORM}, where ROLE is one of {', '.join(ROLES)}.",
        )
    if ":" not in value.partition("?")[0]:
        return role, RoleSpec(value)
    spec = parse_model(value)
    return role, chat_spec(spec, base_url if spec.model.startswith("openai:") else "")


def open_backends(
    settings: Settings, *, renderer: Renderer, journal: Journal | None, embed: Embed | None = None
) -> Backends:
    """Open the backends of a run.

    Args:
        settings: Names the backend, the models with their prices, and the budget, which all roles share.
        renderer: Turns tasks into prompts for chat models.
        journal: Where paid calls are kept; None keeps none.
        embed: Gives the embedded backend its vectors; None lets it encode by itself.

    Raises:
        UsageError: A role, backend or model name cannot be used.
        BackendError: A plug-in does not load.
        MissingPackage: A backend's package is not installed.
    """
    from juried.backends.budget import Budget

    specs = role_specs(settings)
    budget = Budget(settings.max_tokens, parse_usd(settings.max_usd), _spent(settings, journal))
    means = _Means(settings, renderer, journal, budget, embed)
    opened: dict[RoleSpec, Backend] = {}
    for spec in specs.values():
        if spec not in opened:
            opened[spec] = _open(spec, means)
    return Backends({role: opened[spec] for role, spec in specs.items()})


@dataclass(frozen=True)
class _Means:
    """What the backends of one run are opened with."""

    settings: Settings
    renderer: Renderer
    journal: Journal | None
    budget: Budget
    embed: Embed | None


def _spent(settings: Settings, journal: Journal | None) -> Amount:
    """Return what the journal's calls cost; a resumed run has spent it already."""
    from juried.backends.spending import spent_before

    limited = settings.max_tokens or parse_usd(settings.max_usd)
    return spent_before(journal.rows() if journal is not None and limited else (), parse_prices(settings.prices))


def _open(spec: RoleSpec, means: _Means) -> Backend:
    if spec.backend == "chat":
        from juried.backends.chat import ChatBackend

        config = chat_config(spec, means.settings)
        return ChatBackend(config, renderer=means.renderer, journal=means.journal, budget=means.budget)
    if spec.backend == "mock":
        from juried.backends.mock import MockBackend

        return MockBackend(renderer=means.renderer)
    if spec.backend == "embedded":
        return _open_embedded(means.embed)
    return _open_plug_in(_plug_ins()[spec.backend], means.settings)


def _open_embedded(embed: Embed | None) -> Backend:
    try:
        from juried.backends.embedded.backend import EmbeddedBackend

        return EmbeddedBackend(embed)
    except ModuleNotFoundError as error:
        raise MissingPackage(
            f"a package of the embedded backend is not installed ({error}).",
            concerns="embedded",
            advice="Install juried again with all that it needs, from its folder: pip install .",
        ) from error


def _open_plug_in(point: EntryPoint, settings: Settings) -> Backend:
    try:
        factory: Callable[[Settings], Backend] = point.load()
        backend = factory(settings)
    except Exception as error:
        raise BackendError(
            f"the plug-in does not load ({type(error).__name__}: {error}).",
            concerns=point.name,
            advice=f"Update or remove the package that provides {point.value}.",
        ) from error
    if not isinstance(backend, Backend):
        raise BackendError(
            f"the plug-in gives a {type(backend).__name__}, which is no backend.",
            concerns=point.name,
            advice="See the protocol Backend in juried/backends/base.py.",
        )
    return backend
