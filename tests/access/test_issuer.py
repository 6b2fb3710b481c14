"""The embedded stack's own identity provider keeps its key to itself, and what it signs is accepted."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.devstack.issuer import AUDIENCE, FILE_NAME, ISSUER, VALID_FOR, Issuer
from infra.signed_tokens import FixedKeys, TokenFaultError, Verifier
from workflows.contract.errors import AmendsError, ErrorCode


async def test_the_key_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    """Tokens made yesterday still open today; those who ask together for the first time get the same."""
    with ThreadPoolExecutor(8) as pool:
        issuers = list(pool.map(Issuer.kept, [tmp_path] * 8))
    assert len({str(issuer.key_set) for issuer in issuers}) == 1
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    verifier = Verifier(ISSUER, AUDIENCE, FixedKeys(Issuer.kept(tmp_path).key_set))
    assert (await verifier.claims(issuers[0].token("zhou.qi", sources=["web"])))["sources"] == ["web"]


def test_what_is_published_signs_nothing(tmp_path: Path) -> None:
    (published,) = Issuer.kept(tmp_path).key_set["keys"]
    assert not {"d", "k"} & set(published)


async def test_a_token_ends(tmp_path: Path) -> None:
    """After a working day, unless it was asked for otherwise; the key of another directory opens nothing."""
    kept = Issuer.kept(tmp_path)
    later = Verifier(ISSUER, AUDIENCE, FixedKeys(kept.key_set), now=lambda: datetime.now(UTC) + VALID_FOR * 2)
    with pytest.raises(TokenFaultError, match="expired"):
        await later.claims(kept.token("zhou.qi"))
    assert await later.claims(kept.token("zhou.qi", valid_for=VALID_FOR * 3))
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(TokenFaultError, match="no key"):
        await later.claims(Issuer.kept(other).token("zhou.qi", valid_for=timedelta(days=9)))


@pytest.mark.parametrize("content", ["", "{}", "no key", '{"kty": "EC"}', '{"kty": "oct", "k": "AAAA"}'])
def test_a_file_that_is_no_key_is_told(tmp_path: Path, content: str) -> None:
    """And left: whoever put it there may want it back."""
    (tmp_path / FILE_NAME).write_text(content, encoding="utf-8")
    with pytest.raises(AmendsError, match="remove it") as refusal:
        Issuer.kept(tmp_path)
    assert refusal.value.code is ErrorCode.SETUP
    assert (tmp_path / FILE_NAME).read_text(encoding="utf-8") == content
