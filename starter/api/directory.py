"""Who is who: `GET /api/v1/me`, `/directory/departments` and `/directory/staff`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from starter.access.caller import Caller, Scope
from starter.api.door import Calling, TheDoor
from starter.api.routers import versioned
from starter.api.said import SaidName
from starter.directory import DepartmentRow, Directory, StaffRow, WantedStaff
from workflows.contract.base import Model, Slug
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import StandIn
from workflows.contract.vocabulary import Language, Nature, Role

router = versioned("Directory")


class Me(Model):
    """The caller, as this door knows them."""

    subject: str
    is_service: bool
    roles: tuple[Role, ...]
    department: str | None
    contractor: bool
    stands_in_for: tuple[StandIn, ...]
    scopes: tuple[Scope, ...]
    sources: tuple[str, ...] | None
    authenticated_by: str


class Departments(Model):
    """The departments, by name."""

    items: tuple[DepartmentRow, ...]


class Staff(Model):
    """Members of staff, department by department, by name."""

    items: tuple[StaffRow, ...]


@router.get(
    "/me",
    summary="Who the caller is",
    responses={
        200: {
            "content": {
                "application/json": {
                    "example": {
                        "subject": "zhou.qi",
                        "is_service": False,
                        "roles": ["agent"],
                        "department": "customer_service",
                        "contractor": False,
                        "stands_in_for": [],
                        "scopes": ["command", "file", "read", "subscribe"],
                        "sources": None,
                        "authenticated_by": "oidc",
                    }
                }
            }
        }
    },
)
async def read_me(caller: Calling) -> Me:
    """Who the caller is to Amends: roles and department, what they were let in for, whom they stand in for now, and of
    a service the sources whose complaints it files and sees.
    """
    actor = caller.actor
    return Me(
        subject=actor.subject,
        is_service=caller.is_service,
        roles=actor.roles,
        department=actor.department,
        contractor=actor.contractor,
        stands_in_for=actor.stands_in_for,
        scopes=tuple(sorted(caller.scopes)),
        sources=None if caller.sources is None else tuple(sorted(caller.sources)),
        authenticated_by=actor.authenticated_by,
    )


@router.get(
    "/directory/departments",
    summary="Departments",
    responses={
        200: {
            "content": {
                "application/json": {
                    "example": {
                        "items": [
                            {
                                "department": "customer_service",
                                "names": {"zh": "客户服务部", "en": "Customer Service"},
                                "head": "lin.wan",
                                "lead": "tom.hale",
                                "staff": 9,
                            }
                        ]
                    }
                }
            }
        }
    },
)
async def list_departments(door: TheDoor, caller: Calling) -> Departments:
    """The departments in which somebody is, who answers for each, and how many people are in it."""
    caller.require(Scope.READ)
    return Departments(items=tuple(await Directory(door.engine).departments()))


@router.get(
    "/directory/staff",
    summary="Members of staff",
    responses={
        200: {
            "content": {
                "application/json": {
                    "example": {
                        "items": [
                            {
                                "subject": "zhou.qi",
                                "name": "Zhou Qi",
                                "email": "zhou.qi@amends.example",
                                "department": "customer_service",
                                "roles": ["agent"],
                                "language": "zh",
                                "languages": ["en"],
                                "skills": ["quality"],
                                "team": None,
                                "calendar": None,
                                "deputy": None,
                                "contractor": False,
                                "active": True,
                                "absent_until": None,
                            }
                        ]
                    }
                }
            }
        }
    },
)
async def list_staff(
    door: TheDoor,
    caller: Calling,
    *,
    department: Annotated[Slug | None, Query(description="Where they are.")] = None,
    role: Annotated[Role | None, Query(description="What they are.")] = None,
    language: Annotated[Language | None, Query(description="What they speak.")] = None,
    skill: Annotated[Nature | None, Query(description="What they know about.")] = None,
    team: Annotated[SaidName | None, Query(description="Their team.")] = None,
    contractor: Annotated[bool | None, Query(description="Whether they work for a contractor.")] = None,
    absent: Annotated[bool | None, Query(description="Whether they are absent now.")] = None,
    active: Annotated[bool, Query(description="False for those who have left.")] = True,
) -> Staff:
    """Those wanted, and who of them is absent until when. For people on the staff: a service needs no addresses."""
    caller.require(Scope.READ)
    _require_staff(caller)
    wanted = WantedStaff(
        department=department,
        role=role,
        language=language,
        skill=skill,
        team=team,
        contractor=contractor,
        absent=absent,
        active=active,
    )
    return Staff(items=tuple(await Directory(door.engine).members(wanted)))


def _require_staff(caller: Caller) -> None:
    if caller.is_service:
        raise AmendsError(ErrorCode.NOT_PERMITTED, "who is on the staff is shown to the staff alone", "actor")
