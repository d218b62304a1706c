"""The one settings model: every option, its environment variable, its help line and its default.

Built on the standard library alone, so that commands which only print need not import pydantic.
The order of precedence is: command line, environment, default. Nothing else reads the environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from juried.errors import UsageError
from juried.model_spec import key_variable, shaping_text
from juried.prices import parse_prices, parse_usd

Kind = Literal["text", "number", "list", "flag", "secret"]


def _option(default: Any, kind: Kind, help_line: str, metavar: str = "", shapes_result: bool = True) -> Any:
    """Declare a setting; `shapes_result` says whether another value may give another record."""
    meta = {"kind": kind, "help": help_line, "metavar": metavar, "shapes_result": shapes_result}
    return field(default=default, metadata=meta)


@dataclass(frozen=True)
class Settings:
    """All settings of juried; each is also an option `--name` and a variable `JURIED_NAME`."""

    library: str = _option("", "text", "folder with documents and metadata to search", "PATH")
    sources: tuple[str, ...] = _option(("library",), "list", "sources to search, separated by commas", "NAMES")
    contact: str = _option("", "text", "e-mail address for the operators of databases", "ADDRESS", False)
    source_keys: tuple[str, ...] = _option((), "list", "keys of databases, as NAME=KEY", "KEYS", False)
    backend: str = _option("", "text", "who answers: embedded, chat, mock or an installed plug-in", "NAME")
    model: str = _option("", "text", "chat model as PROVIDER:NAME, for example openai:gpt-5-mini", "MODEL")
    base_url: str = _option("", "text", "address of an OpenAI-compatible server", "URL")
    api_key: str = _option("", "secret", "key for the chat model", "KEY", False)
    model_keys: tuple[str, ...] = _option((), "list", "keys that models name, as VARIABLE=KEY", "KEYS", False)
    roles: tuple[str, ...] = _option(
        (), "list", "another model for a role: ROLE=PROVIDER:NAME[@URL][?key=...]", "ROLES"
    )
    embeddings: str = _option("", "text", "who embeds, as openai:NAME[@URL]; default: the encoder within", "MODEL")
    calibration: str = _option(
        "", "text", "calibration file; default: the backend's own in the runs folder", "FILE", False
    )
    years: str = _option("", "text", "years of publication, for example 2018-2024 or 2020-", "FROM-TO")
    languages: tuple[str, ...] = _option((), "list", "languages of the works, for example en,de", "CODES")
    snowball: bool = _option(False, "flag", "follow references and citations one step from the best works")
    max_works: int = _option(200, "number", "hits to take from each source", "N")
    max_included: int = _option(30, "number", "works to read at most", "N")
    max_claims: int = _option(40, "number", "claims to try at most", "N")
    max_work_tokens: int = _option(4400, "number", "tokens of one work that a model reads at most; 0 is all", "N")
    max_tokens: int = _option(0, "number", "tokens to spend at most; 0 is no limit", "N")
    max_usd: str = _option("", "text", "US dollars to spend at most, for models with --prices; 0 is no limit", "USD")
    prices: tuple[str, ...] = _option((), "list", "US dollars per million tokens: MODEL=IN/OUT[/CACHED]", "PRICES")
    approve: tuple[str, ...] = _option((), "list", "stop for approval: protocol, screening", "STEPS")
    date: str = _option("", "text", "date of the report (YYYY-MM-DD); default: the day the run begins", "DATE")
    publisher: str = _option("juried", "text", "name printed as the publisher of the report", "NAME")
    runs: str = _option("runs", "text", "folder that holds the runs", "PATH", False)
    fresh: bool = _option(False, "flag", "run anew even when the same run is finished", "", False)
    record: str = _option("", "text", "folder to keep all HTTP exchanges in, for juried replay", "DIR", False)
    progress: str = _option("auto", "text", "progress on stderr: auto, live, plain or none", "KIND", False)
    json: bool = _option(False, "flag", "print data as JSON", "", False)
    debug: bool = _option(False, "flag", "show tracebacks", "", False)


def environment_name(name: str) -> str:
    """Return the environment variable of a setting, for example `JURIED_MAX_WORKS`."""
    return f"JURIED_{name.upper()}"


def option_name(name: str) -> str:
    """Return the command-line option of a setting, for example `--max-works`."""
    return f"--{name.replace('_', '-')}"


def parse_value(name: str, kind: Kind, text: str) -> Any:
    """Turn the text of a setting into its value; raises UsageError with the option's name."""
    if kind == "number":
        if not (text.strip().isascii() and text.strip().isdigit()):
            raise UsageError(
                f"{option_name(name)} needs a whole number of 0 or more, not {text!r}.",
                advice=f"Give it as {option_name(name)} 20 or {environment_name(name)}=20.",
            )
        return int(text)
    if kind == "list":
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if kind == "flag":
        return text.strip().lower() not in ("", "0", "false", "no", "off")
    return text


