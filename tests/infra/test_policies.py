from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from infra.organisation import load_organisation
from infra.policies import SHIPPED, check_departments, load_policy, shipped_policies
from infra.rule_sets import checked, load_rule_set
from workflows.contract.authority_rule import BY_APPROVAL_MATRIX, AuthorityRule
from workflows.contract.clock_rule import ClockKind, OnExpiry
from workflows.contract.commands import BY_AMENDS, COMMANDS
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Level, Relation, Role, Severity

DEFAULT_TEXT = (SHIPPED / "default.yaml").read_text(encoding="utf-8")


def written(folder: Path, old: str, new: str) -> Path:
    """A copy of the default policy in which `old` is replaced once."""
    assert old in DEFAULT_TEXT
    path = folder / "mine.yaml"
    path.write_text(DEFAULT_TEXT.replace(old, new, 1), encoding="utf-8")
    return path


def durations(policy: Policy, clock: str) -> list[timedelta]:
    return [target for target in policy.clock(clock).target.values() if isinstance(target, timedelta)]


def longest_seconds(policy: Policy, clock: str) -> float:
    return max(durations(policy, clock)).total_seconds()


@pytest.mark.parametrize("name", shipped_policies())
def test_every_shipped_policy_fits_its_calendar_and_the_shipped_organisation(name: str) -> None:
    """Each is a valid policy, has the calendar it counts by and sends complaints only to departments that exist."""
    policy, calendar = load_rule_set(name)
    assert policy.calendar == (calendar and calendar.name)
    assert policy.name == name
    check_departments(policy, load_organisation().responsible())


def test_the_default_promises_a_reply_and_a_solution_within_a_day() -> None:
    """24 hours is the longest first reply and the first solution, whatever the severity."""
    policy = load_policy("default")
    assert max(durations(policy, "first_reply")) == timedelta(hours=24)
    assert set(durations(policy, "first_solution")) == {timedelta(hours=24)}


@pytest.mark.parametrize("name", ["default", "demo"])
def test_a_complaint_nobody_touches_climbs_the_whole_ladder(name: str) -> None:
    """The first reply's ladder names every level in order."""
    ladder = load_policy(name).clock("first_reply").ladder
    assert [(rung.percent, rung.tell) for rung in ladder] == list(zip((50, 75, 100, 150), Level, strict=True))


def test_the_demo_reaches_the_executives_and_the_archive_in_time() -> None:
    """Untouched, it is with the executives within 40 s; waiting, confirming and reopening take 24 s at most."""
    policy = load_policy("demo")
    assert longest_seconds(policy, "first_reply") * 1.5 <= 40
    assert sum(longest_seconds(policy, clock) for clock in ("waiting", "confirmation", "reopening")) <= 24


def test_the_demo_has_the_shape_of_the_default() -> None:
    """Only limits and names differ, so what the demo shows is what the default does."""

    def shape(policy: Policy) -> object:
        plain = policy.model_dump(mode="json", exclude={"name", "title"})
        return {**plain, "clocks": [{**clock, "target": None} for clock in plain["clocks"]]}

    assert shape(load_policy("demo")) == shape(load_policy("default"))


@pytest.mark.parametrize("name", shipped_policies())
def test_what_ends_by_itself_ends_quietly(name: str) -> None:
    """Waiting times and rights do something other than breach; obligations breach."""
    owed = [clock for clock in load_policy(name).clocks if clock.kind is ClockKind.OBLIGATION]
    quiet = {clock.name: clock.on_expiry for clock in owed if clock.on_expiry is not OnExpiry.BREACH}
    quiet.setdefault("confirmation", OnExpiry.CLOSE)  # the consumer's right in one of them
    assert quiet == {
        "meeting": OnExpiry.LAPSE_MEETING,
        "waiting": OnExpiry.RESUME,
        "confirmation": OnExpiry.CLOSE,
        "reopening": OnExpiry.ARCHIVE,
    }


def test_large_or_critical_redress_needs_an_executive() -> None:
    """The matrix is read from the top: critical, then 10,000, then two signatures, then one."""
    rules = load_policy("default").approval
    assert [(rule.min_severity, int(rule.min_amount), rule.approvals) for rule in rules] == [
        (Severity.CRITICAL, 0, 1),
        (Severity.LOW, 10_000, 1),
        (Severity.HIGH, 0, 2),
        (Severity.LOW, 1_000, 2),
        (Severity.LOW, 0, 1),
    ]
    assert rules[0].roles == rules[1].roles == (Role.EXECUTIVE,)


