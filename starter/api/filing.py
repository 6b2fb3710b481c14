"""Filing one complaint: `POST /api/v1/complaints`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body, Request, Response
from pydantic import Field, ValidationError

from starter.access.caller import Scope
from starter.access.sight import sight
from starter.api.door import Calling, TheDoor
from starter.api.idempotency import HEADER, IdempotencyKey
from starter.api.problems import problem_responses
from starter.api.routers import versioned
from starter.api.waiting import Projected, Wait
from starter.intake.repeats import differing
from starter.projection import projected
from workflows.contract.base import Name
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.filing import FileComplaint
from workflows.contract.views import Filing

CREATED, FOUND = 201, 200

ENGLISH: dict[str, Any] = {
    "source": "web",
    "source_key": "form-20260302-0815",
    "channel": "web",
    "language": "en",
    "subject": "Broken washing machine",
    "text": "The washing machine I bought stopped working after two days and leaks water. I want my money back.",
    "complainant": {"name": "Jane Roe", "email": "jane.roe@customer.example"},
    "remedy_sought": "A refund",
    "product": "WM-7",
}
CHINESE: dict[str, Any] = {
    "source": "hotline",
    "source_key": "call-4711",
    "channel": "hotline",
    "language": "zh",
    "text": "洗衣机送来就是坏的，客服一直不接电话，我要求退款。",
    "complainant": {"name": "王芳", "phone": "+86 138 0000 0000"},
}

router = versioned("Complaints")


class Complaint(FileComplaint):
    """A complaint as it is handed in over HTTP."""

    source_key: Name | None = Field(  # type: ignore[assignment] # the contract's own gets the header's before it is filed
        default=None, description=f"Its key in the source; without it, {HEADER} is."
    )


class Filed(Filing):
    """The answer to filing a complaint."""

    differs: tuple[str, ...] | None = Field(
        default=None,
        description="Of a duplicate: the fields that say something else than what is on file, which stays as it is; a"
        " `note` or `record_answer` can add to it. Left out where it cannot be told.",
    )
    projected: Projected = None


@router.post(
    "/complaints",
    status_code=CREATED,
    response_model=Filed,
    response_model_exclude_none=True,
    summary="File a complaint",
    response_description="It is on file.",
    responses={
        CREATED: {"headers": {"Location": {"description": "The complaint.", "schema": {"type": "string"}}}},
        FOUND: {
            "model": Filed,
            "description": "The same source and key were filed before: this is that complaint, as it was filed then.",
            "headers": {"Location": {"description": "The complaint.", "schema": {"type": "string"}}},
        },
        **problem_responses(ErrorCode.REFERENCE_TAKEN),
    },
)
async def file_complaint(
    *,
    door: TheDoor,
    caller: Calling,
    request: Request,
    response: Response,
    said: Annotated[
        Complaint,
        Body(
            openapi_examples={
                "english": {"summary": "From the web form", "value": ENGLISH},
                "chinese": {"summary": "From the hotline", "value": CHINESE},
            }
        ),
    ],
    key: IdempotencyKey = None,
    wait: Wait = None,
) -> Filed:
    """File a complaint. The same source and key are the same complaint, so repeating this is harmless; a repeat is
    answered with `duplicate`, and says in `differs` which fields say something else than the first time.

    Services file complaints of their own sources; members of staff those of any, such as the hotline's.
    """
    caller.require(Scope.FILE)
    complaint = with_key(said, key)
    caller.require_source(complaint.source)
    filing = await door.desk.file(complaint)
    answer = Filed.model_validate(filing.model_dump())
    if wait:
        answer = answer.model_copy(update={"projected": await projected(door.engine, filing.reference)})
    if filing.duplicate:
        response.status_code = FOUND
        if Scope.READ in caller.scopes:  # who may not read would find out by asking
            differs = await differing(door.engine, complaint, sight(caller, door.settings.see_all))
            answer = answer.model_copy(update={"differs": differs})
    response.headers["Location"] = f"{request.url.path}/{filing.reference}"
    return answer


def with_key(said: Complaint, key: str | None) -> FileComplaint:
    """The complaint under the key that it came with, in its body or in the header.

    Raises:
        AmendsError: `invalid_input`, when there is none, or another one in each, or it is no name.
    """
    in_body = said.source_key
    if in_body is None and key is None:
        message = f"must be given, here or as {HEADER}: the complaint's key in its source"
        raise AmendsError(ErrorCode.INVALID_INPUT, message, "source_key")
    if in_body is not None and key is not None and in_body != key:
        raise AmendsError(ErrorCode.INVALID_INPUT, "differs from the body's source_key; leave one of them out", HEADER)
    fields = {name: getattr(said, name) for name in said.model_fields_set}
    try:
        return FileComplaint.model_validate(fields | {"source_key": in_body or key})
    except ValidationError as error:
        raise invalid_input(error) from error