def load_settings(given: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Settings:
    """Make settings from command-line values (None where not given) and the environment.

    Raises:
        UsageError: A number is no number, or a closed choice has another value.
    """
    variables = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for item in fields(Settings):
        text = variables.get(environment_name(item.name))
        if given.get(item.name) is not None:
            values[item.name] = given[item.name]
        elif text is not None:
            values[item.name] = parse_value(item.name, item.metadata["kind"], text)
    if "api_key" not in values and "OPENAI_API_KEY" in variables:
        values["api_key"] = variables["OPENAI_API_KEY"]
    values["model_keys"] = _model_keys(values, variables)
    return check_settings(replace(Settings(), **values))


def _model_keys(values: Mapping[str, Any], variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return VARIABLE=KEY for each key that is given, and for each variable that a model names and that is set."""
    given = tuple(values.get("model_keys", ()))
    texts = (values.get("model", ""), values.get("embeddings", ""), *values.get("roles", ()))
    named = dict.fromkeys(name for text in texts if (name := key_variable(text)))
    known = {text.partition("=")[0] for text in given}
    return (*given, *(f"{name}={variables[name]}" for name in named if name in variables and name not in known))


def harden_environment() -> None:
    """Set the variables that libraries read at import: checkpoints of plain types only, no telemetry."""
    os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "false")
    os.environ.setdefault("LANGSMITH_TRACING", "false")


_OF_ONE_CALL = frozenset({"source_keys", "model_keys", "record", "runs", "fresh", "progress", "json", "debug"})
_USER_IN_ADDRESS = re.compile(r"(https?://)[^/@\s]*@")
_STEPS = ("protocol", "screening")
_PROGRESS = ("auto", "live", "plain", "none")


def check_settings(settings: Settings) -> Settings:
    """Return the settings with the backend made explicit; raises UsageError on a value out of range."""
    unknown = [step for step in settings.approve if step not in _STEPS]
    if unknown:
        raise UsageError(f"--approve does not know {unknown[0]!r}.", advice="Give protocol, screening or both.")
    if settings.progress not in _PROGRESS:
        raise UsageError(
            f"--progress does not know {settings.progress!r}.", advice=f"Give one of {', '.join(_PROGRESS)}."
        )
    for name in ("max_works", "max_included", "max_claims"):
        if getattr(settings, name) < 1:
            raise UsageError(
                f"{option_name(name)} must be 1 or more.",
                advice=f"Leave out {option_name(name)} for the default.",
            )
    parse_years(settings.years)
    parse_prices(settings.prices)
    parse_usd(settings.max_usd)
    _check_languages(settings.languages)
    _check_date(settings.date)
    return settings if settings.backend else replace(settings, backend=_implied_backend(settings))


def _implied_backend(settings: Settings) -> str:
    return "chat" if settings.model or settings.base_url else "embedded"


def _check_languages(codes: tuple[str, ...]) -> None:
    for code in codes:
        if not (code.isascii() and code.isalpha() and 2 <= len(code) <= 3):
            raise UsageError(
                f"--languages does not know {code!r}.", advice="Give codes, for example --languages en,de."
            )


def _check_date(text: str) -> None:
    from datetime import date

    try:
        if text and date.fromisoformat(text).isoformat() != text:
            raise ValueError(text)
    except ValueError as error:
        raise UsageError(f"--date {text!r} is no date.", advice="Give it as --date 2026-11-20.") from error


def parse_years(text: str) -> tuple[int | None, int | None]:
    """Return the first and last year of `2018-2024`, `2020-`, `-2019` or `2021`; ("" is open on both sides)."""
    first, dash, last = text.partition("-")
    if not all(part == "" or (part.isascii() and part.isdigit() and len(part) == 4) for part in (first, last)):
        raise UsageError(f"--years {text!r} is no range of years.", advice="Give it as --years 2018-2024.")
    start = int(first) if first else None
    end = int(last) if last else (None if dash else start)
    if start is not None and end is not None and start > end:
        raise UsageError(f"--years {text!r} ends before it begins.", advice="Give the earlier year first.")
    return start, end


def result_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings that may change the record, by name; what names a run is made from these."""
    values = {name: _public(getattr(settings, name)) for name, shapes in _shaping().items() if shapes}
    models = {name: shaping_text(values[name]) for name in ("model", "embeddings")}
    return values | models | {"roles": tuple(shaping_text(text) for text in values["roles"])}


def kept_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings that a run keeps in its folder, so that it can be gone on with; no secret is among them."""
    kept = {name: _public(getattr(settings, name)) for name in _shaping() if name not in _OF_ONE_CALL}
    paths = {name: getattr(settings, name) for name in ("library", "calibration")}
    return kept | {name: os.path.abspath(path) if path else "" for name, path in paths.items()}


def _shaping() -> dict[str, bool]:
    """Return the names of the settings that are no secret, and whether each shapes the result."""
    return {item.name: item.metadata["shapes_result"] for item in fields(Settings) if item.metadata["kind"] != "secret"}


def _public(value: Any) -> Any:
    """Return a value without user and password of the addresses in it, which no file may hold."""
    if isinstance(value, tuple):
        return tuple(_public(part) for part in value)
    return _USER_IN_ADDRESS.sub(r"\1", value) if isinstance(value, str) else value