def test_one_target_holds_for_every_severity(tmp_path: Path) -> None:
    """`target: PT12H` is the same as writing it four times."""
    policy = load_policy(str(written(tmp_path, "target: PT8H", "target: PT12H")))
    assert policy.clock("approval").target == dict.fromkeys(Severity, timedelta(hours=12))


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    """A comment changes nothing; a limit does."""
    default = load_policy("default")
    assert load_policy(str(written(tmp_path, "name: default", "# mine\nname: default"))).version == default.version
    assert load_policy(str(written(tmp_path, "target: PT8H", "target: PT9H"))).version != default.version


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("target: PT8H", "target: 24:00", "{weeks: 8} or {months: 6}, found 1440"),
        ("target: PT8H", "target: PT8X", "clock approval: a target is an ISO 8601 duration such as PT24H"),
        ("target: PT8H", "target: P6M", "clock approval: a target in months is written {months: 6}"),
        ("target: PT8H", "target: { days: 1.5 }", "found {'days': 1.5}"),
        ("target: PT8H", "target: { days: 1, weeks: 1 }", "found {'days': 1, 'weeks': 1}"),
        ("target: PT8H", "target: { days: 2 }", "clock approval counts continuous, so its target must be an ISO 8601"),
        ("target: PT8H", "target: 8 hours", "clock approval: a target is an ISO 8601 duration such as PT24H"),
        ("low: P15D, ", "", "clock resolution has no target for severity low"),
        ("stop: [proposed]", "stop: [proposd]", "clocks.1.stop.0: Input should be 'filed', 'classified'"),
        ("tell: lead", "tell: boss", "clocks.0.ladder.1.tell: Input should be 'owner', 'lead', 'head' or 'executive'"),
        ("approvals: 2", "approvals: two", "approval.2.approvals: Input should be a valid integer"),
        ("title:", "titel:", "title: Field required"),
        ("name: default", "name: default\nname: other", "line 4, column 1: the key 'name' is there twice"),
        ("[executive]", "[executive", "is not valid YAML: line"),
    ],
)
def test_a_wrong_document_names_file_place_and_fix(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """The message is enough to repair the file."""
    path = written(tmp_path, old, new)
    with pytest.raises(AmendsError) as refusal:
        load_policy(str(path))
    assert refusal.value.code is ErrorCode.INVALID_INPUT
    assert str(path) in str(refusal.value)
    assert expected in str(refusal.value)


def test_a_misspelt_name_is_answered_with_the_right_one() -> None:
    """Names that are not shipped are no paths."""
    with pytest.raises(AmendsError, match="did you mean default") as refusal:
        load_policy("defualt")
    assert refusal.value.code is ErrorCode.UNKNOWN_POLICY


def test_a_missing_file_is_an_unknown_policy(tmp_path: Path) -> None:
    """The message shows the path that was tried."""
    with pytest.raises(AmendsError, match=r"gone\.yaml") as refusal:
        load_policy(str(tmp_path / "gone.yaml"))
    assert refusal.value.code is ErrorCode.UNKNOWN_POLICY


def test_a_department_that_does_not_exist_is_refused() -> None:
    """Otherwise the first complaint of that nature would find nobody."""
    departments = set(load_organisation().responsible()) - {"legal_compliance"}
    with pytest.raises(AmendsError, match="legal_compliance") as refusal:
        check_departments(load_policy("default"), departments)
    assert refusal.value.code is ErrorCode.UNKNOWN_DEPARTMENT
    assert refusal.value.field == "routing.policy"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("reasign", "there is no command reasign; did you mean reassign?"),
        ("xyzzy", "there is no command xyzzy; known are accept, "),
        ("approve", "who may approve is for the approval rules to say"),
        ("absorb", "absorb is what complaints ask of each other; no person gives it"),
    ],
)
def test_authority_over_what_nobody_can_be_given_is_refused(tmp_path: Path, command: str, says: str) -> None:
    """It would replace nothing, and nobody would notice."""
    path = tmp_path / "mine.yaml"
    rule = f"{{ rule: ours, commands: [note, {command}], relations: [head] }}"
    path.write_text(f"extends: default\nname: mine\nauthority:\n  - {rule}\n", encoding="utf-8")
    with pytest.raises(AmendsError) as refusal:
        load_rule_set(str(path))
    assert (refusal.value.code, refusal.value.field) == (ErrorCode.INVALID_INPUT, "authority.0.commands.1")
    assert refusal.value.message.startswith(f"authority rule ours: {says}")


def test_authority_over_every_command_of_people_is_accepted() -> None:
    """Whatever a later build adds."""
    commands = tuple(sorted(COMMANDS.keys() - {command.name for command in BY_AMENDS} - BY_APPROVAL_MATRIX))
    rule = AuthorityRule(rule="everything", commands=commands, relations=(Relation.HEAD,))
    assert checked(load_policy("default").model_copy(update={"authority": (rule,)}), None)
