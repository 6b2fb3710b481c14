"""Guesses the language of a complaint from its script: Chinese characters against words in Latin letters."""

from __future__ import annotations

import re

from workflows.contract.vocabulary import Language

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN_WORD = re.compile(r"[A-Za-z]+")


def guess_language(text: str) -> Language:
    """Chinese if the text has more Chinese characters than Latin words, which Chinese text borrows for brands."""
    return Language.ZH if len(_HAN.findall(text)) > len(_LATIN_WORD.findall(text)) else Language.EN
