"""What can be done to an organisation: each edit makes a new one, and refuses what has to wait for something else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, ValidationError

from infra.db.directory import unknown_department, unknown_staff
from infra.organisation import Department, Member, Organisation
from workflows.contract.base import Model, Name, Slug
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.filing import EmailAddress
from workflows.contract.vocabulary import Language, Nature, Role

_RANKS = frozenset({Role.AGENT, Role.LEAD, Role.HEAD})
"""Of these a person holds one: what they are in their department."""


class MemberChanges(Model):
    """New values for fields of a member of staff. What is not given stays; none takes an optional field away."""

    name: Name | None = None
    email: EmailAddress | None = None
    department: Slug | None = None
    roles: Annotated[tuple[Role, ...] | None, Field(min_length=1)] = None
    language: Language | None = None
    languages: tuple[Language, ...] | None = None
    skills: tuple[Nature, ...] | None = None
    team: Name | None = None
    calendar: Slug | None = None
    deputy: Name | None = None
    contractor: bool | None = None


def member_of(organisation: Organisation, subject: str) -> Member:
    """The person with this subject.

    Raises:
        AmendsError: `unknown_staff`, with the names that come close.
    """
    found = organisation.member(subject)
    if found is None:
        raise unknown_staff(subject, (member.subject for member in organisation.staff))
    return found


def engaged(organisation: Organisation, member: Member) -> Organisation:
    """With a new member of staff.

    Raises:
        AmendsError: `already_there`, for somebody of that name who differs; `invalid_input`, for a head;
            `unknown_department`, `unknown_staff`.
    """
    known = organisation.member(member.subject)
    if known == member:
        return organisation
    if known is not None:
        raise AmendsError(
            ErrorCode.ALREADY_THERE, f"{member.subject} is on the staff already; change what is said of them", "subject"
        )
    if Role.HEAD in member.roles:
        raise _appoint_instead(member)
    _check_names(organisation, member)
    return _with_staff(organisation, (*organisation.staff, member))


def changed(organisation: Organisation, subject: str, changes: MemberChanges) -> Organisation:
    """With other values for a member of staff.

    Raises:
        AmendsError: `invalid_input`, also for a new head; `unknown_staff`, `unknown_department`; `wrong_status`, for a
            head who is to be head no more.
    """
    before = member_of(organisation, subject)
    after = _revised(before, changes)
    if Role.HEAD in before.roles and (after.department != before.department or Role.HEAD not in after.roles):
        raise _still_head(before, "be something else")
    if Role.HEAD in after.roles and Role.HEAD not in before.roles:
        raise _appoint_instead(after)
    _check_names(organisation, after)
    return _replaced(organisation, after)


def left(organisation: Organisation, subject: str) -> Organisation:
    """Without somebody, and without them as anybody's deputy.

    Raises:
        AmendsError: `unknown_staff`; `wrong_status`, for a head and for the last executive.
    """
    leaver = member_of(organisation, subject)
    if Role.HEAD in leaver.roles:
        raise _still_head(leaver, "leave")
    others = tuple(member for member in organisation.staff if member != leaver)
    if Role.EXECUTIVE in leaver.roles and not any(Role.EXECUTIVE in member.roles for member in others):
        raise AmendsError(
            ErrorCode.WRONG_STATUS,
            f"{subject} is the only executive and cannot leave before somebody else is one: give them the role first",
            "subject",
        )
    released = (member.model_copy(update={"deputy": None}) if member.deputy == subject else member for member in others)
    return _with_staff(organisation, released)


def department_added(organisation: Organisation, department: Department, head: str) -> Organisation:
    """With a new department, into which its head moves.

    Raises:
        AmendsError: `already_there`; `unknown_staff`; `wrong_status`, for somebody who heads another department.
    """
    if any(known.department == department.department for known in organisation.departments):
        raise AmendsError(
            ErrorCode.ALREADY_THERE, f"there is a department {department.department} already", "department"
        )
    member = member_of(organisation, head)
    if Role.HEAD in member.roles:
        raise _still_head(member, "head another department")
    moved = _ranked(member, Role.HEAD).model_copy(update={"department": department.department})
    return _replaced(organisation, moved).model_copy(update={"departments": (*organisation.departments, department)})


def appointed(organisation: Organisation, department: str, subject: str, rank: Role) -> Organisation:
    """With another head or lead of a department, out of its people; whoever was that becomes an agent.

    Raises:
        AmendsError: `unknown_department`; `unknown_staff`, also for people of other departments; `wrong_status`, for a
            head who is to be lead.
    """
    _check_department(organisation, department)
    member = member_of(organisation, subject)
    if member.department != department:
        raise AmendsError(
            ErrorCode.UNKNOWN_STAFF,
            f"{subject} is not in {department} but in {member.department}; appoint one of its people, or move"
            f" {subject} there first",
            rank.value,
        )
    if rank is Role.LEAD and Role.HEAD in member.roles:
        raise _still_head(member, "be its lead")
    for former in organisation.holders(rank, department):
        organisation = _replaced(organisation, _ranked(former, Role.AGENT))
    return _replaced(organisation, _ranked(member, rank))


def _revised(before: Member, changes: MemberChanges) -> Member:
    given = {field: getattr(changes, field) for field in changes.model_fields_set}
    for field in ("languages", "skills"):
        given[field] = given.get(field, getattr(before, field)) or ()
    try:
        return Member.model_validate({**dict(before), **given})
    except ValidationError as error:
        raise invalid_input(error) from error


def _ranked(member: Member, rank: Role) -> Member:
    held = {rank, *(role for role in member.roles if role not in _RANKS)}
    try:
        return Member.model_validate({**dict(member), "roles": tuple(role for role in Role if role in held)})
    except ValidationError as error:
        raise invalid_input(error) from error


def _replaced(organisation: Organisation, after: Member) -> Organisation:
    return _with_staff(
        organisation, (after if member.subject == after.subject else member for member in organisation.staff)
    )


def _with_staff(organisation: Organisation, staff: Iterable[Member]) -> Organisation:
    """Not checked yet: `infra.db.directory_store` checks what is written."""
    return organisation.model_copy(update={"staff": tuple(staff)})


def _check_names(organisation: Organisation, member: Member) -> None:
    _check_department(organisation, member.department)
    if member.deputy is not None and member.deputy != member.subject:
        member_of(organisation, member.deputy)


def _check_department(organisation: Organisation, department: str) -> None:
    known = [each.department for each in organisation.departments]
    if department not in known:
        raise unknown_department(department, known)


def _appoint_instead(member: Member) -> AmendsError:
    return AmendsError(
        ErrorCode.INVALID_INPUT,
        f"a head is appointed, in place of the present one: amends department appoint {member.department} --head"
        f" {member.subject}",
        "roles",
    )


def _still_head(head: Member, what: str) -> AmendsError:
    return AmendsError(
        ErrorCode.WRONG_STATUS,
        f"{head.subject} heads {head.department} and cannot {what} before somebody else does:"
        f" amends department appoint {head.department} --head USER",
        "subject",
    )
