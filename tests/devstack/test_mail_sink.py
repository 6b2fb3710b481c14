"""The mail sink, over real SMTP."""

import asyncio
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from infra.devstack.mail_sink import MailSink
from infra.devstack.ports import HOST
from infra.devstack.smtp_server import serving


def _mail(
    message_id: str, subject: str = "您的投诉已受理", text: str = "王女士，您好：\n.\n我们已收到您的投诉。\n"
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "desk@example.test"
    mail["To"] = "customer@example.test"
    mail["Subject"] = subject
    mail["Message-ID"] = message_id
    mail.set_content(text)
    return mail


async def _send(mail: EmailMessage, port: int) -> None:
    await aiosmtplib.send(mail, hostname=HOST, port=port, timeout=5)


async def test_a_mail_is_kept_as_it_was_sent(tmp_path: Path) -> None:
    """Subject, recipients of the envelope and text come back; Chinese and a lone dot survive the wire."""
    sink = MailSink(tmp_path / "mail")
    mail = _mail("<one@example.test>")
    async with serving(sink) as port:
        await aiosmtplib.send(mail, hostname=HOST, port=port, recipients=["customer@example.test", "copy@example.test"])
    [stored] = sink.messages()
    assert stored.message_id == "<one@example.test>"
    assert stored.subject == "您的投诉已受理"
    assert stored.recipients == ("customer@example.test", "copy@example.test")
    assert stored.file.suffix == ".eml"
    assert stored.read().get_content() == mail.get_content()


def test_a_mail_is_nobody_elses_to_read(tmp_path: Path) -> None:
    """Wherever its directory lies; and what a crash left of a draft is overwritten."""
    sink = MailSink(tmp_path)
    assert sink.receive(("customer@example.test",), _mail("<one@example.test>").as_bytes())
    [stored] = sink.messages()
    assert stored.file.stat().st_mode & 0o777 == 0o600
    stored.file.rename(stored.file.with_suffix(".draft"))
    assert sink.receive(("customer@example.test",), _mail("<one@example.test>", "short", "now").as_bytes())
    [stored] = sink.messages()
    assert stored.subject == "short"
    assert [file.name for file in tmp_path.iterdir()] == [stored.file.name]


async def test_a_repeated_mail_is_counted_and_not_stored_twice(tmp_path: Path) -> None:
    """The Message-ID is the key; the count is on the disk, so that another process reads the same."""
    sink = MailSink(tmp_path)
    async with serving(sink) as port:
        for message_id in ("<one@example.test>", "<two@example.test>", "<one@example.test>", "<one@example.test>"):
            await _send(_mail(message_id), port)
    for reader in (sink, MailSink(tmp_path)):
        assert [mail.message_id for mail in reader.messages()] == ["<one@example.test>", "<two@example.test>"]
        assert reader.repeats() == 2


async def test_the_same_mail_from_many_senders_at_once_is_stored_once(tmp_path: Path) -> None:
    """No race between the look and the write."""
    sink = MailSink(tmp_path)
    async with serving(sink) as port:
        await asyncio.gather(*(_send(_mail("<race@example.test>"), port) for _ in range(20)))
    assert len(sink.messages()) == 1
    assert sink.repeats() == 19


async def test_a_mail_without_a_message_id_is_refused(tmp_path: Path) -> None:
    """It could not be told from its repeats; the sender learns it at once."""
    sink = MailSink(tmp_path)
    raw = b"Subject: anonymous\r\nMessage-ID:\r\nX-Other: 1\r\n\r\nMessage-ID: <in-the-text@example.test>\r\n"
    async with serving(sink) as port:
        with pytest.raises(aiosmtplib.SMTPDataError, match="Message-ID"):
            await aiosmtplib.send(raw, sender="a@test", recipients=["b@test"], hostname=HOST, port=port)
    assert sink.messages() == []


async def test_a_folded_message_id_and_raw_utf8_headers_are_understood(tmp_path: Path) -> None:
    """Both are legal on the wire (RFC 5322 folding, SMTPUTF8)."""
    sink = MailSink(tmp_path)
    raw = "Subject: 退款申请\r\nmessage-id:\r\n <folded@example.test>\r\n\r\n你好\r\n".encode()
    async with serving(sink) as port:
        await aiosmtplib.send(
            raw,
            sender="a@test",
            recipients=["王@例子.test"],
            hostname=HOST,
            port=port,
            mail_options=["SMTPUTF8", "BODY=8BITMIME"],
        )
    [stored] = sink.messages()
    assert (stored.message_id, stored.subject) == ("<folded@example.test>", "退款申请")
    assert stored.recipients == ("王@例子.test",)


async def test_a_taken_port_is_replaced(tmp_path: Path) -> None:
    """Two sinks that want the same port both serve."""
    sink = MailSink(tmp_path)
    async with serving(sink) as port, serving(sink, port) as other:
        assert other != port
        await _send(_mail("<moved@example.test>"), other)
    assert len(sink.messages()) == 1
