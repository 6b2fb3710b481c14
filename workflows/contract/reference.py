"""The short reference of a complaint: derived from the source's own key, safe to read out, with a check character."""

from __future__ import annotations

import hashlib

from workflows.contract.errors import AmendsError, ErrorCode

ALPHABET = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""31 characters, none that is mistaken for another (no 0/O, I/L/1, U/V). 31 is prime, see `_check_character`."""

_BODY_LENGTH = 11
"""31^11 = 2.5e16 references: among ten million complaints the chance that any two meet is 0.2 %; a meeting is
noticed (`reference_taken`), never merged."""


def reference_for(source: str, source_key: str) -> str:
    """The reference of the complaint that `source` knows as `source_key`, such as `7K2M-9QXD-4TBC`."""
    # Escaped, so that a line break inside the source cannot be taken for the one that ends it.
    escaped = source.replace("\\", "\\\\").replace("\n", "\\n")
    digest = hashlib.sha256(f"{escaped}\n{source_key}".encode()).digest()
    number = int.from_bytes(digest[:16])
    body = ""
    for _ in range(_BODY_LENGTH):
        number, index = divmod(number, len(ALPHABET))
        body += ALPHABET[index]
    return _grouped(body + _check_character(body))


def parse_reference(typed: str) -> str:
    """The reference a person meant, in its written form; lower case, blanks and missing hyphens are forgiven.

    Raises:
        AmendsError: `reference_mistyped`, when it cannot be the reference of any complaint.
    """
    characters = typed.upper().replace("-", "").replace(" ", "")
    if len(characters) != _BODY_LENGTH + 1 or any(character not in ALPHABET for character in characters):
        raise AmendsError(
            ErrorCode.REFERENCE_MISTYPED,
            f"a reference has {_BODY_LENGTH + 1} letters and digits, such as {reference_for('example', '1')}",
            "reference",
        )
    if _check_character(characters[:-1]) != characters[-1]:
        raise AmendsError(
            ErrorCode.REFERENCE_MISTYPED,
            "the check character does not match: one character is wrong or two are swapped",
            "reference",
        )
    return _grouped(characters)


def _check_character(body: str) -> str:
    """Sum of value times place, modulo the prime 31: any one wrong character and any two swapped ones are noticed,
    because neither a difference of values nor of places below 31 can be a multiple of 31.
    """
    total = sum(place * ALPHABET.index(character) for place, character in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]


def _grouped(characters: str) -> str:
    return "-".join(characters[start : start + 4] for start in range(0, len(characters), 4))
