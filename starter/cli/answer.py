"""`amends answer`: the survey, with the token that a complainant holds."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.connections import resolve
from infra.settings import Settings
from infra.survey_token import read_survey_token
from starter.cli.doors import open_desk
from starter.cli.giving import explained, print_receipt
from starter.cli.options import COMPLAINANT, AsJson
from starter.cli.running import run
from workflows.contract.commands import AnswerSurvey
from workflows.contract.commands.base import OWN_IDS
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Role

AUTHENTICATED_BY = "survey_link"

app = typer.Typer(add_completion=False)


@app.command()
def answer(
    token: Annotated[str, typer.Argument(help="The last part of the link in the survey's mail, or the whole link.")],
    solved: Annotated[bool, typer.Option("--solved/--not-solved", help="Is it really solved? No reopens the case.")],
    score: Annotated[int | None, typer.Option(min=1, max=5, help="5 is best.")] = None,
    comment: Annotated[str | None, typer.Option(help="In the complainant's words.")] = None,
    as_json: AsJson = False,
) -> None:
    """Answer the survey with the token in its link."""

    async def work(settings: Settings) -> None:
        secret = resolve(settings).survey_secret.get_secret_value()
        reference, survey_round = read_survey_token(token.rpartition("/")[2], secret)
        desk = await open_desk(settings)
        command = AnswerSurvey(
            actor=Actor(subject=COMPLAINANT, roles=(Role.COMPLAINANT,), authenticated_by=AUTHENTICATED_BY),
            # The same answer twice is one answer; a different one is refused, as the first has been acted on.
            command_id=f"{OWN_IDS}survey-{survey_round}-{'solved' if solved else 'not-solved'}",
            round=survey_round,
            solved=solved,
            score=score,
            comment=comment,
        )
        print_receipt(await explained(desk.command(reference, command), command), as_json=as_json)

    run(work, as_json=as_json)
