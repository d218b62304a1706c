"""Identifiers in the odd shapes in which databases, managers and people write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juried.records.work import Hit, Identifiers
from juried.sources.identifiers import (
    best_url,
    doi_url,
    identifiers_in,
    is_preprint_doi,
    make_identifiers,
    normalise_acl,
    normalise_arxiv,
    normalise_doi,
    normalise_pmcid,
    normalise_pmid,
)

SICI = "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2"


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.18653/v1/2021.MRL-1.5", "10.18653/v1/2021.mrl-1.5"),
        ("doi:10.1016/S0140-6736(05)71146-3).", "10.1016/s0140-6736(05)71146-3"),
        ("(see 10.1016/S0140-6736(05)71146-3)", "10.1016/s0140-6736(05)71146-3"),
        ("10.1002/(SICI)1097-0258(19980815/30)17:15/16&lt;1661::AID-SIM968&gt;3.0.CO;2-2", SICI),
        ("https://www.frontiersin.org/articles/10.3389/fpsyg.2019.00001/full?x=1", "10.3389/fpsyg.2019.00001"),
        ("https://www.biorxiv.org/content/10.1101/2020.01.30.927871v1.full.pdf", "10.1101/2020.01.30.927871v1"),
        ("10.1016%2Fj.cell.2020.01.001", "10.1016/j.cell.2020.01.001"),
        ("http://dx.doi.org/10.1000/ABC#1", "10.1000/abc"),
        ("10.1000/ABC#1", "10.1000/abc#1"),
        ("nothing of the kind", None),
        ("10.1000/", None),
        ("", None),
        (None, None),
    ],
)
def test_doi_is_found_in_any_wrapping(text: str | None, doi: str | None) -> None:
    assert normalise_doi(text) == doi


@pytest.mark.parametrize(
    ("text", "arxiv"),
    [
        ("arXiv:2106.09063v4", "2106.09063"),
        ("http://arxiv.org/abs/cs.CL/0301012v1", "cs/0301012"),
        ("https://arxiv.org/pdf/2106.09063v4.pdf", "2106.09063"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("10.48550/arXiv.2106.09063", "2106.09063"),
        ("10.1371/journal.pntd.2106.09063", None),
        ("1234.99999", None),
        ("", None),
    ],
)
def test_arxiv_id_loses_its_version(text: str, arxiv: str | None) -> None:
    assert normalise_arxiv(text) == arxiv


@pytest.mark.parametrize(
    ("text", "acl"),
    [
        ("https://aclanthology.org/2021.mrl-1.5/", "2021.mrl-1.5"),
        ("https://www.aclweb.org/anthology/papers/P/P19/P19-1001/", "P19-1001"),
        ("https://aclanthology.org/P19-1001.pdf", "P19-1001"),
        ("p19-1001", "P19-1001"),
        ("10.18653/v1/n18-3011", "N18-3011"),
        ("pntd.0002065", None),
        ("x2021.mrl-1.5", None),
    ],
)
def test_acl_id_is_written_as_the_anthology_writes_it(text: str, acl: str | None) -> None:
    assert normalise_acl(text) == acl


def test_pubmed_ids() -> None:
    assert normalise_pmid("https://pubmed.ncbi.nlm.nih.gov/32479262/") == "32479262"
    assert normalise_pmid("PMID: 32479262") == "32479262"
    assert normalise_pmid("PMC7289599") is None
    assert (
        normalise_pmcid(7289599) == normalise_pmcid("https://pmc.ncbi.nlm.nih.gov/articles/PMC7289599/") == "PMC7289599"
    )
    assert normalise_pmcid("unknown") is None


def test_a_doi_tells_the_other_identifiers() -> None:
    assert make_identifiers(doi="10.48550/arXiv.2106.09063v2") == Identifiers(arxiv="2106.09063")
    both = Identifiers(doi="10.18653/v1/n18-3011", acl="N18-3011")
    assert make_identifiers(doi="10.18653/v1/N18-3011") == both
    assert make_identifiers(doi="see the paper", pmid="none", openalex="x") == Identifiers()


def test_identifiers_of_a_name() -> None:
    assert identifiers_in("2106.09063v4") == Identifiers(arxiv="2106.09063")
    assert identifiers_in("2021.mrl-1.5") == Identifiers(acl="2021.mrl-1.5")
    assert identifiers_in("chau2021specializing") == Identifiers()


def test_preprint_servers_are_known_by_their_dois() -> None:
    assert is_preprint_doi("10.1101/2020.01.30.927871")
    assert is_preprint_doi("10.2139/ssrn.123")
    assert not is_preprint_doi("10.1101/gr.123")
    assert not is_preprint_doi("10.18653/v1/n18-3011")
    assert not is_preprint_doi(None)


def test_best_address_is_the_most_lasting_one() -> None:
    def hit(url: str = "", **ids: str) -> Hit:
        return Hit(source="s", source_id="1", rank=1, title="T", url=url, identifiers=Identifiers(**ids))

    assert best_url(hit(doi="10.1000/a", acl="P19-1001")) == "https://doi.org/10.1000/a"
    assert best_url(hit(acl="P19-1001", arxiv="2106.09063")) == "https://aclanthology.org/P19-1001"
    assert best_url(hit(url="https://example.org/a")) == "https://example.org/a"
    assert best_url(hit(url="file:///etc/passwd")) == "" == best_url(hit(url="javascript:alert(1)"))
    assert " " not in doi_url(SICI)
    assert "<" not in doi_url(SICI)


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_normal_forms_are_stable_and_never_fail(text: str) -> None:
    for normalise in (normalise_doi, normalise_arxiv, normalise_acl, normalise_pmid, normalise_pmcid):
        once = normalise(text)
        assert once is None or normalise(once) == once


@settings(deadline=None, max_examples=50)
@given(st.from_regex(r"10\.[0-9]{4,5}/[A-Za-z0-9.()<>;:_/-]{1,30}", fullmatch=True))
def test_any_doi_survives_its_own_address(text: str) -> None:
    doi = normalise_doi(text)
    if doi is not None:
        assert normalise_doi(doi) == doi
        assert normalise_doi(doi_url(doi)) == doi
