"""Whether a text speaks to a machine rather than to a reader."""

from __future__ import annotations

import re

_MACHINE = r"(?:ai|llm|large language model|language model|chatbot|assistant|automated reviewer|chatgpt|gpt-?\d)"
_TO_A_MACHINE = re.compile(
    r"\b(?:(?:ignore|disregard|forget) (?:all |any |the |your )*(?:previous|prior|above|earlier|other|preceding)"
    rf"|(?:as|you are|if you are|to|for) (?:an? |the |any |all )*{_MACHINE}s?\b"
    r"|system prompt|(?:give|write|recommend) (?:a |only )?(?:positive|favou?rable) review|recommend acceptance"
    r"|reviewers?\s*[:,]\s*(?:please )?(?:support|accept|verify|confirm|approve|mark|rate|score|label|treat|give)"
    r"|(?:support|accept|verify|confirm|approve) (?:every|all|each|any) (?:of )?(?:the |these |its )?claims?"
    r"|do not (?:mention|highlight|report) any (?:negative|weakness|limitation))",
    re.IGNORECASE,
)


def speaks_to_a_machine(comment: str) -> bool:
    """Whether a comment reads like an instruction to a language model.

    Comments are common in sources and are never text; only those of this kind are worth reporting.
    """
    return bool(_TO_A_MACHINE.search(comment))
