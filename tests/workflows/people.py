"""Who acts in these tests: some of the shipped staff, with the roles they have there, and a complainant."""

from __future__ import annotations

from infra.organisation import load_organisation
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Role

_STAFF = {member.subject: member for member in load_organisation().staff}


def staff(subject: str) -> Actor:
    """A member of the shipped staff."""
    member = _STAFF[subject]
    return Actor(subject=subject, roles=member.roles, department=member.department, authenticated_by="test")


AGENT = staff("zhou.qi")
"""Of customer service, where the complaints of these tests arrive."""

LEAD = staff("tom.hale")
HEAD = staff("lin.wan")
EXECUTIVE = staff("xu.ming")

ENGINEER = staff("he.jun")
ENGINEERS_LEAD = staff("ines.vogel")

LAWYER = staff("fang.min")
LAWYERS_HEAD = staff("shen.yi")

COMPLAINANT = Actor(subject="complainant", roles=(Role.COMPLAINANT,), authenticated_by="survey_link")
