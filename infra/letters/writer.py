"""Writes the desk's mails: one Jinja2 template for each notice and language, plain text, its first line the subject."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from infra.db.tables import Audience
from workflows.contract.effects import Notice
from workflows.contract.vocabulary import Language

LONGEST_NAME_IN_MESSAGE_ID = 120
"""Percent-encoded; a longer one is replaced by its hash, because a message id must fit into a line."""


@dataclass(frozen=True, slots=True)
class OnFile:
    """What a mail says of the complaint it is about, and how its complainant is reached."""

    reference: str
    language: Language
    subject: str | None
    received_at: datetime
    name: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a mail. `subject` is that of a member of staff. Without `email` the mail stays in the outbox.

    `zone` is where their calendar is, if they have one: the mail shows moments as their clock does. `stands_in_for` is
    the name of somebody absent, as whose deputy they read it.
    """

    audience: Audience
    subject: str | None
    name: str | None
    email: str | None
    language: Language
    zone: tzinfo | None = None
    stands_in_for: str | None = None

    @property
    def called(self) -> str:
        """What others call them: their name, or else their subject."""
        return self.name or self.subject or ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A written mail. The message id depends only on the event and the reader, so a repeat has the same.

    `calendar` is what the mail puts into the reader's calendar.
    """

    message_id: str
    sequence: int
    notice: Notice
    audience: Audience
    staff: str | None
    recipient: str | None
    language: Language
    subject: str
    body: str
    calendar: str | None = None


class LetterWriter:
    """Renders letters.

    Args:
        mail_domain: the right-hand side of every Message-ID.
        zone: the time zone that moments are shown in to readers of whom none is known; always named beside them.
    """

    def __init__(self, mail_domain: str, zone: tzinfo = UTC) -> None:
        self._mail_domain = mail_domain
        self._zone = zone
        self._templates = Environment(
            loader=PackageLoader("infra.letters", "templates"),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701 - plain text mails: escaping would show people `&amp;`
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"moment": self._moment, "shell": shlex.quote}

    def write(
        self,
        about: OnFile,
        notice: Notice,
        sequence: int,
        reader: Reader,
        facts: Mapping[str, str],
        *,
        calendar: str | None = None,
    ) -> Letter:
        """The letter that tells `reader` of event number `sequence` of the complaint."""
        template = self._templates.get_template(f"{reader.language}/{notice}.txt")
        text = template.render(reference=about.reference, complaint=about, reader=reader, facts=facts)
        subject, _, body = text.lstrip().partition("\n")
        return Letter(
            message_id=self._message_id(about.reference, sequence, notice, reader.subject),
            sequence=sequence,
            notice=notice,
            audience=reader.audience,
            staff=reader.subject,
            recipient=reader.email,
            language=reader.language,
            subject=_in_one_line(subject),
            body=_tidy(body),
            calendar=calendar,
        )

    def _message_id(self, reference: str, sequence: int, notice: Notice, staff: str | None) -> str:
        parts = [reference, str(sequence), notice.value]
        if staff is not None:
            name = quote(staff, safe="")
            parts.append(name if len(name) <= LONGEST_NAME_IN_MESSAGE_ID else sha256(staff.encode()).hexdigest())
        return f"<{'.'.join(parts)}@{self._mail_domain}>"

    @pass_context
    def _moment(self, context: Context, moment: datetime | str) -> str:
        """`2026-03-02 17:00 (UTC+08:00)`, as the reader's clock shows it; a fact tells an instant in ISO 8601."""
        reader: Reader = context["reader"]
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        local = at.astimezone(reader.zone or self._zone)
        offset = f"{local:%z}"
        return f"{local:%Y-%m-%d %H:%M} (UTC{offset[:3]}:{offset[3:5]})"


def _in_one_line(subject: str) -> str:
    """No line break or other control character: a header that a complainant could break would be theirs to extend."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", subject).split())


def _tidy(body: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"
