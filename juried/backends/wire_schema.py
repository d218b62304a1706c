"""The JSON schema of an answer as strict servers take it: closed objects, all properties required, no references."""

from __future__ import annotations

from typing import cast

from juried.tasks import TaskOutput

Schema = dict[str, object]
_LEFT_OUT = frozenset({"title", "default", "description", "$defs"})


def wire_schema(output: type[TaskOutput]) -> Schema:
    """Return the schema of an output type, named after it.

    References are written out, since not every server follows them; titles, defaults and docstrings
    are left out, so that the wording of a docstring is no part of a prompt.
    """
    schema = output.model_json_schema()
    definitions = cast(dict[str, Schema], schema.get("$defs", {}))
    closed = cast(Schema, _closed(schema, definitions))
    return {"title": output.__name__, "description": f"The answer, a {output.__name__}.", **closed}


def _closed(node: object, definitions: dict[str, Schema]) -> object:
    if isinstance(node, list):
        return [_closed(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _closed(definitions[str(node["$ref"]).rsplit("/", 1)[-1]], definitions)
    if node.get("type") == "object":
        return _closed_object(node, definitions)
    return {key: _closed(value, definitions) for key, value in node.items() if key not in _LEFT_OUT}


def _closed_object(node: Schema, definitions: dict[str, Schema]) -> Schema:
    properties = cast(dict[str, object], node.get("properties", {}))
    return {
        "type": "object",
        "properties": {name: _closed(value, definitions) for name, value in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }
