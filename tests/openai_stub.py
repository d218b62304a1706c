"""A loopback server that speaks the OpenAI chat-completions wire, scripted, for tests of anything that asks a model.

Without a script it reads the prompt and gives a whole answer with the ids it finds there.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from juried.encoder import HashingEncoder

JSON = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """One HTTP answer; `body` is JSON, or text sent as it is."""

    status: int = 200
    body: JSON | str = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0


Script = Callable[[JSON], Reply]


def completion(
    content: str | None,
    *,
    finish: str | None = "stop",
    refusal: str | None = None,
    arguments: str | None = None,
    usage: tuple[int, int] | None = (100, 10),
) -> Reply:
    """A chat completion with this content, or with one tool call that has these arguments."""
    message: JSON = {"role": "assistant", "content": content}
    if refusal is not None:
        message["refusal"] = refusal
    if arguments is not None:
        call = {"name": "answer", "arguments": arguments}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": call}]
    body: JSON = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "stub",
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
    }
    if usage is not None:
        prompt, answer = usage
        body["usage"] = {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
    return Reply(body=body)


def error(status: int, message: str, *, headers: Mapping[str, str] | None = None, code: str | None = None) -> Reply:
    """An error as OpenAI words it."""
    return Reply(status, {"error": {"message": message, "type": "error", "code": code}}, headers or {})


def hashed_vectors(body: JSON) -> Reply:
    """Vectors of 32 numbers made of hashed words, last text first, as no server must not do."""
    rows = HashingEncoder(32).encode(body["input"]).tolist()
    data = [{"object": "embedding", "index": at, "embedding": row} for at, row in enumerate(rows)]
    return Reply(body={"object": "list", "model": body["model"], "data": data[::-1], "usage": {"prompt_tokens": 1}})


def sensible(body: JSON) -> Reply:
    """Answer whatever is asked, by the means it is asked with, with ids from the prompt."""
    prompt = "\n".join(str(message["content"]) for message in body["messages"])
    name = _asked_for(body, prompt)
    if not name:
        limit = body.get("max_completion_tokens") or body.get("max_tokens") or 900
        return completion("1\n" * (limit // 2), finish="length" if limit < 900 else "stop", usage=(20, limit))
    text = json.dumps(_ANSWERS[name](prompt), ensure_ascii=False)
    tokens = (len(prompt) // 4, len(text) // 4 + 1)
    if "tools" in body:
        return completion(None, finish="tool_calls", arguments=text, usage=tokens)
    return completion(text, usage=tokens)


def _asked_for(body: JSON, prompt: str) -> str:
    if "json_schema" in body.get("response_format", {}):
        return str(body["response_format"]["json_schema"]["name"])
    if "tools" in body:
        return str(body["tools"][0]["function"]["name"])
    return str((re.findall(r'"title":"(\w+)"', prompt) or [""])[-1])


def _plan(prompt: str) -> JSON:
    question = re.findall(r"^\| ?(.*)$", prompt, re.MULTILINE)[0].strip()
    sources = re.findall(r"^- ([\w-]+): ", prompt.split("The sources, each")[1], re.MULTILINE)
    plan = {"facets": [{"name": "all", "terms": [question]}], "include": ["Bears on it."], "exclude": ["Does not."]}
    queries = [{"source": source, "text": question, "rationale": "all"} for source in sources]
    return {"searchable": bool(question), "refusal": "" if question else "Nothing asked.", "queries": queries, **plan}


def _judgements(prompt: str) -> JSON:
    ids = re.findall(r"^(\S+) \((?:\d{4}|year unknown)", prompt, re.MULTILINE)
    told = {"relevance": 75, "bears_on_question": True, "reason": "It studies this."}
    return {"judgements": [{"work_id": work, **told} for work in ids]}


def _claims(prompt: str) -> JSON:
    found = re.findall(r"^(P\d+) \[.*\]\n\| (.*)$", prompt, re.MULTILINE)
    quotes = [(passage, quote) for passage, line in found for quote in _statements(line)]
    return {
        "claims": [
            {"text": f"{quote.rstrip('.')}.", "kind": "finding", "passage": passage, "quote": quote}
            for passage, quote in quotes
        ]
    }


def _statements(text: str) -> list[str]:
    """The first sentences of a passage that do not speak of their authors, at most four."""
    sentences = [sentence.strip() for sentence in text.split(". ")]
    plain = [s for s in sentences if not re.search(r"\b(?:[Ww]e|[Oo]ur|[Tt]his|[Tt]hese|[Ii]t|[Tt]hey|BANANA)\b", s)]
    return (plain or sentences)[:4]


def _votes(prompt: str) -> JSON:
    pattern = r"^(\S+) \[\w+, from W\d+, its own passages: (.*)\]$"
    votes = []
    for claim, labels in re.findall(pattern, prompt, re.MULTILINE):
        own = re.findall(r"\bE\d+\b", labels)
        label = "supports" if own else "not_enough_info"
        votes.append({"claim_id": claim, "label": label, "probability": 90, "evidence": own[:1], "reason": "Stated."})
    return {"votes": votes}


def _report(prompt: str) -> JSON:
    ids = re.findall(r"^(\S+) \[\w+, from .*, confidence \d+", prompt, re.MULTILINE)
    sentences = [{"text": f"Finding number {n} holds.", "claims": [claim]} for n, claim in enumerate(ids, start=1)]
    return {
        "title": "Findings on the Question",
        "answer": "mixed" if ids else "not_answered",
        "answer_text": "The works differ." if ids else "No claim bears on it.",
        "answer_claims": ids,
        "abstract": sentences[:3] or [{"text": "Nothing was found.", "claims": []}],
        "themes": [{"heading": "Findings", "sentences": sentences}] if sentences else [],
        "limitations": ["Few works were read."],
    }


def _scores(prompt: str) -> JSON:
    names = re.findall(r"^- (\w+)$", prompt.split("Dimensions to score:")[1], re.MULTILINE)
    scores = [{"dimension": name, "value": 6, "basis": "The results section."} for name in names]
    mandates = re.findall(r"^- (\w+): You are the ", prompt, re.MULTILINE)
    return {"reviews": [{"reviewer": mandate, "scores": scores} for mandate in mandates]}


_ANSWERS: dict[str, Callable[[str], JSON]] = {
    "SearchPlan": _plan,
    "RelevanceJudgements": _judgements,
    "ExtractedClaims": _claims,
    "ClaimVotes": _votes,
    "WrittenReport": _report,
    "ReportScores": _scores,
    "ProbeAnswer": lambda prompt: {"colour": "blue"},
}


class OpenAIStub:
    """The server, as a context manager.

    Args:
        script: Replies in order, after which `otherwise` answers; or a function of the request's JSON.
        otherwise: Answers what the script does not.
        embed: Answers POST /v1/embeddings; vectors made of hashed words without one.
        models: What GET /v1/models/NAME knows; None has no such route.
    """

    def __init__(
        self,
        script: Sequence[Reply] | Script = (),
        *,
        otherwise: Script = sensible,
        models: Sequence[str] | None = None,
        embed: Script | None = None,
    ) -> None:
        self.embed = embed or hashed_vectors
        self.embedded: list[JSON] = []
        self.requests: list[JSON] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.models = models
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self.most_at_once = 0
        self._now = 0
        self._script = script
        self._otherwise = otherwise
        self._mutex = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """The base URL, ending in /v1."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> OpenAIStub:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, body: JSON, headers: dict[str, str]) -> Reply:
        """Take a request down and return the reply for it."""
        with self._mutex:
            number = len(self.requests)
            self.requests.append(body)
            self.headers.append(headers)
            self.times.append(time.monotonic())
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            scripted = None if callable(self._script) else self._script[number : number + 1]
        reply = self._script(body) if callable(self._script) else (scripted or [self._otherwise(body)])[0]
        time.sleep(reply.delay_s)
        with self._mutex:
            self._now -= 1
            if reply.status == 200 and isinstance(reply.body, dict) and isinstance(reply.body.get("usage"), dict):
                self.prompt_tokens += reply.body["usage"]["prompt_tokens"]
                self.completion_tokens += reply.body["usage"]["completion_tokens"]
        return reply


def _handler(stub: OpenAIStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.path.endswith("/embeddings"):
                stub.embedded.append(body)
                self._send(stub.embed(body))
                return
            known = self.path.endswith("/chat/completions")
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._send(stub.answer(body, headers) if known else Reply(404, {"detail": "Not Found"}))

        def do_GET(self) -> None:
            name = self.path.rpartition("/models/")[2]
            if stub.models is None:
                self._send(Reply(404, {"detail": "Not Found"}))
            elif name in stub.models:
                self._send(Reply(200, {"id": name, "object": "model", "created": 0, "owned_by": "stub"}))
            else:
                self._send(error(404, f"The model '{name}' does not exist", code="model_not_found"))

        def _send(self, reply: Reply) -> None:
            text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
            data = text.encode()
            self.send_response(reply.status)
            self.send_header("content-type", "text/html" if isinstance(reply.body, str) else "application/json")
            self.send_header("content-length", str(len(data)))
            for header, value in reply.headers.items():
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
