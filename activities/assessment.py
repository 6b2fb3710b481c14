"""Finds out what a new complaint is about, and adds the policy in force and the people in charge."""

from __future__ import annotations

import traceback
from datetime import timedelta
from typing import NamedTuple

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity

from activities.candidates import Candidates
from activities.classification.port import Classifier
from activities.memory import FRESH_FOR, Fresh
from infra.db import directory
from infra.db.transaction import transact
from infra.policies import check_departments
from infra.policy_in_force import PolicyInForce
from infra.rule_sets import RuleSet
from infra.working_calendars import WorkingCalendars
from workflows.contract.assessment import Assessment, Responsible
from workflows.contract.assignment import AssignTo, Candidate
from workflows.contract.classification import Classification, Evidence
from workflows.contract.destination import destination
from workflows.contract.policy import Policy
from workflows.contract.ports import AssessmentPort, Unassessed
from workflows.contract.vocabulary import Nature, Sentiment, Severity

FAILED = "classifier_failed"
"""The label of the evidence that stands in for a classifier's."""

log = structlog.get_logger(__name__)


class _Remembered(NamedTuple):
    """What all complaints assessed within a few seconds share."""

    departments: dict[str, Responsible]
    executive: str
    rules: RuleSet


class AssessmentActivities(AssessmentPort):
    """Assessment with one classifier, that of the worker it runs in, and the policy that is in force.

    Args:
        classifier: what it is about.
        policy_in_force: which policy is pinned to a complaint assessed now.
        engine: the application's connections, for the directory and the published policies.
        calendars: those that the staff work by.
        fresh_for: how long people in charge and the policy are remembered.
    """

    def __init__(
        self,
        classifier: Classifier,
        policy_in_force: PolicyInForce,
        engine: AsyncEngine,
        calendars: WorkingCalendars,
        *,
        fresh_for: timedelta = FRESH_FOR,
    ) -> None:
        self._classifier = classifier
        self._policy_in_force = policy_in_force
        self._candidates = Candidates(engine, calendars, fresh_for=fresh_for)
        self._known = Fresh(lambda: transact(engine, self._ask), fresh_for)

    @activity.defn
    async def assess(self, unassessed: Unassessed) -> Assessment:
        """Classify the text; add the policy in force with its calendar, the heads of departments, and where the policy
        assigns to persons those of the department concerned.

        Raises:
            AmendsError: `unreachable`; `unknown_department`, when the policy sends complaints to a department that the
                directory does not have; `setup`, when it names no executive; `unknown_policy`, when none is in force.
        """
        departments, executive, rules = await self._known.value()
        check_departments(rules.policy, departments)
        classification = self._classify(unassessed)
        candidates = await self._who_could_hold_it(rules.policy, classification)
        return Assessment(
            classification=classification,
            policy=rules.policy,
            calendar=rules.calendar,
            departments=departments,
            executive=executive,
            candidates=candidates,
            calendars=self._candidates.calendars_of(candidates, apart_from=rules.calendar),
        )

    async def _who_could_hold_it(self, policy: Policy, classification: Classification) -> tuple[Candidate, ...]:
        if policy.assignment.to is AssignTo.HEAD:
            return ()
        return await self._candidates.of(destination(policy, classification).department)

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

    async def _ask(self, connection: AsyncConnection) -> _Remembered:
        return _Remembered(
            departments=await directory.responsible(connection),
            executive=await directory.executive(connection),
            rules=await self._policy_in_force.rule_set(connection),
        )


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
