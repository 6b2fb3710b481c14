"""What did not arrive: mail without a reader, and events that an endpoint did not accept; these can be sent again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from nicegui import ui

from infra.db.tables import SubscriptionState
from starter.access.caller import Caller, Scope
from starter.console.administration.grid import Column, Grid, Part, Row
from starter.console.administration.letter_view import read_letter
from starter.console.administration.room import PLACE, room, title
from starter.console.frame import staff_page
from starter.console.visit import Visit
from starter.feed import Change
from starter.read_model import MessageRow
from starter.undelivered import Trouble, UndeliveredMail, trouble_of
from starter.webhooks.dead_letters import DeadLetters
from starter.webhooks.models import DeadLetter, Subscription
from starter.webhooks.supervision import send_again, supervised

MAILS_MOST = 200
DEAD_MOST = 100
"""Of one subscription."""

AT_MOST_EVERY = timedelta(seconds=10)

_MAILS = ("written", "complaint", "to", "trouble", "subject")
_SUBSCRIPTIONS = ("endpoint", "owner", "state", "waiting", "dead", "actions")
_DEAD = ("event", "type", "died", "tries", "said", "actions")
_TROUBLES = {
    Trouble.REJECTED: ("block", "bad"),
    Trouble.NO_ADDRESS: ("alternate_email", "warn"),
    Trouble.WAITING: ("hourglass_top", "warn"),
}
_STATES = {
    SubscriptionState.ACTIVE: ("check_circle", "good"),
    SubscriptionState.PAUSED: ("pause_circle", "quiet"),
    SubscriptionState.FAILING: ("error", "bad"),
    SubscriptionState.GONE: ("link_off", "bad"),
}


class _Known(NamedTuple):
    counts: Mapping[Trouble, int]
    mails: Sequence[MessageRow]
    subscriptions: Sequence[Subscription]
    dead: Mapping[str, Sequence[DeadLetter]]


@staff_page("/administration/deliveries", "administration.rooms.deliveries")
async def deliveries(visit: Visit) -> None:
    """Of the complaints that the reader may see, and the subscriptions that they look after."""
    room(visit, "deliveries", within=visit.say("administration.deliveries.says"))
    wanted = next((each for each in Trouble if each.value == visit.query.get("trouble")), None)
    place = ui.element("div")

    async def show(*_: object) -> None:
        caller = await visit.now_calling()
        known = await _ask(visit, caller, wanted)
        place.clear()
        with place:
            _mails(visit, known, wanted, show)
            _webhooks(visit, known, show)

    await show()

    async def renew(_: Sequence[Change]) -> None:
        await show()

    visit.on_news(renew, at_most_every=AT_MOST_EVERY)


async def _ask(visit: Visit, caller: Caller, wanted: Trouble | None) -> _Known:
    office = visit.office
    mail = UndeliveredMail(office.engine, caller, visit.see_all)
    subscriptions = supervised(office.engine, office.temporal, office.settings, caller)
    rows = await subscriptions.listed()
    letters = DeadLetters(office.engine, subscriptions)
    dead = {row.subscription: (await letters.listed(row.subscription, DEAD_MOST))[0] for row in rows if row.dead}
    return _Known(await mail.counts(), await mail.listed(wanted, MAILS_MOST), rows, dead)


def _mails(visit: Visit, known: _Known, wanted: Trouble | None, show: Callable[..., Awaitable[None]]) -> None:
    with ui.element("div").classes("counts"):
        for trouble, count in known.counts.items():
            _count(visit, trouble, count, is_here=trouble is wanted)
        if wanted is not None:
            ui.link(visit.say("administration.clear_filters"), f"{PLACE}/deliveries").classes("tool")
        ui.space()
        again = ui.button(visit.say("administration.deliveries.renew"), icon="refresh", color=None)
        again.props("flat no-caps").on_click(visit.guarded(show))
    heading = visit.say("administration.deliveries.mails")
    with ui.element("section").classes("card part"):
        title(heading)
        nothing = visit.say("administration.deliveries.no_mails")
        grid = Grid(
            _columns(visit, _MAILS), [_mail(visit, row) for row in known.mails], caption=heading, nothing=nothing
        )
        if len(known.mails) == MAILS_MOST:
            ui.label(visit.say("administration.deliveries.more", count=MAILS_MOST)).classes("quiet")

    async def read(_: str, message_id: str) -> None:
        mail = UndeliveredMail(visit.office.engine, await visit.now_calling(), visit.see_all)
        message = await mail.message(message_id)
        if message is not None:
            read_letter(visit, message)

    grid.on_act(visit, read)


def _count(visit: Visit, trouble: Trouble, count: int, *, is_here: bool) -> None:
    icon, _ = _TROUBLES[trouble]
    with ui.link(target=f"{PLACE}/deliveries?trouble={trouble.value}").classes("card count") as link:
        if is_here:
            link.props["aria-current"] = "true"
        ui.icon(icon).props('aria-hidden="true"')
        ui.label(visit.say(f"administration.trouble.{trouble.value}"))
        ui.label(str(count)).classes("number")


def _mail(visit: Visit, row: MessageRow) -> Row:
    trouble = trouble_of(row)
    icon, tone = _TROUBLES[trouble]
    said = [Part(text=visit.say(f"administration.trouble.{trouble.value}"), icon=icon, tone=tone)]
    if row.last_error:
        said.append(Part(text=row.last_error, tone="quiet", below=True))
    return {
        "key": row.message_id,
        "written": Part(text=visit.moments.short(row.created_at), title=visit.moments.full(row.created_at)),
        "complaint": Part(text=row.reference, href=f"/complaints/{row.reference}", mono=True),
        "to": [
            row.staff or visit.word("role", row.audience),
            Part(text=row.recipient or "", tone="quiet", below=True),
        ],
        "trouble": said,
        "subject": [Part(text=row.subject, act="read", icon="mail", label=row.subject)],
    }


def _webhooks(visit: Visit, known: _Known, show: Callable[..., Awaitable[None]]) -> None:
    heading = visit.say("administration.deliveries.webhooks")
    with ui.element("section").classes("card part"):
        title(heading)
        nothing = visit.say("administration.deliveries.no_webhooks")
        rows = [_subscription(visit, row) for row in known.subscriptions]
        grid = Grid(_columns(visit, _SUBSCRIPTIONS), rows, caption=heading, nothing=nothing)

        async def again(_: str, key: str) -> None:
            subscription, _, event_id = key.partition(" ")
            office, caller = visit.office, await visit.now_calling()
            count = await send_again(
                office.engine,
                office.temporal,
                office.settings,
                caller,
                subscription=subscription,
                event_id=event_id or None,
            )
            visit.tell(visit.say("administration.deliveries.sent_again", count=count))
            await show()

        grid.on_act(visit, again)
    for row in known.subscriptions:
        if letters := known.dead.get(row.subscription):
            heading = visit.say("administration.deliveries.dead_of", url=row.url, count=row.dead)
            with ui.element("section").classes("card part"):
                title(heading)
                listed = [_dead(visit, letter) for letter in letters]
                Grid(_columns(visit, _DEAD), listed, caption=heading, nothing="").on_act(visit, again)


def _subscription(visit: Visit, row: Subscription) -> Row:
    icon, tone = _STATES[row.state]
    state = [Part(text=visit.say(f"administration.subscription.{row.state.value}"), icon=icon, tone=tone)]
    if row.last_error:
        state.append(Part(text=row.last_error, tone="quiet", below=True))
    return {
        "key": row.subscription,
        "endpoint": [row.url, Part(text=row.description or row.subscription, tone="quiet", below=True)],
        "owner": row.owner,
        "state": state,
        "waiting": str(row.waiting),
        "dead": str(row.dead),
        "actions": _again(visit, "all_again", row.url) if row.dead else None,
    }


def _dead(visit: Visit, letter: DeadLetter) -> Row:
    status = str(letter.status) if letter.status else ""
    return {
        "key": f"{letter.subscription} {letter.event_id}",
        "event": Part(text=letter.event_id, href=f"/complaints/{letter.reference}", mono=True),
        "type": visit.word("event", letter.type),
        "died": visit.moments.short(letter.died_at),
        "tries": str(letter.attempts),
        "said": " ".join(part for part in (status, letter.last_error) if part),
        "actions": _again(visit, "again", letter.event_id),
    }


def _again(visit: Visit, name: str, what: str) -> Part | None:
    if Scope.SUBSCRIBE not in visit.caller.scopes:
        return None
    said = visit.say(f"administration.deliveries.{name}")
    return Part(act="again", icon="replay", text=said, label=f"{said}: {what}")


def _columns(visit: Visit, names: Sequence[str]) -> list[Column]:
    looks = {
        "waiting": "number",
        "dead": "number",
        "tries": "number",
        "actions": "actions",
        "written": "nowrap",
        "complaint": "nowrap",
    }
    return [
        Column(
            name=name,
            label=visit.say(f"administration.deliveries.columns.{name}"),
            look=looks.get(name, ""),
            hidden=name == "actions",
        )
        for name in names
    ]
