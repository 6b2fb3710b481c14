"""Every letter that Amends sends, in both languages, about a complaint that is made up."""

from __future__ import annotations

from nicegui import ui

from infra.db.tables import Audience
from infra.letters.samples import Sample, samples
from infra.letters.writer import Letter
from starter.console.administration.letter_view import letter
from starter.console.administration.room import notice, room, title
from starter.console.administration.sieve import among, sieve
from starter.console.frame import staff_page
from starter.console.visit import Visit
from workflows.contract.vocabulary import Language


@staff_page("/administration/letters", "administration.rooms.letters")
async def letters(visit: Visit) -> None:
    """One after the other, Chinese and English side by side."""
    room(visit, "letters", within=visit.say("administration.letters.says"))
    found = list(samples(visit.moments.zone))
    audiences = {each.value: visit.say(f"administration.letters.to.{each.value}") for each in Audience}
    wanted = among(visit, "to", visit.say("administration.letters.reader"), audiences)
    sieve(visit, [wanted])
    missing = [sample for sample in found if None in sample.letters.values()]
    if missing:
        named = visit.say("administration.rules.and").join(_name(visit, sample) for sample in missing)
        notice(visit.say("administration.letters.missing", letters=named), icon="warning", tone="warn")
    for sample in found:
        if wanted["value"] in ("", sample.audience.value):
            _sample(visit, sample)


def _sample(visit: Visit, sample: Sample) -> None:
    with ui.element("section").classes("part"):
        heading = visit.say("administration.letters.to_whom", letter=_name(visit, sample), to=_reader(visit, sample))
        title(heading)
        with ui.element("div").classes("letters"):
            for language, written in sample.letters.items():
                _written(visit, language, written)


def _written(visit: Visit, language: Language, written: Letter | None) -> None:
    with ui.element("article").classes("card") as card:
        card.props["aria-label"] = visit.word("language", language)
        if written is None:
            ui.label(visit.say("administration.letters.none", language=visit.word("language", language))).classes(
                "quiet"
            )
            return
        card.props["lang"] = language.value
        letter(written.subject, written.body)


def _name(visit: Visit, sample: Sample) -> str:
    return visit.say(f"administration.notice.{sample.notice.value}")


def _reader(visit: Visit, sample: Sample) -> str:
    return visit.say(f"administration.letters.to.{sample.audience.value}")
