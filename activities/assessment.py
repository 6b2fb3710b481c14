"""Finds out what a new complaint is about, and adds the policy in force and the people in charge."""

from __future__ import annotations

import time
import traceback
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity

from activities.classification.port import Classifier
from infra.db import directory
from infra.db.transaction import transact
from infra.policies import check_departments
from workflows.contract.assessment import Assessment, Responsible
from workflows.contract.classification import Classification, Evidence
from workflows.contract.policy import Policy
from workflows.contract.ports import AssessmentPort, Unassessed
from workflows.contract.vocabulary import Nature, Sentiment, Severity

DIRECTORY_FRESH_FOR = timedelta(seconds=15)
"""How long a change of staff may take to be noticed. Under load it saves a query for each complaint."""

FAILED = "classifier_failed"
"""The label of the evidence that stands in for a classifier's."""

log = structlog.get_logger(__name__)


class AssessmentActivities(AssessmentPort):
    """Assessment with one classifier and one policy, those of the worker it runs in.

    Args:
        classifier: what it is about.
        policy: pinned to every complaint assessed here.
        engine: the application's connections, for the directory.
        directory_fresh_for: how long people in charge are remembered.
    """

    def __init__(
        self,
        classifier: Classifier,
        policy: Policy,
        engine: AsyncEngine,
        *,
        directory_fresh_for: timedelta = DIRECTORY_FRESH_FOR,
    ) -> None:
        self._classifier = classifier
        self._policy = policy
        self._engine = engine
        self._fresh_for = directory_fresh_for.total_seconds()
        self._in_charge: tuple[dict[str, Responsible], str] | None = None
        self._asked_at = 0.0

    @activity.defn
    async def assess(self, unassessed: Unassessed) -> Assessment:
        """Classify the text; add the policy in force and the heads of departments.

        Raises:
            AmendsError: `unreachable`; `unknown_department`, when the policy sends complaints to a department that the
                directory does not have; `setup`, when it names no executive.
        """
        departments, executive = await self._people_in_charge()
        check_departments(self._policy, departments)
        return Assessment(
            classification=self._classify(unassessed),
            policy=self._policy,
            departments=departments,
            executive=executive,
        )

    def _classify(self, unassessed: Unassessed) -> Classification:
        complaint = unassessed.complaint
        text = f"{complaint.subject}\n{complaint.text}" if complaint.subject else complaint.text
        try:
            return self._classifier.classify(text)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, a person can classify the complaint instead
            place = traceback.extract_tb(error.__traceback__)[-1]
            # Neither message nor traceback: both may quote the complaint.
            log.error(  # noqa: TRY400 - see above
                "assessment.classifier_failed",
                complaint=unassessed.reference,
                classifier=self._classifier.name,
                error=type(error).__name__,
                at=f"{place.filename}:{place.lineno}",
            )
            return _unclassified(self._classifier.name, error)

    async def _people_in_charge(self) -> tuple[dict[str, Responsible], str]:
        if self._in_charge is None or time.monotonic() - self._asked_at > self._fresh_for:
            asked_at = time.monotonic()
            self._in_charge = await transact(self._engine, _in_charge)
            self._asked_at = asked_at
        return self._in_charge


async def _in_charge(connection: AsyncConnection) -> tuple[dict[str, Responsible], str]:
    return await directory.responsible(connection), await directory.executive(connection)


def _unclassified(classifier: str, error: Exception) -> Classification:
    """Sure of nothing, so that the policy sends the complaint to a person at intake."""
    return Classification(
        nature=Nature.OTHER,
        severity=Severity.NORMAL,
        sentiment=Sentiment.CALM,
        urgent=False,
        in_scope=True,
        needs_meeting=False,
        confidence=0,
        evidence=(Evidence(label=FAILED, words=(type(error).__name__,)),),
        classifier=classifier,
    )
