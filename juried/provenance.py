"""What a run was made with: hashes of code, prompts, models and sources, and how two of them differ.

Built on the standard library alone, so that commands which only print need not import pydantic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Provenance:
    """Hashes by name of all that shapes a run beside its question and settings.

    Attributes:
        version: The version of juried.
        code: One hash over the code.
        prompts: A hash for each prompt.
        models: A hash for each model that ships with juried.
        sources: A fingerprint of the content of each source; "" for one that is asked over a network.
        plug_ins: `name distribution version` of each plug-in that answers.
    """

    version: str = ""
    code: str = ""
    prompts: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    plug_ins: tuple[str, ...] = ()

    def as_data(self) -> dict[str, object]:
        """Return it as JSON data."""
        return asdict(self)


def provenance_of(data: object) -> Provenance | None:
    """Return the provenance from JSON data; None when there is none, or it has another form."""
    if not isinstance(data, dict) or not all(isinstance(data.get(name), str) for name in ("version", "code")):
        return None
    tables = {name: data.get(name) for name in ("prompts", "models", "sources")}
    plug_ins = data.get("plug_ins")
    if not all(isinstance(table, dict) for table in tables.values()) or not isinstance(plug_ins, list):
        return None
    texts = {name: {str(key): str(value) for key, value in (table or {}).items()} for name, table in tables.items()}
    return Provenance(str(data["version"]), str(data["code"]), **texts, plug_ins=tuple(map(str, plug_ins)))


def differing(first: Mapping[str, object], second: Mapping[str, object]) -> tuple[str, ...]:
    """Return the names whose values differ or that only one side has, sorted."""
    names = sorted({*first, *second})
    return tuple(name for name in names if first.get(name) != second.get(name) or (name in first) != (name in second))


def provenance_differences(first: Provenance, second: Provenance) -> tuple[str, ...]:
    """Return one phrase for each thing that differs, for example "prompt judge_claims"; () when nothing does."""
    found = [f"version {first.version} and {second.version}"] if first.version != second.version else []
    found += ["the code"] if first.code != second.code else []
    found += [f"prompt {name}" for name in differing(first.prompts, second.prompts)]
    found += [f"model {name}" for name in differing(first.models, second.models)]
    found += [f"the content of source {name}" for name in differing(first.sources, second.sources)]
    found += [f"plug-in {name}" for name in sorted({*first.plug_ins} ^ {*second.plug_ins})]
    return tuple(found)
