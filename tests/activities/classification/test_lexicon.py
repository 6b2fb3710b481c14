from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.classification.lexicon import Lexicon, LexiconDocument, Sign, Strength, load_lexicon
from activities.classification.reading import read
from activities.classification.term import Term
from workflows.contract.vocabulary import Language, Nature


def document(term: str) -> LexiconDocument:
    """A complete lexicon in which `term` stands for quality."""
    natures = {nature: {Strength.STRONG: (f"{nature.value}word",)} for nature in Nature}
    return LexiconDocument(
        natures={**natures, Nature.QUALITY: {Strength.STRONG: (term,)}},
        signs={sign: (f"{sign.value.replace('_', '')}sign",) for sign in Sign},
    )


def finds(language: Language, term: str, text: str) -> bool:
    """Whether the index and the term together find it."""
    lexicon = Lexicon([(language, document(term))])
    return any(found.term.written == term for found in lexicon.search(read(text)))


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("fee", "a fee was added", True),
        ("fee", "I feel sad", False),
        ("fee", "coffee", False),
        ("charg*", "they charged me", True),
        ("charg*", "recharged", False),
        ("hung up", "she hung up.", True),
        ("hung up", "she hung. Up there", False),
        ("didn't arrive", "It didn’t arrive", True),
        ("call* .. back", "called me back", True),
        ("call* .. back", "calls they promised to give back", False),
        ("call* .. back", "called. Come back", False),
        ("refus* to refund", "refusing to refund", True),
    ],
)
def test_english_terms_are_words_and_stems_in_one_clause(term: str, text: str, expected: bool) -> None:
    """Never parts of other words, never across a full stop."""
    assert finds(Language.EN, term, text) is expected


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("没收到", "快递没 收到", True),
        ("用了..就", "用了三天就坏", True),
        ("用了..就", "用了。就这样", False),
        ("用了..就", "用了一二三四五六七八九就", False),
        ("霉", "发霉的面包", True),
    ],
)
def test_chinese_terms_are_characters_that_stand_together(term: str, text: str, expected: bool) -> None:
    """Blanks do not matter; a gap stays within a clause."""
    assert finds(Language.ZH, term, text) is expected


@pytest.mark.parametrize(
    ("language", "term", "text", "meant"),
    [
        (Language.EN, "injured", "nobody was injured", False),
        (Language.EN, "injured", "he was injured", True),
        (Language.EN, "injured", "not one but two were injured", True),
        (Language.EN, "lawyer*", "I was not paid. My lawyer knows.", True),
        (Language.EN, "injured", "nobody was injured at first, then she was injured", True),
        (Language.ZH, "受伤", "没有受伤", False),
        (Language.ZH, "受伤", "孩子受伤了", True),
    ],
)
def test_a_denial_right_before_takes_the_word_back(language: Language, term: str, text: str, meant: bool) -> None:
    """But only there, and only if every mention is denied."""
    assert Term.of(language, term).is_meant(read(text)) is meant


@pytest.mark.parametrize(("language", "term"), [(Language.EN, "ab*"), (Language.EN, "à la"), (Language.ZH, "没 收到")])
def test_a_term_that_could_never_be_found_is_refused(language: Language, term: str) -> None:
    """A lexicon that looks right and does nothing would be worse than an error."""
    with pytest.raises(ValueError, match="can never be found"):
        Lexicon([(language, document(term))])


def test_a_lexicon_must_be_complete_and_without_repetition() -> None:
    """Every nature and sign has terms, each only once."""
    whole = document("leak").model_dump()
    with pytest.raises(ValueError, match="no terms for harm"):
        LexiconDocument.model_validate({**whole, "signs": {k: v for k, v in whole["signs"].items() if k != "harm"}})
    with pytest.raises(ValueError, match="leak is there twice for quality"):
        LexiconDocument.model_validate(
            {**whole, "natures": {**whole["natures"], "quality": {"strong": ["leak"], "weak": ["leak"]}}}
        )


def test_every_shipped_term_finds_itself() -> None:
    """The index leads to each of them in a text that consists of it."""
    lexicon = load_lexicon()
    terms = {found.term for entries in lexicon._index.values() for found in entries}  # noqa: SLF001 - all there are
    lost = [
        term.written
        for term in terms
        if term not in {found.term for found in lexicon.search(read(term.written.replace("..", "").replace("*", "")))}
    ]
    assert lost == []


@given(st.text(max_size=200))
def test_reading_is_stable(text: str) -> None:
    """Reading what was read changes nothing more."""
    once = read(text)
    assert read(once.plain).english == once.english
