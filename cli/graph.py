"""`juried graph`: the state machine as a Mermaid diagram."""

from __future__ import annotations

import argparse
import json

from juried.settings import Settings

NAME = "graph"
HELP = "print the graph as Mermaid"
OPTIONS = ("json",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command has settings only."""


def execute(args: argparse.Namespace, settings: Settings) -> int:
    """Print the diagram, or with --json nodes and edges."""
    from graphs.drawing import edges, mermaid, nodes

    if settings.json:
        print(json.dumps({"nodes": nodes(), "edges": edges()}, indent=1))
    else:
        print(mermaid())
    return 0
