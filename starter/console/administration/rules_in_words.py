"""What a policy says, clock by clock and rule by rule, in the reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from starter.console.texts import texts
from workflows.contract.approval_rule import ApprovalRule, ApprovalStep, StepOrder
from workflows.contract.assignment import AssignmentRule
from workflows.contract.authority_rule import AuthorityRule
from workflows.contract.clock_rule import ClockKind, ClockRule, Extension, Rung
from workflows.contract.limits import Counts, Days, LimitEnd, Months, Target, Weeks
from workflows.contract.meeting_rule import MeetingRule
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Language, Nature, Severity

_KEYS = "administration.rules"
_UNITS = (("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1)), ("seconds", timedelta(seconds=1)))
_A_DAY = timedelta(days=1)

_WITHIN_SENTENCES = frozenset({"level", "role", "severity", "nature"})
"""Words that are no names, and so begin with no capital there."""


class ClockInWords(NamedTuple):
    """A clock as sentences, its limit apart; `source` says so when nobody read it in the primary text."""

    name: str
    limit: str
    sentences: tuple[str, ...]
    source: str | None
    is_confirmed: bool


class RulesInWords:
    """Reads rules out.

    Args:
        language: the reader's.
        departments: what departments are called in it; others are named as the policy names them.
    """

    def __init__(self, language: Language, departments: Mapping[str, str] | None = None) -> None:
        self._language = language
        self._departments = departments or {}

    def clock_name(self, name: str) -> str:
        """A clock as people call it; one that only this policy has, by its name."""
        return self._word("clock", name) or name.replace("_", " ")

    def clock(self, rule: ClockRule) -> ClockInWords:
        """What the rule of a clock says."""
        said = [self._runs(rule), self._ends(rule), *(self.rung(rung) for rung in rule.ladder)]
        said += [self._say("remind", percent=percent) for percent in rule.remind_complainant]
        said += [self.extension(extension, rule.counts) for extension in rule.extensions]
        if rule.waives:
            said.append(self._say("waives", clocks=self._all(map(self.clock_name, rule.waives))))
        return ClockInWords(self.clock_name(rule.name), self._limit(rule), tuple(said), rule.source, rule.confirmed)

    def targets(self, targets: Mapping[Severity, Target], counts: Counts) -> str:
        """Such as `24 h (critical: 4 h)`: what holds for most severities first."""
        lengths = {severity: self.target(targets[severity], counts) for severity in Severity}
        usual, _ = Counter(lengths.values()).most_common(1)[0]
        others = [
            self._say("other_target", severity=self._severity(severity), length=length)
            for severity, length in lengths.items()
            if length != usual
        ]
        return self._say("targets", usual=usual, others=self._list(others)) if others else usual

    def target(self, target: Target, counts: Counts) -> str:
        """Such as `15 business days`."""
        match target:
            case Days(days=number):
                kind = "business_days" if counts is Counts.BUSINESS_DAY else "calendar_days"
                return self._say(kind, count=number)
            case Weeks(weeks=number):
                return self._say("weeks", count=number)
            case Months(months=number):
                return self._say("months", count=number)
            case _:
                return self._hours(target, counts)

    def rung(self, rung: Rung) -> str:
        """Who is told, and when."""
        counts = rung.counts or Counts.BUSINESS_HOUR  # in plain hours, as they were written
        who = self._word("level", rung.tell.value)
        if rung.after is None:
            said = self._say("rung_percent", percent=rung.percent, who=who)
        else:
            said = self._say("rung_after", length=self._hours(rung.after, counts), who=who)
        if rung.every is None:
            return said
        return self._say("rung_again", rung=said, every=self._hours(rung.every, counts), count=rung.at_most)

    def extension(self, extension: Extension, counts: Counts) -> str:
        """Who may lengthen it, to how long, and in which circumstances."""
        roles = self._either(self._word("role", role.value) for role in extension.roles)
        return self._say("extension", to=self.targets(extension.to, counts), roles=roles, requires=extension.requires)

    def approval(self, rule: ApprovalRule) -> str:
        """Which proposals need whose consent."""
        about = []
        if rule.natures:
            about.append(self._say("about_natures", natures=self._either(map(self._nature, rule.natures))))
        if rule.min_severity is not Severity.LOW:
            about.append(self._say("from_severity", severity=self._severity(rule.min_severity)))
        if rule.min_amount:
            about.append(self._say("from_amount", amount=f"{rule.min_amount:,}"))
        what = self._list(about) or self._say("every_other")
        if not rule.steps:
            return self._say("approval", what=what, consents=self._how_many(rule.in_steps[0]))
        order = self._say("then" if rule.order is StepOrder.SEQUENTIAL else "at_once")
        return self._say("approval", what=what, consents=order.join(map(self.step, rule.steps)))

    def step(self, step: ApprovalStep) -> str:
        """Whose consent one step asks for, and within which limit."""
        said = self._say("step", step=step.step, consents=self._how_many(step))
        return self._say("within", step=said, clock=self.clock_name(step.clock)) if step.clock else said

    def authority(self, rule: AuthorityRule) -> str:
        """Who may give which commands."""
        who = [
            self._either(
                self._or_as_it_is(f"administration.relation.{each.value}", each.value) for each in rule.relations
            ),
            self._either(self._word("role", each.value) for each in rule.roles),
        ]
        people = self._say("being").join(each for each in who if each) or self._say("anybody")
        if rule.departments:
            people = self._say(
                "people_of", people=people, departments=self._either(map(self._department, rule.departments))
            )
        limits = []
        if rule.max_severity:
            limits.append(self._say("to_severity", severity=self._severity(rule.max_severity)))
        if rule.max_amount is not None:
            limits.append(self._say("to_amount", amount=f"{rule.max_amount:,}"))
        if rule.contractors:
            limits.append(self._say("contractors_too"))
        commands = self._all(self._or_as_it_is(f"commands.of.{each}.title", each) for each in rule.commands)
        return self._list([self._say("authority", rule=rule.rule, commands=commands, people=people), *limits])

    def meeting(self, rule: MeetingRule) -> tuple[str, ...]:
        """The quorum and what if it is missed, how far ahead, and when one is called by itself."""
        said = [
            self._say("quorum", percent=rule.quorum_percent, who=self._say(f"fall_back.{rule.fall_back.value}")),
            self._say("notice", first=self._hours(rule.notice), second=self._hours(rule.second_call_after)),
        ]
        if not rule.convene:
            return (*said, self._say("never_called"))
        said.append(self._say("called"))
        said += [
            self._say("also_called", nature=self._nature(nature), departments=self._all(map(self._department, needed)))
            for nature, needed in rule.departments.items()
            if needed
        ]
        return (*said, self._say("agenda", agenda=rule.agenda))

    def assignment(self, rule: AssignmentRule) -> str:
        """To whom new cases go."""
        contractors = self._say("contractors_may" if rule.contractors else "contractors_not")
        return self._list([self._say(f"assign_to.{rule.to.value}"), contractors])

    def routing(self, policy: Policy) -> tuple[str, ...]:
        """Which department gets complaints of which nature."""
        intake = self._say("intake", department=self._department(policy.intake_department))
        pairs = policy.routing.items()
        return (
            intake,
            *(self._say("route", nature=self._nature(each), department=self._department(to)) for each, to in pairs),
        )

    def _limit(self, rule: ClockRule) -> str:
        length = self.targets(rule.target, rule.counts)
        said = self._say(f"counts.{rule.counts.value}", length=length)
        return self._say("at_close", limit=said) if rule.end is LimitEnd.CLOSE else said

    def _runs(self, rule: ClockRule) -> str:
        if rule.is_of_a_step:
            return self._say("runs_of_step")
        events = [
            self._either(self._quoted(self._word("event", event.value) or event.value) for event in several)
            for several in (rule.start, rule.stop)
        ]
        said = [self._say("runs", start=events[0], stop=events[1])]
        said.append(self._say("pauses" if rule.pausable else "never_pauses"))
        if rule.per_department:
            said.append(self._say("per_department"))
        said.append(self._say(f"reopened.{rule.on_reopen.value}"))
        return self._list(said)

    def _ends(self, rule: ClockRule) -> str:
        end = self._say(f"expiry.{rule.on_expiry.value}")
        return end if rule.kind is ClockKind.OBLIGATION else self._say(f"kind.{rule.kind.value}", end=end)

    def _how_many(self, step: ApprovalStep) -> str:
        roles = self._either(self._word("role", role.value) for role in step.roles)
        if step.department is not None:
            roles = self._say("people_of", people=roles, departments=self._department(step.department))
        return self._say("consents", count=step.approvals, roles=roles)

    def _hours(self, length: timedelta, counts: Counts = Counts.CONTINUOUS) -> str:
        days, rest = divmod(length, _A_DAY)
        if counts is Counts.CONTINUOUS and days > 1 and not rest:
            return self._say("days_of_24", count=days)
        parts, rest = [], length
        for unit, size in _UNITS:
            count, rest = divmod(rest, size)
            if count:
                parts.append(self._say(unit, count=count))
        return " ".join(parts) or self._say("hours", count=0)

    def _severity(self, severity: Severity) -> str:
        return self._word("severity", severity.value) or severity.value

    def _nature(self, nature: Nature) -> str:
        return self._word("nature", nature.value) or nature.value

    def _department(self, department: str) -> str:
        return self._departments.get(department, department)

    def _quoted(self, words: str) -> str:
        return self._say("quoted", words=words)

    def _either(self, words: Iterable[str | None]) -> str:
        return self._say("or").join(each for each in words if each)

    def _all(self, words: Iterable[str]) -> str:
        return self._say("and").join(words)

    def _list(self, parts: Iterable[str]) -> str:
        return self._say("comma").join(parts)

    def _word(self, vocabulary: str, value: str) -> str | None:
        key = f"vocabulary.{vocabulary}.{value}"
        if key not in texts():
            return None
        said = texts().say(self._language, key)
        return said.lower() if vocabulary in _WITHIN_SENTENCES else said

    def _or_as_it_is(self, key: str, value: str) -> str:
        return texts().say(self._language, key) if key in texts() else value

    def _say(self, key: str, **values: object) -> str:
        return texts().say(self._language, f"{_KEYS}.{key}", **values)
