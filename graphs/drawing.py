"""The graph as data and as a Mermaid diagram."""

from __future__ import annotations

from langchain_core.runnables.graph import Graph

from graphs.synthesis import build


def _drawn() -> Graph:
    return build().compile().get_graph()


def mermaid() -> str:
    """Return the Mermaid text of the compiled graph."""
    return _drawn().draw_mermaid().rstrip()


def nodes() -> list[str]:
    """Return the names of the nodes, sorted."""
    return sorted(_drawn().nodes)


def edges() -> list[tuple[str, str]]:
    """Return pairs of node names, sorted."""
    return sorted((edge.source, edge.target) for edge in _drawn().edges)
