"""Activity ports: what the workflow asks of the outside world, as signatures without bodies.

The implementations in `activities/` subclass these. All but `assess`, `deliver` and the relays are *postings*: one
transaction writes the journal entries that have gathered and the outbox rows or records of the effects that ride along,
so the projection and what was promised to people cannot disagree. Posting the same entries and effects again changes
nothing.
"""

from __future__ import annotations

from temporalio import activity

from workflows.contract.assessment import Assessment
from workflows.contract.base import Instant, Line, Model, Sparse
from workflows.contract.effects import Effect, FileSplit, Relay
from workflows.contract.events import Entry
from workflows.contract.filing import FileComplaint
from workflows.contract.replies import Answer, Reply
from workflows.contract.views import Summary


class Unassessed(Model):
    """A complaint to be assessed."""

    reference: Line
    complaint: FileComplaint


class Posting(Model):
    """Journal entries in order, the summary after the last of them, and effects of one kind that they caused.

    `origin_run_id` is the first run of the complaint's workflow: another origin for a reference already on file means
    that the server has forgotten the complaint but Amends has not.
    """

    reference: Line
    origin_run_id: Line
    entries: tuple[Entry, ...]
    summary: Summary
    effects: tuple[Effect, ...] = ()


class Posted(Sparse):
    """What became of a posting. `undelivered` are messages that are safe in the outbox but were not taken by the mail
    server; `already_on_file` says that this complaint was filed, handled and forgotten by the server before; `replies`
    answer those effects that ask something, in their order.
    """

    undelivered: tuple[Line, ...] = ()
    already_on_file: bool = False
    replies: tuple[Reply, ...] = ()


class Undelivered(Model):
    """Messages in the outbox that still have to reach the mail server."""

    reference: Line
    message_ids: tuple[Line, ...]


class Errand(Model):
    """Some of the complaints that an effect of `reference` gives a command to."""

    reference: Line
    relay: Relay


class Separation(Model):
    """A part of complaint `reference` that is filed as a complaint of its own."""

    reference: Line
    part: FileSplit


class Relayed(Sparse):
    """What other complaints answered, in their order. From `unreached` no answer came: they have to be asked again."""

    answers: tuple[Answer, ...] = ()
    unreached: tuple[Line, ...] = ()


class Delivered(Model):
    """When the last of the messages was taken by the mail server."""

    at: Instant


class AssessmentPort:
    """Finding out what a complaint is about and who is responsible."""

    @activity.defn
    async def assess(self, unassessed: Unassessed) -> Assessment:
        """Classify the text; add the policy in force and the heads of departments."""
        raise NotImplementedError


class JournalPort:
    """The journal alone."""

    @activity.defn
    async def record(self, posting: Posting) -> Posted:
        """Write entries that cause nothing outside."""
        raise NotImplementedError


class NotificationPort:
    """Telling people."""

    @activity.defn
    async def notify(self, posting: Posting) -> Posted:
        """Render notices in the reader's language, store them in the outbox and hand them to the mail server."""
        raise NotImplementedError

    @activity.defn
    async def deliver(self, undelivered: Undelivered) -> Delivered:
        """Hand outbox rows to the mail server again; fails until all are taken."""
        raise NotImplementedError


class ApprovalPort:
    """Asking for consent."""

    @activity.defn
    async def request_approval(self, posting: Posting) -> Posted:
        """Ask everybody entitled to approve the proposal."""
        raise NotImplementedError


class MeetingPort:
    """Bringing departments together."""

    @activity.defn
    async def find_time(self, posting: Posting) -> Posted:
        """Reply when those invited can meet: their calendars, absences and deputies."""
        raise NotImplementedError

    @activity.defn
    async def invite_to_meeting(self, posting: Posting) -> Posted:
        """Record the meeting's time and send it, as a mail that goes into calendars."""
        raise NotImplementedError

    @activity.defn
    async def cancel_meeting(self, posting: Posting) -> Posted:
        """Record that the meeting does not take place, and take it out of calendars."""
        raise NotImplementedError


class SurveyPort:
    """Asking whether it is solved."""

    @activity.defn
    async def send_survey(self, posting: Posting) -> Posted:
        """Tell the complainant the result, with a signed link to answer."""
        raise NotImplementedError


class RelayPort:
    """Speaking to other complaints. Not by postings: whoever cannot be reached must not hold up what is written."""

    @activity.defn
    async def relay(self, errand: Errand) -> Relayed:
        """Give them the command; fails if nobody answers at all."""
        raise NotImplementedError

    @activity.defn
    async def file_split(self, separation: Separation) -> Relayed:
        """File the part as a complaint, and link it; fails until both are done or refused."""
        raise NotImplementedError


class ArchivePort:
    """Keeping the file."""

    @activity.defn
    async def archive(self, posting: Posting) -> Posted:
        """Export the history of a run and keep it with its SHA-256."""
        raise NotImplementedError
