"""Policies, findings, differences and publications as people read them on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import typer
from rich.padding import Padding

from infra.db.policy_store import Publication, PublicationRow
from infra.policy_in_force import is_valid, unconfirmed
from infra.rule_sets import RuleSet
from starter.cli.terminal import add_row, plain, stdout, table, written
from starter.policy.approval_words import approval_in_words
from starter.policy.authority_words import authority_in_words
from starter.policy.findings import Finding
from starter.policy.meeting_words import meeting_in_words
from starter.policy.publishing import Published
from starter.policy.words import assignment_in_words, in_words
from workflows.contract.calendar import Calendar
from workflows.contract.clock_rule import ClockRule


def print_policy(rules: RuleSet, publication: Publication | None = None) -> None:
    """The policy, clock by clock, with where it comes from, whom it asks for approval, its meetings and authority."""
    policy, calendar = rules
    _line(f"{rules.label}  {policy.title}")
    if policy.valid_from or policy.valid_to:
        _line(f"valid {_term(policy.valid_from, policy.valid_to)}")
    if calendar:
        _line(f"counts by {calendar_in_a_line(calendar)}")
    _line(assignment_in_words(policy.assignment))
    if publication:
        note = f": {publication.note}" if publication.note else ""
        _line(f"published {written(publication.published_at)} by {publication.published_by}{note}")
    for clock in policy.clocks:
        typer.echo("")
        print_clock(clock)
    approval = "approval, by the first rule that fits (an executive may decide in any step)"
    _section(approval, map(approval_in_words, policy.approval))
    _section("meetings", meeting_in_words(policy.meeting))
    if policy.authority:
        authority = "authority, instead of the built-in rules of these commands (what is said of one adds up)"
        _section(authority, map(authority_in_words, policy.authority))


def _section(heading: str, lines: Iterable[str]) -> None:
    typer.echo(f"\n{heading}:")
    for line in lines:
        stdout().print(Padding(plain(line), (0, 0, 0, 4), expand=False))


def calendar_in_a_line(calendar: Calendar) -> str:
    """Its name, version, and how far it can be relied on."""
    until = f", confirmed until {calendar.confirmed_until}" if calendar.confirmed_until else ""
    return f"{calendar.name}@{calendar.version} ({calendar.timezone}{until})"


def print_findings(found: Sequence[Finding]) -> None:
    """What to look at, or that there is nothing."""
    typer.echo("")
    for finding in found:
        place = f"clock {finding.clock}: " if finding.clock else ""
        _line(f"warning [{finding.concern.value}]: {place}{finding.message}")
    warnings = f"with {len(found)} warning{'s' if len(found) > 1 else ''}" if found else "and nothing to warn of"
    typer.echo(f"Valid, {warnings}.")


def print_published(published: Published, today: date) -> None:
    """What publishing did, and from when on it counts."""
    row, in_force = published.publication, published.in_force
    if not published.is_new:
        _line(f"{row.label} was published already, {written(row.published_at)} by {row.published_by}; nothing changed.")
    else:
        _line(f"{row.label} is published.")
    if row.valid_from and row.valid_from > today:
        _line(f"New complaints get it from {row.valid_from} on.")
    elif in_force and in_force.label != row.label:
        _line(
            f"In force is {in_force.label}, which is newer; give this one another valid_from to put it in force again."
        )
    else:
        _line(f"New complaints of workers whose AMENDS_POLICY is {row.name} get it from now on.")
        _line("What it would change for open ones is shown by")
        _line(f"  amends policy migrate {row.label} --dry-run --as USER --reason TEXT")


def print_publications(rows: Sequence[PublicationRow], shipped: Iterable[RuleSet], today: date) -> None:
    """All publications with what is in force today, and what is shipped."""
    if rows:
        shown = table("Published", "policy", "in force", "valid", "calendar", "published", "by", "note")
        in_force: set[str] = set()
        for row in rows:
            valid = (row.valid_from or today) <= today <= (row.valid_to or today)
            is_in_force = valid and row.name not in in_force
            in_force |= {row.name} if is_in_force else set()
            term, note = _term(row.valid_from, row.valid_to), row.note
            add_row(shown, row.label, is_in_force, term, row.calendar_version, row.published_at, row.published_by, note)
        stdout().print(shown)
        typer.echo("")
    else:
        typer.echo("Nothing is published.\n")
    shown = table("Shipped", "policy", "valid", "calendar", "unconfirmed clocks", "title")
    for rules in shipped:
        policy, calendar = rules
        term = _term(policy.valid_from, policy.valid_to) + ("" if is_valid(policy, today) else " (not today)")
        add_row(shown, rules.label, term, calendar and calendar.name, len(unconfirmed(policy)), policy.title)
    stdout().print(shown)


def print_clock(rule: ClockRule) -> None:
    """A clock in words, its limit first."""
    words = in_words(rule)
    _line(f"{words.name}: {words.limit}")
    details = [f"{words.runs}; {words.then}"]
    details += [f"tells: {', '.join(words.ladder)}"] if words.ladder else []
    details += [f"may be extended {extension}" for extension in words.extensions]
    details += [f"when it is met, nobody owes {', '.join(words.waives)} any more"] if words.waives else []
    details += [f"source: {words.source}"] if words.source else []
    for detail in details:
        stdout().print(Padding(plain(detail), (0, 0, 0, 4), expand=False))


def _term(valid_from: date | None, valid_to: date | None) -> str:
    if valid_from is None and valid_to is None:
        return "always"
    return " ".join([*([f"from {valid_from}"] if valid_from else []), *([f"to {valid_to}"] if valid_to else [])])


def _line(text: str) -> None:
    stdout().print(plain(text), soft_wrap=True)
