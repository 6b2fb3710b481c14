"""Tells the complainant the result and asks, by a signed link, whether it is really solved."""

from __future__ import annotations

from temporalio import activity

from activities.posting import PostOffice
from activities.staff import complainant
from infra.letters.writer import Letter, LetterWriter, OnFile
from infra.survey_token import make_survey_token
from workflows.contract.effects import Notice, SendSurvey
from workflows.contract.ports import Posted, Posting, SurveyPort


class SurveyActivities(SurveyPort):
    """Asking whether it is solved.

    Args:
        public_url: where complainants reach Amends.
        secret: signs the links; whoever knows it can answer for any complainant.
    """

    def __init__(self, post_office: PostOffice, letters: LetterWriter, *, public_url: str, secret: str) -> None:
        self._post_office = post_office
        self._letters = letters
        self._public_url = public_url.rstrip("/")
        self._secret = secret

    @activity.defn
    async def send_survey(self, posting: Posting) -> Posted:
        """Store the letter with the link, and send it."""
        surveys = [effect for effect in posting.effects if isinstance(effect, SendSurvey)]

        async def compose(about: OnFile) -> list[Letter]:
            return [
                self._letters.write(
                    about,
                    Notice.SURVEY,
                    survey.sequence,
                    complainant(about),
                    {"result": survey.result, "link": self._link(about.reference, survey.round)},
                )
                for survey in surveys
            ]

        return await self._post_office.post(posting, compose)

    def _link(self, reference: str, survey_round: int) -> str:
        return f"{self._public_url}/survey/{make_survey_token(reference, survey_round, self._secret)}"
