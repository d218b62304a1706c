"""Every error that juried raises on purpose, and what a user can do about each.

    JuriedError                    base: message, what it concerns, advice, exit code
    ├── UsageError            (2)  the command, a setting or the question cannot be used as given
    │   └── QuestionError     (2)  the question is empty or cannot be searched
    ├── BudgetError           (3)  what may be spent does not allow even the search plan
    ├── LibraryError          (2)  a local library is absent, empty or unreadable
    ├── NoEvidenceError       (4)  nothing that was found answers the question
    ├── SourceError           (4)  a database failed; `retryable` says whether trying again may help
    │   ├── UnsafeAddress     (4)  an address that is not public http(s); it was not opened
    │   └── AnswerTooLarge    (4)  an answer over the limit of bytes; it was not read to its end
    ├── DocumentError         (3)  one document cannot be read; `reason` is a DocumentReason
    ├── BackendError          (5)  a model backend cannot be used at all (no key, no model, wrong address)
    │   ├── MissingPackage    (5)  a package is not installed; advice is the install line
    │   └── ModelFileError    (5)  a file of a model that ships with juried is absent or damaged
    ├── StorageError          (6)  a folder cannot be written, or the disk is full; the run can be resumed
    ├── RecordError           (2)  a stored record or journal is corrupted or half written
    ├── PromptError           (2)  a prompt file is absent or damaged, or its variables disagree
    ├── ReplayError           (7)  a replay asks for what was not recorded, or its result is not the recorded one
    └── RunInterrupted        (6)  the user or a signal stopped the run; it can be resumed

An item that fails inside a run (one claim, one document, one source) is a value in the record, not an
exception that ends the run.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process returns; documented in the README."""

    SEALED = 0
    USAGE = 2
    DEGRADED = 3
    NO_EVIDENCE = 4
    BACKEND = 5
    INTERRUPTED = 6
    DIFFERENT = 7


class JuriedError(Exception):
    """Base of all errors meant for a person.

    Args:
        message: What failed, in one sentence.
        concerns: The id or name it failed for; empty when it concerns the whole run.
        advice: What to do next, if possible the exact command line.
    """

    exit_code: ExitCode = ExitCode.BACKEND

    def __init__(self, message: str, *, concerns: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.concerns = concerns
        self.advice = advice

    def __str__(self) -> str:
        head = f"{self.concerns}: {self.message}" if self.concerns else self.message
        return f"{head} {self.advice}".strip()


class UsageError(JuriedError):
    """The command, a setting or the question cannot be used as given."""

    exit_code = ExitCode.USAGE


class QuestionError(UsageError):
    """The question is empty, or no search can be made from it."""


class BudgetError(JuriedError):
    """What may be spent does not allow even the search plan; later on, what is not affordable is a loss."""

    exit_code = ExitCode.DEGRADED


class LibraryError(JuriedError):
    """A local library is absent, empty or unreadable."""

    exit_code = ExitCode.USAGE


class NoEvidenceError(JuriedError):
    """Nothing that was found answers the question."""

    exit_code = ExitCode.NO_EVIDENCE


class SourceError(JuriedError):
    """A database failed.

    Args:
        message: What failed, in one sentence.
        concerns: The name of the source.
        advice: What to do next.
        retryable: Whether the same request may succeed later.
        status: The value of a `juried.records.work.SourceStatus` for the ledger.
    """

    exit_code = ExitCode.NO_EVIDENCE

    def __init__(
        self, message: str, *, concerns: str = "", advice: str = "", retryable: bool = False, status: str = "failed"
    ) -> None:
        super().__init__(message, concerns=concerns, advice=advice)
        self.retryable = retryable
        self.status = status


class UnsafeAddress(SourceError):
    """An address that is not public http(s); it was not opened."""


class AnswerTooLarge(SourceError):
    """An answer over the limit of bytes; it was not read to its end."""


class DocumentError(JuriedError):
    """One document cannot be read.

    Args:
        message: What failed, in one sentence.
        reason: The value of a `juried.records.document.DocumentReason`.
        concerns: The file's name or SHA-256.
        advice: What to do next.
    """

    exit_code = ExitCode.DEGRADED

    def __init__(self, message: str, *, reason: str, concerns: str = "", advice: str = "") -> None:
        super().__init__(message, concerns=concerns, advice=advice)
        self.reason = reason


class BackendError(JuriedError):
    """A model backend cannot be used at all; raised before any paid call."""


class MissingPackage(BackendError):
    """A package is not installed; the advice is the install line."""


class ModelFileError(BackendError):
    """A file of a model that ships with juried is absent or damaged; installing juried again mends it."""


class StorageError(JuriedError):
    """A folder cannot be written, or the disk is full; once mended, the same command goes on."""

    exit_code = ExitCode.INTERRUPTED


class RecordError(JuriedError):
    """A stored record or journal is corrupted or half written."""

    exit_code = ExitCode.USAGE


class PromptError(JuriedError):
    """A prompt file is absent or damaged, or the variables that it declares are not those it uses."""

    exit_code = ExitCode.USAGE


class ReplayError(JuriedError):
    """A replay asks for what was not recorded, leaves something unplayed, or its result is not the recorded one."""

    exit_code = ExitCode.DIFFERENT


class RunInterrupted(JuriedError):
    """The user or a signal stopped the run; the same command goes on with it."""

    exit_code = ExitCode.INTERRUPTED
