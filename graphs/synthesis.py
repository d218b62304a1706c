"""The graph of a run: from a question to a sealed record. Topology only; see nodes, trial and writing."""

from __future__ import annotations

from langgraph.graph import END, START, StateGraph

from graphs.context import Context
from graphs.nodes import (
    approve_protocol,
    approve_screening,
    extract_claims,
    follow_citations,
    look_up_works,
    merge_works,
    plan_search,
    read_work,
    screen_works,
    search_source,
    select_claims,
)
from graphs.routing import to_citations, to_reviewers, to_sources, to_works
from graphs.state import CitationBranch, DocumentBranch, ReviewBranch, SearchBranch, State, VoteBranch, WorkBranch
from graphs.trial import adjudicate, gather_evidence, review_claims, tally_votes
from graphs.writing import check_report, review_branches, review_report, seal_record, write_report


def build() -> StateGraph[State, Context, State, State]:
    """Return the uncompiled graph."""
    graph = StateGraph(State, context_schema=Context)
    graph.add_node("plan_search", plan_search)
    graph.add_node("approve_protocol", approve_protocol)
    graph.add_node("search_source", search_source, input_schema=SearchBranch)
    graph.add_node("merge_works", merge_works)
    graph.add_node("screen_works", screen_works)
    graph.add_node("follow_citations", follow_citations, input_schema=CitationBranch)
    graph.add_node("approve_screening", approve_screening)
    graph.add_node("look_up_works", look_up_works)
    graph.add_node("read_work", read_work, input_schema=WorkBranch)
    graph.add_node("extract_claims", extract_claims, input_schema=DocumentBranch)
    graph.add_node("select_claims", select_claims)
    graph.add_node("gather_evidence", gather_evidence)
    graph.add_node("review_claims", review_claims, input_schema=VoteBranch)
    graph.add_node("adjudicate", adjudicate)
    graph.add_node("tally_votes", tally_votes)
    graph.add_node("write_report", write_report)
    graph.add_node("review_report", review_report, input_schema=ReviewBranch)
    graph.add_node("check_report", check_report)
    graph.add_node("seal_record", seal_record)
    graph.add_edge(START, "plan_search")
    graph.add_edge("plan_search", "approve_protocol")
    graph.add_conditional_edges("approve_protocol", to_sources, ["search_source"])
    graph.add_edge("search_source", "merge_works")
    graph.add_edge("merge_works", "screen_works")
    graph.add_conditional_edges("screen_works", to_citations, ["follow_citations", "approve_screening"])
    graph.add_edge("follow_citations", "merge_works")
    graph.add_edge("approve_screening", "look_up_works")
    graph.add_conditional_edges("look_up_works", to_works, ["read_work", "select_claims"])
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
