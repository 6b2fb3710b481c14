"""Every way Amends says no: one class, one list of stable codes, each mapped once to HTTP and to an exit code."""

from __future__ import annotations

from enum import StrEnum

from pydantic import ValidationError


class ErrorCode(StrEnum):
    """Stable codes. They never change their meaning; new ones may be added."""

    INVALID_INPUT = "invalid_input"
    REFERENCE_MISTYPED = "reference_mistyped"
    UNKNOWN_COMMAND = "unknown_command"
    UNKNOWN_REFERENCE = "unknown_reference"
    UNKNOWN_STAFF = "unknown_staff"
    UNKNOWN_DEPARTMENT = "unknown_department"
    UNKNOWN_POLICY = "unknown_policy"
    UNKNOWN_SUBSCRIPTION = "unknown_subscription"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_PATH = "unknown_path"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    TOO_MANY_REQUESTS = "too_many_requests"
    UNAUTHENTICATED = "unauthenticated"
    NOT_PERMITTED = "not_permitted"
    SEPARATION_OF_DUTIES = "separation_of_duties"
    STALE = "stale"
    WRONG_STATUS = "wrong_status"
    MEETING_OPEN = "meeting_open"
    NO_MEETING = "no_meeting"
    NO_QUORUM = "no_quorum"
    ALREADY_APPROVED = "already_approved"
    ALREADY_VOTED = "already_voted"
    ALREADY_THERE = "already_there"
    ABSENT = "absent"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    CONTRACTOR = "contractor"
    TASKS_OPEN = "tasks_open"
    ON_HOLD = "on_hold"
    TOO_MANY = "too_many"
    LIMIT_PASSED = "limit_passed"
    REFERENCE_TAKEN = "reference_taken"
    ARCHIVED = "archived"
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    SETUP = "setup"
    HISTORY_DIFFERS = "history_differs"
    FAILED = "failed"

    @property
    def http_status(self) -> int:
        """The HTTP status a door answers with."""
        return _ANSWERS[self][0]

    @property
    def exit_code(self) -> int:
        """The exit code of the shell: 1 failed, 2 bad input or set-up, 3 refused, 4 unknown, 5 unreachable."""
        return _ANSWERS[self][1]

    @property
    def is_silence(self) -> bool:
        """Nobody has answered, for now: a command may have been carried out all the same, and can be repeated."""
        return self in (ErrorCode.UNREACHABLE, ErrorCode.NO_ANSWER)


_ANSWERS: dict[ErrorCode, tuple[int, int]] = {
    ErrorCode.INVALID_INPUT: (422, 2),
    ErrorCode.REFERENCE_MISTYPED: (422, 2),
    ErrorCode.UNKNOWN_COMMAND: (422, 2),
    ErrorCode.UNKNOWN_REFERENCE: (404, 4),
    ErrorCode.UNKNOWN_STAFF: (404, 4),
    ErrorCode.UNKNOWN_DEPARTMENT: (404, 4),
    ErrorCode.UNKNOWN_POLICY: (404, 4),
    ErrorCode.UNKNOWN_SUBSCRIPTION: (404, 4),
    ErrorCode.UNKNOWN_KEY: (404, 4),
    ErrorCode.UNKNOWN_PATH: (404, 4),
    ErrorCode.METHOD_NOT_ALLOWED: (405, 2),
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: (415, 2),
    ErrorCode.TOO_LARGE: (413, 2),
    ErrorCode.TOO_SLOW: (408, 5),
    ErrorCode.TOO_MANY_REQUESTS: (429, 5),
    ErrorCode.UNAUTHENTICATED: (401, 3),
    ErrorCode.NOT_PERMITTED: (403, 3),
    ErrorCode.SEPARATION_OF_DUTIES: (403, 3),
    ErrorCode.STALE: (412, 3),
    ErrorCode.WRONG_STATUS: (409, 3),
    ErrorCode.MEETING_OPEN: (409, 3),
    ErrorCode.NO_MEETING: (409, 3),
    ErrorCode.NO_QUORUM: (409, 3),
    ErrorCode.ALREADY_APPROVED: (409, 3),
    ErrorCode.ALREADY_VOTED: (409, 3),
    ErrorCode.ALREADY_THERE: (409, 3),
    ErrorCode.ABSENT: (409, 3),
    ErrorCode.CONFLICT_OF_INTEREST: (403, 3),
    ErrorCode.CONTRACTOR: (403, 3),
    ErrorCode.TASKS_OPEN: (409, 3),
    ErrorCode.ON_HOLD: (409, 3),
    ErrorCode.TOO_MANY: (409, 3),
    ErrorCode.LIMIT_PASSED: (409, 3),
    ErrorCode.REFERENCE_TAKEN: (409, 3),
    ErrorCode.ARCHIVED: (409, 3),
    ErrorCode.UNREACHABLE: (503, 5),
    ErrorCode.NO_ANSWER: (504, 5),
    ErrorCode.SETUP: (500, 2),
    ErrorCode.HISTORY_DIFFERS: (409, 1),
    ErrorCode.FAILED: (500, 1),
}


class AmendsError(Exception):
    """A fact with a stable code and one sentence that says what to do.

    Attributes:
        code: the stable code.
        field: dotted path of the field at fault, where one is.
    """

    def __init__(self, code: ErrorCode, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message

    def about(self, field: str) -> AmendsError:
        """The same fact, of this field."""
        return AmendsError(self.code, self.message, field)


_SAID_MAX_CHARACTERS = 200


def invalid_input(error: ValidationError) -> AmendsError:
    """The first fault pydantic found, as one sentence that names the field. The offending value is left out: it may
    be personal data or three megabytes long.
    """
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    field = _shown(".".join(str(part) for part in first["loc"])) or None
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    message = first["msg"].removeprefix("Value error, ")[:_SAID_MAX_CHARACTERS]
    return AmendsError(ErrorCode.INVALID_INPUT, message + more, field)


def _shown(path: str) -> str:
    """A path of fields as it can be shown and stored: the name of an unknown field is whatever its sender wrote."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in path[:_SAID_MAX_CHARACTERS])
