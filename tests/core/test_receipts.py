"""What makes a command the same one when it is repeated: who asks for what, not what doors found out beside it."""

from __future__ import annotations

from tests.core import builders as b
from workflows.contract import commands as ask
from workflows.contract.commands import Command
from workflows.contract.parties import Actor, Party, Standing
from workflows.contract.sameness import digest
from workflows.contract.vocabulary import Role


def reassign(actor: Actor = b.HEAD, standing: Standing | None = None, reason: str = "She knows the case") -> Command:
    """To a colleague, of whom the directory said this."""
    to = Party(department="service", subject=b.COLLEAGUE.subject, standing=standing)
    return ask.Reassign(actor=actor, to=to, reason=reason)


def test_what_the_directory_said_may_differ_from_one_try_to_the_next() -> None:
    """Somebody falls ill between the two: it is still the same command."""
    standing = Standing(roles=(Role.AGENT,), department="service", deputy=b.AGENT.subject)
    assert digest(reassign()) == digest(reassign(standing=standing))


def test_how_the_actor_was_authenticated_may_differ() -> None:
    """The same person through another door."""
    assert digest(reassign()) == digest(reassign(b.HEAD.model_copy(update={"authenticated_by": "oidc"})))


def test_another_content_or_person_is_another_command() -> None:
    """Whatever their id."""
    assert len({digest(reassign()), digest(reassign(reason="Another")), digest(reassign(b.LEAD))}) == 3
