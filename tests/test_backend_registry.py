"""Which backend holds which role, what can be named, and what is said when a name is wrong."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from juried.backends import conformance_tasks as tasks
from juried.backends import registry
from juried.backends.base import Backend
from juried.backends.chat import ChatBackend
from juried.backends.mock import MockBackend
from juried.backends.registry import ROLES, available_backends, open_backends, role_specs
from juried.backends.role_models import RoleSpec
from juried.errors import BackendError, UsageError
from juried.settings import Settings, load_settings, result_settings
from tests.chat_helpers import RENDERER
from tests.openai_stub import OpenAIStub

ROOT = Path(__file__).resolve().parents[1]
CHAT = Settings(backend="chat", model="openai:small", base_url="http://127.0.0.1:9/v1", api_key="sk-main")


def test_every_role_of_a_run_has_a_backend_and_equal_ones_are_shared() -> None:
    backends = open_backends(replace(CHAT, roles=("writer=openai:big",)), renderer=RENDERER, journal=None)
    assert list(backends.by_role) == list(ROLES)
    assert [backend.name for backend in backends.distinct()] == ["openai:small", "embedded", "openai:big"]
    assert backends["planner"] is backends["challenger"]
    assert backends["writer"].name == "openai:big"


@pytest.mark.parametrize(
    ("text", "role", "spec"),
    [
        ("writer=openai:big", "writer", RoleSpec("chat", "openai:big", CHAT.base_url)),
        (
            "writer=openai:llama3:8b@http://u:p@host/v1",
            "writer",
            RoleSpec("chat", "openai:llama3:8b", "http://u:p@host/v1"),
        ),
        ("planner=anthropic:claude", "planner", RoleSpec("chat", "anthropic:claude", "")),
        ("extractor = vertex:claude@20250101", "extractor", RoleSpec("chat", "vertex:claude@20250101", "")),
        ("screener=mock", "screener", RoleSpec("mock")),
        ("screener=openai:small", "screener", RoleSpec("chat", "openai:small", CHAT.base_url)),
        (
            "challenger=openai:x@http://host/v1?key=MY_KEY&concurrency=4&answer_tokens=4096&timeout=30",
            "challenger",
            RoleSpec("chat", "openai:x", "http://host/v1", "MY_KEY", 4, 4096, 30),
        ),
        ("writer=openai:big?concurrency=2", "writer", RoleSpec("chat", "openai:big", CHAT.base_url, concurrency=2)),
    ],
)
def test_a_role_may_have_its_own_model_and_address(text: str, role: str, spec: RoleSpec) -> None:
    specs = {str(name): found for name, found in role_specs(replace(CHAT, roles=(text,))).items()}
    assert specs.pop(role) == spec
    assert role == "screener" or specs.pop("screener") == RoleSpec("embedded")
    assert set(specs.values()) == {RoleSpec("chat", "openai:small", CHAT.base_url)}


@pytest.mark.parametrize(
    ("settings", "message", "listed"),
    [
        (
            replace(CHAT, roles=("judge=openai:x",)),
            "does not understand 'judge=openai:x'",
            "challenger, integrator, writer",
        ),
        (replace(CHAT, roles=("writer",)), "does not understand", "planner"),
        (replace(CHAT, roles=("writer=",)), "does not understand", "planner"),
        (replace(CHAT, roles=("writer=gpt5",)), "no backend 'gpt5'", "embedded, chat, mock"),
        (replace(CHAT, roles=("writer=openai:x?retries=4",)), "no option 'retries'", "concurrency=N"),
        (replace(CHAT, roles=("writer=openai:x?timeout=1&timeout=2",)), "or has it twice", "concurrency=N"),
        (replace(CHAT, roles=("writer=openai:x?timeout=soon",)), "whole number of 1 or more", "timeout=SECONDS"),
        (replace(CHAT, model="openai:x?concurrency=0"), "whole number of 1 or more", "concurrency=N"),
        (replace(CHAT, roles=("writer=openai:x?key=sk-1-2",)), "name of an environment variable", "?key=MY_KEY"),
        (replace(CHAT, roles=("writer=anthropic:x?key=K",)), "takes no key by name", "its own variable"),
        (Settings(backend="chatt"), "no backend 'chatt'", "embedded, chat, mock"),
        (Settings(backend="chat", base_url="http://127.0.0.1:9/v1"), "needs a model", "--model openai:"),
    ],
)
def test_a_wrong_name_is_answered_with_what_there_is(settings: Settings, message: str, listed: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        open_backends(settings, renderer=RENDERER, journal=None)
    assert listed in caught.value.advice


def test_a_key_goes_only_to_the_address_that_it_was_given_for() -> None:
    settings = replace(CHAT, roles=("writer=openai:x@http://elsewhere.example/v1", "planner=openai:big"))
    backends = open_backends(settings, renderer=RENDERER, journal=None)
    keys = {
        role: backend.config.api_key for role, backend in backends.by_role.items() if isinstance(backend, ChatBackend)
    }
    assert (keys["writer"], keys["planner"], keys["extractor"]) == ("", "sk-main", "sk-main")


def test_a_role_has_its_own_key_variable_and_limits() -> None:
    variables = {"OPENAI_API_KEY": "sk-main", "LAB_KEY": "sk-lab", "OTHER": "sk-other"}
    role = "challenger=openai:x@http://lab.example/v1?key=LAB_KEY&concurrency=4&answer_tokens=4096&timeout=30"
    settings = load_settings({"model": "openai:small?concurrency=2", "roles": (role,)}, variables)
    assert settings.model_keys == ("LAB_KEY=sk-lab",)
    backends = open_backends(settings, renderer=RENDERER, journal=None)
    lab, main = backends["challenger"], backends["writer"]
    assert isinstance(lab, ChatBackend)
    assert isinstance(main, ChatBackend)
    config = lab.config
    assert (config.api_key, config.concurrency, config.answer_tokens, config.timeout_s) == ("sk-lab", 4, 4096, 30)
    assert (main.config.api_key, main.concurrency, main.name) == ("sk-main", 2, "openai:small")
    assert "sk-lab" not in repr(lab.config)


def test_a_key_variable_that_is_not_set_is_named_with_the_line_that_sets_it() -> None:
    settings = load_settings({"model": "openai:small?key=LAB_KEY"}, {"OPENAI_API_KEY": "sk-main"})
    with pytest.raises(BackendError, match="LAB_KEY") as caught:
        open_backends(settings, renderer=RENDERER, journal=None)
    assert caught.value.advice == "Set it: export LAB_KEY=KEY"


def test_limits_and_keys_of_a_model_are_no_part_of_what_shapes_a_run() -> None:
    plain = replace(CHAT, model="openai:small", roles=("writer=openai:x?answer_tokens=9",))
    other = replace(
        CHAT, model="openai:small?timeout=9", roles=("writer=openai:x?key=K&answer_tokens=9&concurrency=2",)
    )
    longer = replace(plain, roles=("writer=openai:x?answer_tokens=8",))
    assert result_settings(plain) == result_settings(other) != result_settings(longer)
    assert "model_keys" not in result_settings(plain)


async def test_all_roles_share_one_budget() -> None:
    with OpenAIStub() as stub:
        settings = replace(CHAT, base_url=stub.url, max_tokens=4000, roles=("writer=openai:big",))
        async with open_backends(settings, renderer=RENDERER, journal=None) as backends:
            outcomes = [
                (await backends[role].answer(tasks.judge_claims())).outcome for role in ("planner", "writer") * 3
            ]
    assert outcomes[0] == "answered"
    assert outcomes[-2:] == ["unaffordable", "unaffordable"]
    assert stub.prompt_tokens + stub.completion_tokens <= 4000


async def test_check_names_the_one_backend_that_cannot_be_used() -> None:
    with OpenAIStub(models=("small",)) as stub:
        settings = replace(CHAT, base_url=stub.url, roles=("writer=openai:big",))
        async with open_backends(settings, renderer=RENDERER, journal=None) as backends:
            with pytest.raises(BackendError, match="no model 'big'"):
                await backends.check()
        assert stub.requests == []


class Plugin(MockBackend):
    """A backend of somebody else."""


def make_plugin(settings: Settings) -> Backend:
    return Plugin(name=f"plugin of {settings.publisher}")


def make_nothing(settings: Settings) -> str:
    return settings.publisher


def make_trouble(settings: Settings) -> Backend:
    raise RuntimeError(f"no licence for {settings.publisher}")


@pytest.fixture
def plug_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint("mine", f"{__name__}:make_plugin", registry.GROUP),
        EntryPoint("nothing", f"{__name__}:make_nothing", registry.GROUP),
        EntryPoint("trouble", f"{__name__}:make_trouble", registry.GROUP),
        EntryPoint("absent", "no_such_module:make", registry.GROUP),
        EntryPoint("chat", f"{__name__}:make_plugin", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: [point for point in points if point.group == group])


@pytest.mark.usefixtures("plug_ins")
def test_a_plug_in_is_opened_by_its_name_and_cannot_take_a_built_in_one() -> None:
    backends = open_backends(replace(CHAT, roles=("writer=mine",)), renderer=RENDERER, journal=None)
    assert backends["writer"].name == "plugin of juried"
    assert isinstance(backends["planner"], ChatBackend)
    assert [info.name for info in available_backends()] == [
        "embedded",
        "chat",
        "mock",
        "absent",
        "mine",
        "nothing",
        "trouble",
    ]


@pytest.mark.usefixtures("plug_ins")
@pytest.mark.parametrize(
    ("name", "message"),
    [("nothing", "gives a str"), ("trouble", "no licence"), ("absent", "no_such_module")],
)
def test_a_plug_in_that_does_not_work_is_named(name: str, message: str) -> None:
    with pytest.raises(BackendError, match=message) as caught:
        open_backends(Settings(backend=name), renderer=RENDERER, journal=None)
    assert caught.value.concerns == name


def test_listing_backends_imports_nothing_heavy() -> None:
    script = (
        "import sys; from juried.backends.registry import available_backends; print(available_backends());"
        "print(sorted({'langchain_openai', 'langchain_core', 'openai', 'httpx', 'tiktoken', 'onnxruntime', 'numpy',"
        "'langgraph', 'chromadb', 'tenacity'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "name='embedded', kind='built-in', installed=True" in shown
    assert shown.splitlines()[-1] == "[]"
