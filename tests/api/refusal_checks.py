"""What Schemathesis does and checks here besides its own: the bodies of batches, and refusals by their codes."""

from __future__ import annotations

from itertools import count
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, HookContext, Response, SerializationContext

KEY, MATCH = "Idempotency-Key", "If-Match"
PROBLEM = "application/problem+json"
REFUSED = 400
MISTYPED = 422

BEYOND_SCHEMAS = (
    "should have at least 1 character",  # spaces around a text do not count
    "must contain at least one word",
    "must not lie",  # in the future, or before the company
    "there is no such event",
    "no dead letter has this id",
    "expected `next` of the page before",
    "they name different people",
    "must be a web address",
    "must be an address with https or s3",
    "less than or equal to 8 hours",
    "must be 0 to 7 days",
    "must be given, here or as Idempotency-Key",
)
"""What is expected there is more than a schema can say."""

_numbers = count(1)


@schemathesis.serializer("application/x-ndjson")
def as_lines(_: SerializationContext, value: Any) -> bytes:
    """A body of lines, as it is."""
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")


@schemathesis.hook
def before_call(_: HookContext, case: Case[Any], __: dict[str, Any]) -> None:
    """Heed what the document says of these headers in words: one key for one request, and not beside another in the
    body; an ETag in its quotation marks, which get lost on the way from the document to the header.
    """
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if KEY in case.headers:
        case.headers[KEY] = f"schemathesis-{next(_numbers)}"
        if isinstance(case.body, dict) and case.body.get("source_key"):
            del case.headers[KEY]
    if case.headers.get(MATCH, '"').strip('"').isdecimal():
        case.headers[MATCH] = "*"


@schemathesis.check
def documented_refusal(_: CheckContext, response: Response, case: Case[Any]) -> None:
    """It says its status, its code and the request's id, and the code is one that is documented for the status."""
    if response.status_code < REFUSED:
        return
    media_type = ", ".join(response.headers.get("content-type", ["nothing"]))
    assert media_type == PROBLEM, f"a refusal is a problem, not {media_type}"
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["request_id"] in response.headers["x-request-id"]
    codes = documented_codes(case, response.status_code)
    assert problem["code"] in codes, f"{problem['code']} is not documented, only {sorted(codes)}"


@schemathesis.check
def nothing_allowed_is_mistyped(_: CheckContext, response: Response, case: Case[Any]) -> None:
    """What the document allows is not refused as invalid, unless that could not be said there."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != MISTYPED:
        return
    problem = response.json()
    is_beyond = problem["code"] != "invalid_input" or any(words in problem["detail"] for words in BEYOND_SCHEMAS)
    assert is_beyond, f"the document allows it; {problem.get('field')}: {problem['detail']}"


def documented_codes(case: Case[Any], status: int) -> set[str]:
    """The codes with which this may be refused; a method that a path does not have is documented nowhere."""
    if case.method.upper() != case.operation.method.upper():
        return {"method_not_allowed"}
    responses: dict[str, Any] = case.operation.definition.raw["responses"]
    content = responses.get(str(status), {}).get("content", {})
    return set(content.get(PROBLEM, {}).get("examples", {}))
