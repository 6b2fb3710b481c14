"""`amends act REF COMMAND --as USER`: every command of the contract, with options of its own."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from starter.cli.giving import As, CommandId, give
from starter.cli.options import AsJson, Reference
from starter.intake.redress import parse_redress
from workflows.contract import commands
from workflows.contract.vocabulary import Level, Nature, Severity, WaitingFor

app = typer.Typer(add_completion=False, no_args_is_help=True)

Reason = Annotated[str, typer.Option(help="Why; it is kept in the journal.")]
Departments = Annotated[list[str], typer.Option("--department", help="A department; repeat it for more.")]


@app.callback()
def act(ctx: typer.Context, reference: Reference) -> None:
    """Give a complaint a command, as a member of staff or its complainant.

    Whether it is allowed is decided by the complaint itself; a refusal says why and changes nothing (exit code 3).
    """
    ctx.obj = reference


@app.command()
def accept(ctx: typer.Context, *, as_user: As, command_id: CommandId = None, as_json: AsJson = False) -> None:
    """Take the case in hand."""
    give(ctx.obj, commands.Accept, dict, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def classify(
    ctx: typer.Context,
    *,
    as_user: As,
    nature: Annotated[Nature, typer.Option(help="What it is about.")],
    severity: Annotated[Severity, typer.Option(help="How bad it is.")],
    reason: Reason,
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Correct what the classifier said; the case goes to the department responsible."""
    fields = {"nature": nature, "severity": severity, "reason": reason}
    give(ctx.obj, commands.Classify, lambda: fields, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def propose(
    ctx: typer.Context,
    *,
    as_user: As,
    solution: Annotated[str, typer.Option(help="What is to be done.")],
    redress: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND[:AMOUNT:CURRENCY][:NOTE]", help="Such as refund:120:CNY or apology. Repeatable."),
    ] = None,
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Put up a solution with its redress for approval."""

    def fields() -> dict[str, Any]:
        return {"solution": solution, "redress": [parse_redress(written) for written in redress or []]}

    give(ctx.obj, commands.Propose, fields, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def approve(
    ctx: typer.Context,
    *,
    as_user: As,
    comment: Annotated[str | None, typer.Option(help="What the owner should know.")] = None,
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Consent to the present proposal."""
    give(
        ctx.obj, commands.Approve, lambda: {"comment": comment}, as_user=as_user, command_id=command_id, as_json=as_json
    )


@app.command()
def refuse(
    ctx: typer.Context, *, as_user: As, reason: Reason, command_id: CommandId = None, as_json: AsJson = False
) -> None:
    """Send the proposal back to its owner."""
    give(ctx.obj, commands.Refuse, lambda: {"reason": reason}, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def reassign(
    ctx: typer.Context,
    *,
    as_user: As,
    to: Annotated[str, typer.Option(metavar="DEPARTMENT[/PERSON]", help="Without a person, its head owns the case.")],
    reason: Reason,
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Give the case to another department or person. Every clock keeps running."""
    department, _, subject = to.partition("/")
    fields = {"to": {"department": department, "subject": subject or None}, "reason": reason}
    give(ctx.obj, commands.Reassign, lambda: fields, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def escalate(
    ctx: typer.Context,
    *,
    as_user: As,
    reason: Reason,
    to: Annotated[
        Level | None, typer.Option(help="Whom to tell.", show_default="one rung above the present one")
    ] = None,
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Tell a higher level that this case needs them."""
    give(
        ctx.obj,
        commands.Escalate,
        lambda: {"to": to, "reason": reason},
        as_user=as_user,
        command_id=command_id,
        as_json=as_json,
    )


@app.command()
def inform(
    ctx: typer.Context,
    *,
    as_user: As,
    text: Annotated[str, typer.Option(help="How far it has come; the complainant reads it.")],
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Tell the complainant how far it has come."""
    give(ctx.obj, commands.Inform, lambda: {"text": text}, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def extend(
    ctx: typer.Context,
    *,
    as_user: As,
    clock: Annotated[str, typer.Option(help="The limit to lengthen, as far as its policy allows.")],
    reason: Reason,
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Lengthen a running limit."""
    fields = {"clock": clock, "reason": reason}
    give(ctx.obj, commands.ExtendClock, lambda: fields, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def call_meeting(
    ctx: typer.Context,
    *,
    as_user: As,
    departments: Departments,
    agenda: Annotated[str, typer.Option(help="What is to be decided.")],
    starts_at: Annotated[
        str | None,
        typer.Option(help="Such as 2026-03-01T09:30:00+08:00.", show_default="soon"),
    ] = None,
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Convene the departments a case needs."""
    fields = {"departments": departments, "agenda": agenda, "starts_at": starts_at}
    give(ctx.obj, commands.CallMeeting, lambda: fields, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def decide_meeting(
    ctx: typer.Context,
    *,
    as_user: As,
    departments: Annotated[list[str], typer.Option("--present", help="A department that was there; repeat for more.")],
    minutes: Annotated[str, typer.Option(help="What was said.")],
    decision: Annotated[str, typer.Option(help="What was decided.")],
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Record what the meeting decided."""
    fields = {"present": departments, "minutes": minutes, "decision": decision}
    give(ctx.obj, commands.DecideMeeting, lambda: fields, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def wait(
    ctx: typer.Context,
    *,
    as_user: As,
    question: Annotated[str, typer.Option(help="What is asked.")],
    waiting_for: Annotated[WaitingFor, typer.Option("--for", help="Who has to answer.")] = WaitingFor.COMPLAINANT,
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Wait for an answer from outside; pausable clocks stop counting."""
    fields = {"waiting_for": waiting_for, "question": question}
    give(ctx.obj, commands.Wait, lambda: fields, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def resume(
    ctx: typer.Context,
    *,
    as_user: As,
    answer: Annotated[str, typer.Option(help="What was answered.")],
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Go on with the answer."""
    give(ctx.obj, commands.Resume, lambda: {"answer": answer}, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def execute(
    ctx: typer.Context,
    *,
    as_user: As,
    result: Annotated[str, typer.Option(help="What was done; the complainant reads it.")],
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Say that the approved solution has been carried out."""
    give(ctx.obj, commands.Execute, lambda: {"result": result}, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def answer_survey(
    ctx: typer.Context,
    *,
    as_user: As,
    solved: Annotated[bool, typer.Option("--solved/--not-solved", help="Is it really solved? No reopens the case.")],
    score: Annotated[int | None, typer.Option(min=1, max=5, help="5 is best.")] = None,
    comment: Annotated[str | None, typer.Option(help="In the complainant's words.")] = None,
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Answer the survey for the complainant, for example after a call-back."""
    fields = {"solved": solved, "score": score, "comment": comment}
    give(ctx.obj, commands.AnswerSurvey, lambda: fields, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def withdraw(
    ctx: typer.Context, *, as_user: As, reason: Reason, command_id: CommandId = None, as_json: AsJson = False
) -> None:
    """End the case because the complainant takes it back."""
    give(
        ctx.obj, commands.Withdraw, lambda: {"reason": reason}, as_user=as_user, command_id=command_id, as_json=as_json
    )


@app.command()
def declare_out_of_scope(
    ctx: typer.Context,
    *,
    as_user: As,
    reason: Reason,
    referral: Annotated[str, typer.Option(help="Who can help instead.")],
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """End the case because it is not ours to solve."""
    fields = {"reason": reason, "referral": referral}
    give(ctx.obj, commands.DeclareOutOfScope, lambda: fields, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def reopen(
    ctx: typer.Context, *, as_user: As, reason: Reason, command_id: CommandId = None, as_json: AsJson = False
) -> None:
    """Take up a closed case again."""
    give(ctx.obj, commands.Reopen, lambda: {"reason": reason}, as_user=as_user, command_id=command_id, as_json=as_json)


@app.command()
def note(
    ctx: typer.Context,
    *,
    as_user: As,
    text: Annotated[str, typer.Option(help="Something worth knowing later.")],
    command_id: CommandId = None,
    as_json: AsJson = False,
) -> None:
    """Write something down in the journal."""
    give(ctx.obj, commands.AddNote, lambda: {"text": text}, as_user=as_user, command_id=command_id, as_json=as_json)
