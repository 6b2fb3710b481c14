"""What Amends refuses, in the reader's language: a sentence for each code, and what whoever refused said besides."""

from __future__ import annotations

from starter.console.texts import texts
from starter.console.why import why
from workflows.contract.errors import AmendsError
from workflows.contract.vocabulary import Language


def in_words(error: AmendsError, language: Language) -> str:
    """The refusal with its code, by which logs and colleagues know it."""
    say = texts().say
    sentence = say(language, f"refusals.{error.code.value}")
    field = say(language, "refusals.field", field=error.field) if error.field else ""
    told = (why(error.message, language) or "").removesuffix("。")  # which the console's own end with already
    message = say(language, "refusals.told", told=told) if told else original(error.message, language)
    return say(language, "refusals.whole", sentence=sentence, field=field, message=message, code=error.code.value)


def original(message: str, language: Language) -> str:
    """What was said in English and cannot be said in the reader's language."""
    return texts().say(language, "refusals.original", message=message)
