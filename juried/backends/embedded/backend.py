"""The embedded backend: every task answered by method on the CPU, without server, key, network or language model."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from juried.backends.base import Answer
from juried.backends.embedded.extraction import EmbeddedExtractor
from juried.backends.embedded.planning import Embed, plan_search
from juried.backends.embedded.relevance import judge_relevance
from juried.backends.embedded.scoring import score_report
from juried.backends.embedded.writing import write_report
from juried.encoder import MiniLM
from juried.errors import JuriedError
from juried.tasks import (
    ExtractClaims,
    JudgeClaims,
    JudgeRelevance,
    PlanSearch,
    ScoreReport,
    Task,
    TaskOutput,
    WriteReport,
)

if TYPE_CHECKING:
    from juried.backends.embedded.judging import EmbeddedJudge

_HERE = Path(__file__).resolve().parent
_MODELS = _HERE.parents[1] / "models"
_TEXT_RULES = _HERE.parents[1] / "text"


class CachedEmbedding:
    """An encoder that embeds each text once; safe to call from several threads.

    Args:
        encode: Returns one unit row per text, whatever the texts beside it.
    """

    def __init__(self, encode: Embed) -> None:
        self._encode = encode
        self._rows: dict[str, NDArray[np.float32]] = {}
        self._lock = Lock()

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row per text, in order; raises ValueError for no texts."""
        with self._lock:
            new = sorted({text for text in texts if text not in self._rows})
            if new:
                self._rows.update(zip(new, self._encode(new), strict=True))
            return np.stack([self._rows[text] for text in texts])


class EmbeddedBackend:
    """Answers all tasks by rules, hybrid retrieval and small fitted models; it quotes and never paraphrases.

    Args:
        embed: Returns one unit row per text; MiniLM on the CPU when None.
    """

    name = "embedded"
    language_model = False
    concurrency = 2

    def __init__(self, embed: Embed | None = None) -> None:
        self._embed = CachedEmbedding(embed or _minilm)
        self._extractor = EmbeddedExtractor()

    @property
    def fingerprint(self) -> str:
        """Hash over the rules' code and the files of the models; changes whenever an answer may."""
        return code_and_models_hash()

    @cached_property
    def _judge(self) -> EmbeddedJudge:
        from juried.backends.embedded.judging import EmbeddedJudge

        return EmbeddedJudge(self._embed)

    async def check(self) -> None:
        """Read every model file once; raises ModelFileError when one is absent or damaged."""
        await asyncio.to_thread(_read_models)

    async def answer(self, task: Task) -> Answer[TaskOutput]:
        """Answer one task off the event loop; a task that cannot be answered ends as `failed`, with the reason."""
        method = self._method(task)
        if method is None:
            return Answer(
                output=None, outcome="failed", detail=f"The embedded backend knows no task {type(task).__name__}."
            )
        try:
            return Answer(output=await asyncio.to_thread(method), outcome="answered")
        except JuriedError as error:
            return Answer(output=None, outcome="failed", detail=str(error))
        except (ValueError, KeyError, IndexError) as error:
            detail = f"The {task.name} task is malformed: {type(error).__name__}: {error}."
            return Answer(output=None, outcome="failed", detail=detail)

    def _method(self, task: Task) -> Callable[[], TaskOutput] | None:
        methods: dict[type[Task], Callable[[Any], TaskOutput]] = {
            PlanSearch: lambda given: plan_search(given, self._embed),
            JudgeRelevance: lambda given: judge_relevance(given, self._embed),
            ExtractClaims: self._extractor.extract,
            JudgeClaims: self._judged,
            WriteReport: lambda given: write_report(given, self._embed),
            ScoreReport: score_report,
        }
        method = methods.get(type(task))
        return None if method is None else lambda: method(task)

    def _judged(self, task: JudgeClaims) -> TaskOutput:
        output: TaskOutput = self._judge.judge(task)
        return output

    async def aclose(self) -> None:
        """Nothing is held open; calling it twice does no harm."""


@lru_cache(maxsize=1)
def _encoder() -> MiniLM:
    return MiniLM()


def _minilm(texts: Sequence[str]) -> NDArray[np.float32]:
    return _encoder().encode(texts)


def _read_models() -> None:
    from juried.backends.embedded.rarity import rarity
    from juried.backends.embedded.reader import shipped_reader
    from juried.backends.embedded.verifier import shipped_weights
    from juried.backends.embedded.vocabulary import vocabulary
    from juried.calibration import load_calibration
    from juried.encoder import load_tokenizer
    from juried.text.tokens import count_tokens

    readers: tuple[Callable[[], object], ...] = (
        lambda: _encoder().fingerprint,
        load_tokenizer,
        lambda: count_tokens(""),
        vocabulary,
        rarity,
        shipped_reader,
        shipped_weights,
        lambda: load_calibration("embedded"),
    )
    for read in readers:
        read()


@lru_cache(maxsize=1)
def code_and_models_hash() -> str:
    """Return sixteen hex digits over the backend's code, the text rules and every file of the models."""
    files = [*_HERE.rglob("*.py"), *_TEXT_RULES.rglob("*.py"), *(path for path in _MODELS.rglob("*") if path.is_file())]
    total = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.relative_to(_HERE.parents[1]).as_posix()):
        total.update(path.relative_to(_HERE.parents[1]).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return f"embedded-{total.hexdigest()[:16]}"
