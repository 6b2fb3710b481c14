"""`amends webhook`: operators see all subscriptions, stop them, and send again what was not delivered."""

from __future__ import annotations

from tests.cli.shell import Shell
from tests.support.receiver import Receiver, answering, only
from tests.webhooks.subscriber import Subscriber


async def test_operators_see_dead_letters_and_send_them_again(subscriber: Subscriber, endpoint: Receiver) -> None:
    """One after the other, or all that came after an event."""
    shell = Shell(subscriber.desk.settings.state_dir, (("AMENDS_TASK_QUEUE", "hooks"),))
    endpoint.behave = only(lambda arrival: arrival.sequence == 1, answering(500))
    name = (await subscriber.subscribe(endpoint.url, event_types=("filed", "noted"))).about.subscription
    (case,) = await subscriber.filed("a", notes=1)
    await subscriber.until_(name, dead=1)
    first, *_, last = await subscriber.journal(case)
    (row,) = [row for row in (await shell.quick("webhook", "list", "--json")).json if row["subscription"] == name]
    assert (row["owner"], row["dead"], row["url"]) == (subscriber.name, 1, endpoint.url)
    (letter,) = (await shell.quick("webhook", "dead", name, "--json")).json
    assert (letter["event_id"], letter["status"]) == (first, 500)
    assert first in (await shell.quick("webhook", "dead", name)).out
    refused = await shell.quick("webhook", "replay", name, "--event", last, "--json")
    assert (refused.code, refused.error["code"]) == (2, "invalid_input")
    endpoint.behave = None
    assert "1 dead letters" in (await shell.quick("webhook", "replay", name)).out
    await endpoint.until_accepted(first)
    called = len(endpoint.arrivals)
    assert (await shell.quick("webhook", "replay", name, "--after", first)).code == 0
    await endpoint.until_called(called + 1)
    assert endpoint.arrivals[-1].event_id == last
    unknown = await shell.quick("webhook", "dead", "sub_0", "--json")
    assert (unknown.code, unknown.error["code"]) == (4, "unknown_subscription")


async def test_operators_pause_resume_and_remove_what_anybody_has_subscribed_to(
    subscriber: Subscriber, endpoint: Receiver
) -> None:
    """What happens during a pause is sent when it is over; one that is removed is sent nothing, and is forgotten."""
    shell = Shell(subscriber.desk.settings.state_dir, (("AMENDS_TASK_QUEUE", "hooks"),))
    name = (await subscriber.subscribe(endpoint.url, event_types=("filed",))).about.subscription
    assert "paused" in (await shell.quick("webhook", "pause", name)).out
    (case,) = await subscriber.filed("meanwhile")
    filed = (await subscriber.journal(case))[0]
    await subscriber.until_rests(name)
    assert not endpoint.arrivals
    assert (await shell.quick("webhook", "resume", name, "--json")).json["state"] == "active"
    await endpoint.until_accepted(filed)
    assert endpoint.url in (await shell.quick("webhook", "remove", name)).out
    gone = await shell.quick("webhook", "remove", name, "--json")
    assert (gone.code, gone.error["code"]) == (4, "unknown_subscription")
    assert name not in {row["subscription"] for row in (await shell.quick("webhook", "list", "--json")).json}
