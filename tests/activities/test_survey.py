"""The survey's mail tells the result and carries a link that only Amends can have made."""

from __future__ import annotations

import re

import pytest

from infra.db.tables import outbox
from infra.survey_token import make_survey_token, read_survey_token
from tests.activities.conftest import SECRET, Bureau
from tests.support.mail import MailServer
from tests.support.postings import EMAIL, complaint, entry, opening, posting
from workflows.contract.effects import SendSurvey
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.ports import Posted

FILING = complaint()
TOKEN = make_survey_token(FILING.reference, 2, SECRET)


async def test_the_link_in_the_mail_leads_to_this_complaint_and_round(bureau: Bureau, mail_server: MailServer) -> None:
    """Posted twice, mailed once."""
    await bureau.journal.record(opening(FILING))
    effect = SendSurvey(sequence=2, round=2, result="已退款 300 元。")
    for _ in range(2):
        assert await bureau.survey.send_survey(posting(FILING, entry(2), effects=(effect,))) == Posted()
    (mail,) = mail_server.mails_to(EMAIL)
    text = mail.read().get_content()
    link = re.search(r"https://desk\.example/survey/(\S+)", text)
    assert link is not None
    assert read_survey_token(link[1], SECRET) == (FILING.reference, 2)
    assert "已退款 300 元。" in text
    assert len(await bureau.rows(outbox)) == 1


def test_a_token_needs_no_escaping_in_an_address() -> None:
    """Mail programs cut links at unusual characters."""
    assert re.fullmatch(r"[A-Za-z0-9._-]+", TOKEN)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "..",
        TOKEN[:-1],
        TOKEN + "A",
        TOKEN.replace(".2.", ".3."),
        TOKEN.replace(".2.", ".02."),
        TOKEN.replace(".2.", f".{'9' * 5000}."),
        make_survey_token(complaint("other").reference, 2, SECRET).split(".")[0] + TOKEN[14:],
        make_survey_token(FILING.reference, 2, SECRET + "x"),
        TOKEN.replace(".2.", ".²."),
        "\ud800" + TOKEN,
    ],
)
def test_a_token_that_was_changed_or_made_up_is_refused(token: str) -> None:
    """One sentence, the same for all of them."""
    with pytest.raises(AmendsError, match="this link is not valid") as refused:
        read_survey_token(token, SECRET)
    assert (refused.value.code, refused.value.field) == (ErrorCode.INVALID_INPUT, "token")


def test_a_token_with_blanks_around_it_is_read() -> None:
    """As it is when somebody copies it."""
    assert read_survey_token(f" {TOKEN}\n", SECRET) == (FILING.reference, 2)
