"""Languages: what they are called, what is asked of which database, and who is excluded."""

from __future__ import annotations

import httpx
import pytest

from juried.records.protocol import SourceQuery
from juried.sources.base import SearchLimits
from juried.sources.dblp import Dblp
from juried.sources.europe_pmc import EuropePmc, translate
from juried.sources.languages import in_other_language, language_note, marc_codes, normal_language
from juried.sources.openalex import OpenAlex
from juried.sources.pubmed import PubMed
from tests.http_helpers import Web, script


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("en", "en"),
        ("ENG", "en"),
        ("en-US", "en"),
        ("English", "en"),
        ("ngerman", "de"),
        ("ger", "de"),
        ("zh_CN", "zh"),
        ("xx", "xx"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_one_code_for_each_way_of_writing(written: str, code: str) -> None:
    assert normal_language(written) == code


def test_only_what_is_said_to_be_in_another_language_is_excluded() -> None:
    assert in_other_language("German", ("en",))
    assert not in_other_language("eng", ("de", "en"))
    assert not in_other_language("", ("en",))
    assert not in_other_language("German", ())


def test_marc_codes_are_all_or_none() -> None:
    assert marc_codes(("de", "en")) == ("ger", "eng")
    assert marc_codes(("de", "xx")) == ()
    assert marc_codes(()) == ()


def test_europe_pmc_asks_for_years_and_languages() -> None:
    limits = SearchLimits(hits=5, year_from=2020, languages=("de", "en"))
    assert translate("bert", limits) == '(TITLE_ABS:"bert") AND PUB_YEAR:[2020 TO 2999] AND (LANG:ger OR LANG:eng)'
    assert translate("", limits) == ""


async def test_pubmed_asks_for_languages() -> None:
    web = Web(script(httpx.Response(503)))
    await PubMed(web.client).search(
        SourceQuery(source="pubmed", text="bert"), SearchLimits(hits=5, languages=("de", "en"))
    )
    assert web.asked[0].url.params["term"] == "(bert[tiab]) AND (ger[la] OR eng[la])"


def test_the_ledger_says_where_the_limit_is_applied() -> None:
    client = Web(script(httpx.Response(200))).client
    assert language_note(OpenAlex(client), ("de",)) == "Languages de: asked of the database."
    assert "at screening" in language_note(Dblp(client), ("de",))
    assert "at screening" in language_note(PubMed(client), ("xx",))
    assert language_note(OpenAlex(client), ()) == ""
    assert "asked" in language_note(EuropePmc(client), ("en",))
