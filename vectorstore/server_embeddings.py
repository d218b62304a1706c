"""Vectors from any OpenAI-compatible server: batches, retries, one dimension, and failures with a name."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from juried.backends.chat_config import ChatConfig, unusable
from juried.backends.chat_errors import RETRYABLE, CallFailed, Failure, FailureKind, failure_of
from juried.backends.chat_models import check_key
from juried.encoder import DECIMALS, Vectors, unit_rows
from juried.errors import BackendError

if TYPE_CHECKING:
    import httpx
    from tenacity import RetryCallState

BATCH = 64
SHORTEST = 64
_COMPANY = 3
_SAME = 0.999
_ADVICE: Mapping[FailureKind, str] = {
    "unreachable": "Start the server or correct the address in --embeddings openai:NAME@URL; it usually ends in /v1.",
    "no_server": "Correct the address in --embeddings openai:NAME@URL; it usually ends in /v1.",
    "no_credit": "Add credit, or name another key: --embeddings openai:NAME?key=VARIABLE.",
    "slow_down": "Wait a while and run the same command again; what was embedded is kept.",
    "transient": "Run the same command again; what was embedded is kept.",
}
DIMENSION_TEXT = "A panel tries each claim."


class ServerEncoder:
    """An embedding model behind an OpenAI-compatible server, as an `Encoder`.

    A text that is too long for the model is represented by its beginning, as much of it as the model
    takes after halving; an empty text is sent as one space, since servers refuse "". Some servers give a
    text another vector in company than alone: the last text of the first batch is asked for alone too,
    and where the two differ each text is sent by itself from then on.

    Args:
        config: How the server is reached; `model` is openai:NAME.
        dimension: Length of a vector, where it is known from earlier; 0 asks the server once.
        sleep: Waits for seconds between two tries; tests pass a clock of their own.
    """

    def __init__(self, config: ChatConfig, dimension: int = 0, sleep: Callable[[float], None] = time.sleep) -> None:
        self.config = config
        self.fingerprint = f"{config.model} {config.server} {DECIMALS}"
        self._dimension = dimension
        self._one_by_one: bool | None = None
        self._sleep = sleep
        self._client: httpx.Client | None = None

    @property
    def dimension(self) -> int:
        """Length of a vector; the first use asks the server where no stored vector tells it.

        Raises:
            BackendError: The server cannot be used; the advice is the line that mends it.
        """
        if not self._dimension:
            self.encode([DIMENSION_TEXT])
        return self._dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text, in order, asked for in batches of 64; (0, dimension) for no texts.

        Raises:
            BackendError: The server cannot be used, or answers with something else than these vectors.
        """
        parts = [self._batch(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        return unit_rows(np.concatenate(parts)) if parts else np.zeros((0, self.dimension), dtype=np.float32)

    def close(self) -> None:
        """Close the HTTP client; calling it twice does no harm."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _batch(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of one batch, each as if its text had been sent alone."""
        if self._one_by_one and len(texts) > 1:
            return np.concatenate([self._fitting([text]) for text in texts])
        rows = self._fitting(texts)
        if len(texts) < _COMPANY or self._one_by_one is not None:
            return rows
        last, alone = unit_rows(rows)[-1], unit_rows(self._fitting(texts[-1:]))[0]
        self._one_by_one = bool(last @ alone < _SAME)
        return self._batch(texts) if self._one_by_one else rows

    def _fitting(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of one batch; where one text is too long, each is sent alone and cut until it fits."""
        try:
            return self._asked([text or " " for text in texts])
        except CallFailed as error:
            if error.failure.kind != "too_long":
                raise self._named(error.failure) from error
            if len(texts) > 1:
                return np.concatenate([self._fitting([text]) for text in texts])
            if len(texts[0]) <= SHORTEST:
                raise self._named(error.failure) from error
            return self._fitting([texts[0][: len(texts[0]) // 2]])

    def _asked(self, texts: list[str]) -> Vectors:
        """Ask the server, trying again where that may help; raises CallFailed."""
        from tenacity import Retrying, retry_if_exception, stop_after_attempt

        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, CallFailed) and error.failure.kind in RETRYABLE),
            stop=stop_after_attempt(self.config.attempts),
            wait=self._wait,
            reraise=True,
            sleep=self._sleep,
        )
        return retrying(self._asked_once, texts)

    def _wait(self, state: RetryCallState) -> float:
        """Return the seconds until the next try: what the server asks for, else doubled each time."""
        error = state.outcome.exception() if state.outcome else None
        asked = error.failure.wait_s if isinstance(error, CallFailed) else None
        grown = self.config.first_wait_s * 2.0 ** (state.attempt_number - 1)
        return min(self.config.patience_s, max(grown, asked or 0.0))

    def _asked_once(self, texts: list[str]) -> Vectors:
        try:
            response = self._http().post(
                f"{self.config.server}/embeddings",
                json={"model": self.config.model_name, "input": texts, "encoding_format": "float"},
            )
            if response.is_error:
                raise _Refused(response)
            return self._read(response.json(), len(texts))
        except CallFailed:
            raise
        except Exception as error:
            raise CallFailed(failure_of(error, datetime.now(UTC), self.config.api_key)) from error

    def _read(self, body: object, wanted: int) -> Vectors:
        """Return the rows of a response by their index; raises CallFailed when they are not those asked for."""
        data = body.get("data") if isinstance(body, dict) else None
        items = [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
        items.sort(key=_place)
        rows = [_numbers(item.get("embedding")) for item in items]
        lengths = {len(row) for row in rows} | ({self._dimension} if self._dimension else set())
        if len(rows) != wanted or len(lengths) != 1 or 0 in lengths:
            sizes = ", ".join(str(length) for length in sorted(lengths)) or "no"
            raise CallFailed(Failure("rejected", f"{len(rows)} vectors of {sizes} numbers came for {wanted} texts."))
        vectors = np.array(rows, dtype=np.float64)
        if not np.isfinite(vectors).all() or not np.linalg.norm(vectors, axis=1).all():
            raise CallFailed(Failure("rejected", "A vector is zero or holds something that is no number."))
        self._dimension = lengths.pop()
        return vectors.astype(np.float32)

    def _http(self) -> httpx.Client:
        if self._client is None:
            import httpx

            check_key(self.config)
            headers = {"authorization": f"Bearer {self.config.api_key}"} if self.config.api_key else {}
            self._client = httpx.Client(headers=headers, timeout=self.config.timeout_s)
        return self._client

    def _named(self, failure: Failure) -> BackendError:
        if failure.kind == "no_key":
            return unusable(self.config, failure)
        return BackendError(
            f"no vectors come from {self.config.server}. ({failure.detail})",
            concerns=self.config.model,
            advice=_ADVICE.get(failure.kind, "Name another with --embeddings openai:NAME@URL, or leave it out."),
        )


class _Refused(Exception):
    """An HTTP answer with an error status, in the shape that `failure_of` reads."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"Error code: {response.status_code} - {response.text[:300]}")
        self.response = response


def _place(item: Mapping[str, object]) -> int:
    """Return the place of an embedding among the texts; 0 where the server gives none."""
    index = item.get("index")
    return index if isinstance(index, int) else 0


def _numbers(embedding: object) -> Sequence[float]:
    """Return the numbers of one embedding: a list, or base64 of little-endian 32-bit floats; () for anything else."""
    if isinstance(embedding, str):
        try:
            return [float(number) for number in np.frombuffer(base64.b64decode(embedding, validate=True), dtype="<f4")]
        except (binascii.Error, ValueError):
            return ()
    if isinstance(embedding, list) and all(isinstance(number, int | float) for number in embedding):
        return embedding
    return ()
