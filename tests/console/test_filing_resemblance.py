"""While a complaint is being told, its complainant's others and likely duplicates are found by contacts and words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.journal import JournalActivities
from infra.db.tables import complaints
from starter.access.caller import Caller, scopes_of_staff
from starter.phones import joined, significant_digits, spellings
from starter.resemblance import Resemblance, contacts
from starter.resembling import Resembling, Told, terms
from tests.support.postings import opening
from workflows.contract.filing import Complainant, FileComplaint
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Channel, Language, Role, Status

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
"""A day after everything was received."""

SEE_ALL = ("customer_service",)
LEAKS = "上周买的洗衣机脱水时漏水，阳台全是水，客服一直没有人上门。"
LEAKS_TOLD_AGAIN = "我的洗衣机脱水的时候漏水，阳台全是水"
INVOICE = "发票抬头开错了，打了三次电话都没有改。"
STOPPED = "The washing machine stopped working after two days and leaks water all over the kitchen, nobody called back."
STOPPED_TOLD_AGAIN = "My washing machine leaks water over the kitchen floor and nobody called back since Monday"


def caller(subject: str = "zhou.qi", department: str = "customer_service", **more: Any) -> Caller:
    """Somebody who takes calls."""
    actor = Actor(subject=subject, roles=(Role.AGENT,), department=department, authenticated_by="test", **more)
    return Caller(actor, scopes_of_staff(actor.roles))


async def on_file(engine: AsyncEngine, key: str, text: str, *, product: str | None = None, **contacts: str) -> str:
    """The reference of a complaint with these contacts."""
    filing = FileComplaint(
        source="test",
        source_key=key,
        channel=Channel.HOTLINE,
        language=Language.ZH,
        text=text,
        product=product,
        complainant=Complainant.model_validate(contacts),
    )
    await JournalActivities(engine).record(opening(filing))
    return filing.reference


async def changed(engine: AsyncEngine, reference: str, **columns: Any) -> None:
    """Have a row say something else."""
    async with engine.begin() as connection:
        await connection.execute(update(complaints).where(complaints.c.reference == reference).values(columns))


async def found(engine: AsyncEngine, told: Told, who: Caller | None = None, now: datetime = NOW) -> list[Resembling]:
    """What resembles it."""
    return await Resemblance(engine, SEE_ALL).of(told, who or caller(), now)


def references(rows: list[Resembling]) -> list[str]:
    """Of which complaints they are."""
    return [each.row.reference for each in rows]


@pytest.mark.parametrize(
    "told",
    [
        Told(phone="138 0000 4711"),
        Told(phone="13800004711"),
        Told(phone="+86-138-0000-4711"),
        Told(phone="0086 13800004711"),
        Told(phone="\uff11\uff13\uff18\uff10\uff10\uff10\uff10\uff14\uff17\uff11\uff11"),
        Told(email=" Wang.Fang@Customer.example"),
        Told(name="王 芳"),
        Told(name="王芳", phone="13900000000", email="other@customer.example"),
    ],
)
async def test_other_complaints_of_the_same_person_are_found_however_their_contacts_are_written(
    engine: AsyncEngine, told: Told
) -> None:
    theirs = await on_file(
        engine, "1", INVOICE, name="王芳", phone="+86 138 0000-4711", email="wang.fang@customer.example"
    )
    await on_file(engine, "2", f"王芳 138 0000 4712 {INVOICE}", name="王芳芳", phone="138 0000 4712")
    (row,) = await found(engine, told)
    assert (row.row.reference, row.same_person, row.same_matter) == (theirs, True, False)
    assert row.excerpt == INVOICE


async def test_the_same_matter_comes_first_then_what_is_open_then_the_newest(engine: AsyncEngine) -> None:
    contacts = {"name": "王芳", "phone": "13800004711"}
    closed, older, newer, same, long_ago = [
        await on_file(engine, str(number), text, **contacts)
        for number, text in enumerate([INVOICE, INVOICE, INVOICE, LEAKS, LEAKS])
    ]
    await changed(engine, closed, status=Status.CLOSED.value, received_at=NOW)
    await changed(engine, older, received_at=NOW - timedelta(days=20))
    await changed(engine, newer, received_at=NOW - timedelta(days=10))
    await changed(engine, long_ago, received_at=NOW - timedelta(days=91))
    rows = await found(engine, Told(text=LEAKS_TOLD_AGAIN, phone="13800004711"))
    assert references(rows) == [same, newer, older, long_ago, closed]
    assert [row.same_matter for row in rows] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("on_it", "told", "is_same"),
    [
        (LEAKS, LEAKS, True),
        (STOPPED, STOPPED_TOLD_AGAIN, True),
        (INVOICE, LEAKS_TOLD_AGAIN, False),
        (STOPPED, "I ordered two lamps in March and only one of them arrived, the other is still missing", False),
        (STOPPED, "It leaks water", False),
    ],
)
async def test_others_with_the_same_product_are_found_when_they_say_much_the_same(
    engine: AsyncEngine, on_it: str, told: str, *, is_same: bool
) -> None:
    reference = await on_file(engine, "1", on_it, product="WM-7 Plus", name="Jane Roe", phone="020 7946 0958")
    rows = await found(engine, Told(text=told, product="wm-7 plus", name="Somebody else"))
    assert references(rows) == ([reference] if is_same else [])
    assert await found(engine, Told(text=on_it, product="WM-8")) == []


async def test_only_what_the_caller_may_see_is_found(engine: AsyncEngine) -> None:
    reference = await on_file(engine, "1", LEAKS, phone="13800004711")
    told = Told(text=LEAKS, phone="13800004711")
    assert references(await found(engine, told)) == [reference]
    assert await found(engine, told, caller("he.jun", "technical_support")) == []
    assert await found(engine, told, caller("luo.jie", contractor=True)) == []


@pytest.mark.parametrize(
    "told",
    [
        Told(text=LEAKS),
        Told(phone="138", name="王", email="wang", product="7"),
        Told(phone="\0", name="a\0b", product="\0\0"),
        Told(phone="%", name="%%", email="%@%", product="__"),
    ],
)
async def test_too_little_finds_nothing(engine: AsyncEngine, told: Told) -> None:
    """Half a name, half a number; nor does what means something else to a database."""
    await on_file(engine, "1", LEAKS, name="王芳", phone="138 0000 4711", product="WM-7")
    assert await found(engine, told) == []


async def test_while_somebody_types_on_only_the_words_are_compared_again(engine: AsyncEngine) -> None:
    """Whose complaints there are is remembered for a moment, for each caller."""
    await on_file(engine, "1", LEAKS, phone="13800004711")
    asked: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    resemblance, one = Resemblance(engine, SEE_ALL), Told(text="洗衣机", phone="13800004711")
    counts = []
    for told, who in (
        (one, caller()),
        (Told(text="洗衣机漏水", phone="13800004711"), caller().during("another request")),
        (one, caller("he.jun", "technical_support")),
    ):
        asked.clear()
        found = await resemblance.of(told, who, NOW)
        counts.append((len(found), len([each for each in asked if "strpos" in each])))
    assert counts[1] == (1, 1)
    assert counts[2][0] == 0


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("+86 138 0000 0000", "3800000000"),
        ("13800000000", "3800000000"),
        ("010-8765 4321", "1087654321"),
        ("+86 (10) 8765-4321", "1087654321"),
        ("020 7946 0958", "2079460958"),
        ("+44 20 7946 0958", "2079460958"),
        ("8765 4321", "87654321"),
        ("110", ""),
        ("1234 5678 9012 3456", ""),
        ("ask Jane", ""),
    ],
)
def test_numbers_are_told_apart_by_their_last_digits(phone: str, digits: str) -> None:
    """Without the country, and without zeros for long distance."""
    assert significant_digits(phone) == digits


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("+86 138 0000 0000", ["3800000000"]),
        ("退款 +86-138-0000-0000 refund", ["退款", "3800000000", "refund"]),
        ("138 0000 0000", ["138", "0000", "0000"]),
        ("2026 12 31", ["2026", "12", "31"]),
        ("+1", ["+1"]),
        ("C++ 11", ["C++", "11"]),
    ],
)
def test_a_number_with_its_country_is_one_word(text: str, words: list[str]) -> None:
    """Any other row of digits may be several words."""
    assert joined(text).split() == words


@pytest.mark.parametrize(
    ("word", "also"),
    [("138-0000-0000", "3800000000"), ("(020)79460958", "2079460958"), ("8613800000000", "3800000000")],
)
def test_a_word_that_may_be_a_number_is_looked_for_in_both_spellings(word: str, also: str) -> None:
    assert spellings(word) == (word, also)
    assert spellings("wm-7") == ("wm-7",)
    assert spellings("87654321") == ("87654321",)


def test_texts_are_compared_by_pairs_of_characters_longer_words_and_numbers() -> None:
    assert terms("要退款！The TV 5000 broke, broke") == ("要退", "退款", "5000", "broke")
    assert len(terms("".join(map(chr, range(0x4E00, 0x4F00))))) == 60
    assert list(contacts(Told(text=LEAKS))) == []
