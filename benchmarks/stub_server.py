"""An OpenAI-compatible server for measurements: every answer takes the same time, and each call is logged.

    python -m benchmarks.stub_server --delay 0.3 --log calls.jsonl

It prints its base URL as the first line. Answers are made from the prompt by simple rules: sentences are
claimed as they stand, each claim is supported by its own passage, and the report quotes the claims. A line
of the log holds the task, when the call began and ended on the system's monotonic clock, the tokens by
o200k_base, and the prompt.
"""

from __future__ import annotations

import argparse
import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from juried.backends.embedded.extraction import EmbeddedExtractor
from juried.tasks import ExtractClaims, Passage
from juried.text.tokens import count_tokens

JSON = dict[str, object]
MOST_CLAIMS = 12


def plan(prompt: str) -> JSON:
    """Make one facet for each run of words of the question, and one query per source."""
    question = re.findall(r"^\| ?(.*)$", prompt, re.MULTILINE)[0].strip()
    sources = re.findall(r"^- ([\w-]+): ", prompt.split("The sources, each")[1], re.MULTILINE)
    words = re.findall(r"[A-Za-z][\w-]{4,}", question)
    facets = [{"name": word, "terms": [word]} for word in dict.fromkeys(words)]
    queries = [{"source": source, "text": " ".join(words), "rationale": "all words"} for source in sources]
    criteria = {"include": ["It studies the subject."], "exclude": ["It studies another subject."]}
    return {"searchable": True, "refusal": "", "facets": facets[:5], "queries": queries, **criteria}


def judge(prompt: str) -> JSON:
    """Find every work relevant."""
    ids = re.findall(r"^(\S+) \((?:\d{4}|year unknown)", prompt, re.MULTILINE)
    told = {"relevance": 75, "bears_on_question": True, "reason": "It studies this."}
    return {"judgements": [{"work_id": work, **told} for work in ids]}


def extract(prompt: str) -> JSON:
    """Take the sentences that the embedded extractor takes."""
    question = re.findall(r"^\| ?(.*)$", prompt, re.MULTILINE)[0].strip()
    title = re.findall(r"^Title: (.*)$", prompt, re.MULTILINE)[0]
    blocks = re.findall(r"^(P\d+) \[(.*)\]\n((?:\| ?.*\n?)+)", prompt, re.MULTILINE)
    passages = tuple(
        Passage(id=label, section=section, text=re.sub(r"^\| ?", "", body, flags=re.MULTILINE).strip())
        for label, section, body in blocks
    )
    found = EmbeddedExtractor().extract(ExtractClaims(question=question, title=title, passages=passages))
    return {"claims": [claim.model_dump(mode="json") for claim in found.claims[:MOST_CLAIMS]]}


def vote(prompt: str) -> JSON:
    """Support each claim that has a passage of its own."""
    votes = []
    for claim, labels in re.findall(r"^(\S+) \[\w+, from W\d+, its own passages: (.*)\]$", prompt, re.MULTILINE):
        own = re.findall(r"\bE\d+\b", labels)
        label = "supports" if own else "not_enough_info"
        votes.append({"claim_id": claim, "label": label, "probability": 95, "evidence": own[:1], "reason": "It does."})
    return {"votes": votes}


def write(prompt: str) -> JSON:
    """Quote each claim with the name of its work."""
    names = dict(re.findall(r"^(W-\w+): (.+? \(\d{4}\)),", prompt, re.MULTILINE))
    claims = re.findall(r"^(C-\w+) \[\w+, from (W-\w+),.*\]\n\| (.*)$", prompt, re.MULTILINE)
    sentences = [
        {"text": f'{names.get(work, "One work")} report that "{text}"', "claims": [claim]}
        for claim, work, text in claims
    ]
    return {
        "title": "Claims on the Question",
        "answer": "mixed" if claims else "not_answered",
        "answer_text": "The works differ." if claims else "No claim bears on it.",
        "answer_claims": [claim for claim, _, _ in claims[:1]],
        "abstract": [{"text": "The works that were read differ on the question.", "claims": [claims[0][0]]}]
        if claims
        else [{"text": "Nothing was found.", "claims": []}],
        "themes": [{"heading": "Claims", "sentences": sentences}] if sentences else [],
        "limitations": ["The answers were made by simple rules."],
    }


def score(prompt: str) -> JSON:
    """Give every dimension a six under every mandate."""
    names = re.findall(r"^- (\w+)$", prompt.split("Dimensions to score:")[1], re.MULTILINE)
    scores = [{"dimension": name, "value": 6, "basis": "The results section."} for name in names]
    mandates = re.findall(r"^- (\w+): You are the ", prompt, re.MULTILINE)
    return {"reviews": [{"reviewer": mandate, "scores": scores} for mandate in mandates]}


ANSWERS: dict[str, Callable[[str], JSON]] = {
    "SearchPlan": plan,
    "RelevanceJudgements": judge,
    "ExtractedClaims": extract,
    "ClaimVotes": vote,
    "WrittenReport": write,
    "ReportScores": score,
}


def completion(text: str, tokens: tuple[int, int]) -> JSON:
    """Return a chat completion as OpenAI words it."""
    prompt, answer = tokens
    message = {"role": "assistant", "content": text}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "stub",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer},
    }


def handler(delay: float, log: Path) -> type[BaseHTTPRequestHandler]:
    """Return a request handler that answers `delay` seconds after a call began and writes to the log."""
    writing = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            begun = time.monotonic()
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            prompt = "\n".join(str(message["content"]) for message in body["messages"])
            name = str(body["response_format"]["json_schema"]["name"])
            text = json.dumps(ANSWERS[name](prompt), ensure_ascii=False)
            tokens = (count_tokens(prompt), count_tokens(text))
            ready = time.monotonic()
            time.sleep(max(0.0, delay - (ready - begun)))
            row = {"task": name, "begun": begun, "ready": ready, "ended": time.monotonic(), "prompt": prompt}
            with writing, log.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**row, "prompt_tokens": tokens[0], "completion_tokens": tokens[1]}) + "\n")
            self._send(200, completion(text, tokens))

        def do_GET(self) -> None:
            self._send(200, {"id": "stub", "object": "model", "created": 0, "owned_by": "stub"})

        def _send(self, status: int, body: JSON) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--delay", type=float, default=0.3, help="seconds from the start of a call to its answer")
    parser.add_argument("--log", type=Path, required=True, help="file that gets one line of JSON per call")
    args = parser.parse_args()
    count_tokens("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(args.delay, args.log))
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_address[1]}/v1", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
