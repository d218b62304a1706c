"""The limits of one parsing process, and how they are passed to it."""

from __future__ import annotations

from dataclasses import dataclass

_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class ParserLimits:
    """How much one document may cost.

    Args:
        wall_seconds: Time on the clock until the process is killed.
        cpu_seconds: Processor time of the process.
        memory_bytes: Address space of the process.
        input_bytes: Largest file that is read at all.
        output_bytes: Largest result that is taken back.
    """

    wall_seconds: float = 60.0
    cpu_seconds: int = 30
    memory_bytes: int = 1536 * _MEBIBYTE
    input_bytes: int = 128 * _MEBIBYTE
    output_bytes: int = 64 * _MEBIBYTE
