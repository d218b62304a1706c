"""The graph of a run: from a question to a sealed record. Topology only; see nodes, trial and writing."""

from __future__ import annotations

from langgraph.graph import END, START, StateGraph

from graphs.context import Context
from graphs.nodes import (
    approve_protocol,
    approve_screening,
    extract_claims,
    merge_works,
    plan_search,
    read_work,
    screen_works,
    search_source,
    select_claims,
)
from graphs.routing import to_reviewers, to_sources, to_works
from graphs.state import State
from graphs.trial import adjudicate, gather_evidence, review_claims, tally_votes
from graphs.writing import check_report, review_branches, review_report, seal_record, write_report


def build() -> StateGraph[State, Context, State, State]:
    """Return the uncompiled graph."""
    graph = StateGraph(State, context_schema=Context)
    for node in (plan_search, approve_protocol, search_source, merge_works, screen_works, approve_screening):
        graph.add_node(node)
    for node in (read_work, extract_claims, select_claims, gather_evidence, review_claims, adjudicate, tally_votes):
        graph.add_node(node)
    for node in (write_report, review_report, check_report, seal_record):
        graph.add_node(node)
    graph.add_edge(START, "plan_search")
    graph.add_edge("plan_search", "approve_protocol")
    graph.add_conditional_edges("approve_protocol", to_sources, ["search_source"])
    graph.add_edge("search_source", "merge_works")
    graph.add_edge("merge_works", "screen_works")
    graph.add_edge("screen_works", "approve_screening")
    graph.add_conditional_edges("approve_screening", to_works, ["read_work", "select_claims"])
    graph.add_edge("extract_claims", "select_claims")
    graph.add_edge("select_claims", "gather_evidence")
    graph.add_conditional_edges("gather_evidence", to_reviewers, ["review_claims", "tally_votes"])
    graph.add_edge("review_claims", "adjudicate")
    graph.add_edge("tally_votes", "write_report")
    graph.add_conditional_edges("write_report", review_branches, ["review_report"])
    graph.add_edge("review_report", "check_report")
    graph.add_edge("seal_record", END)
    return graph


builder = build()
