"""`amends key` and `amends token` on a running Amends."""

from __future__ import annotations

import pytest

from infra.devstack.issuer import AUDIENCE, ISSUER, Issuer
from infra.signed_tokens import FixedKeys, Verifier
from tests.cli.shell import Shell

EXECUTIVE = ("--as", "grace.adler")
SHOP = ("key", "create", "--service", "shop", "--source", "web", "--scope", "file", "--scope", "read")


async def test_a_key_is_shown_once_listed_and_revoked(amends: Shell) -> None:
    """The secret is on stdout alone, so that it can go into a file; the sentence about it is not."""
    created = await amends.quick(*SHOP, "--note", "the web shop", "--days", "30", *EXECUTIVE)
    assert created.code == 0, created.err
    key = created.out.removesuffix("\n")
    assert key.startswith("amk_")
    assert len(key) == len("amk_") + 16 + 1 + 64
    assert "only time" in created.err
    key_id = key.split("_")[1]
    assert key.rpartition("_")[2] not in created.err
    listed = await amends.quick("key", "list")
    assert key_id in listed.out
    assert "the web shop" in listed.out
    assert key.rpartition("_")[2] not in listed.out
    (known,) = [each for each in (await amends.quick("key", "list", "--json")).json if each["key_id"] == key_id]
    assert (known["service"], known["sources"], known["scopes"]) == ("shop", ["web"], ["read", "file"])
    assert (known["created_by"], known["revoked_at"]) == ("grace.adler", None)
    revoked = await amends.quick("key", "revoke", key_id, *EXECUTIVE)
    assert revoked.out == f"{key_id} of shop: revoked by grace.adler\n"
    assert key_id not in (await amends.quick("key", "list")).out
    assert key_id in (await amends.quick("key", "list", "--all")).out


async def test_a_key_of_ones_own_as_json(amends: Shell) -> None:
    created = (await amends.quick("key", "create", "--mine", "--scope", "read", "--as", "zhou.qi", "--json")).json
    assert created["key"].split("_")[1] == created["about"]["key_id"]
    assert created["about"]["staff"] == "zhou.qi"
    revoked = await amends.quick("key", "revoke", created["key"], "--as", "zhou.qi", "--json")
    assert revoked.json["revoked_by"] == "zhou.qi"


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        ((*SHOP, "--as", "zhou.qi"), 3, "only an executive"),
        ((*SHOP, "--mine", *EXECUTIVE), 2, "--service NAME or --mine"),
        (("key", "create", "--scope", "read", *EXECUTIVE), 2, "--service NAME or --mine"),
        (("key", "create", "--service", "shop", "--scope", "read", *EXECUTIVE), 2, "at least one source"),
        (("key", "create", "--service", "zhou.qi", "--source", "*", "--scope", "read", *EXECUTIVE), 2, "this name"),
        ((*SHOP, "--days", "367", *EXECUTIVE), 2, "366"),
        ((*SHOP, "--as", "nobody"), 4, "nobody"),
        (("key", "revoke", "0000", *EXECUTIVE), 4, "no API key"),
    ],
)
async def test_a_key_that_cannot_be_is_refused(
    amends: Shell, arguments: tuple[str, ...], code: int, expected: str
) -> None:
    result = await amends.quick(*arguments)
    assert (result.code, result.out) == (code, "")
    assert expected in result.err


async def test_a_token_of_the_embedded_stack_says_loudly_what_it_is(amends: Shell) -> None:
    """And is one that the stack accepts."""
    verifier = Verifier(ISSUER, AUDIENCE, FixedKeys(Issuer.kept(amends.state_dir).key_set))
    person = await amends.quick("token", "--as", "raj.patel")
    assert "DEVELOPMENT TOKEN" in person.err
    assert (await verifier.claims(person.out.strip()))["sub"] == "raj.patel"
    asked = ("token", "--service", "shop", "--source", "web", "--scope", "file", "--hours", "1", "--json")
    claims = await verifier.claims((await amends.quick(*asked)).json["token"])
    assert (claims["client_id"], claims["scope"], claims["sources"]) == ("shop", "file", ["web"])
    assert claims["exp"] - claims["iat"] == 3600
    everything = await verifier.claims((await amends.quick("token", "--service", "all")).out.strip())
    assert (everything["scope"], everything["sources"]) == ("read file command subscribe", ["*"])


@pytest.mark.parametrize(
    ("environment", "arguments", "code", "expected"),
    [
        ((), ("token",), 2, "--as USER or --service NAME"),
        ((), ("token", "--as", "zhou.qi", "--service", "shop"), 2, "--as USER or --service NAME"),
        ((("AMENDS_OIDC_ISSUER", "https://login.example"),), ("token", "--as", "zhou.qi"), 2, "AMENDS_OIDC_ISSUER"),
        ((("AMENDS_DATABASE_URL", "postgresql://a:b@127.0.0.1:1/c"),), ("token", "--as", "zhou.qi"), 2, "embedded"),
        ((("TEMPORAL_ADDRESS", "127.0.0.1:1"),), ("token", "--as", "zhou.qi"), 2, "embedded"),
    ],
)
async def test_no_token_is_made_that_nobody_would_accept(
    amends: Shell, environment: tuple[tuple[str, str], ...], arguments: tuple[str, ...], code: int, expected: str
) -> None:
    result = await Shell(amends.state_dir, environment).quick(*arguments)
    assert (result.code, result.out) == (code, "")
    assert expected in result.err


async def test_without_a_stack_there_is_no_token(fresh: Shell) -> None:
    result = await fresh.quick("token", "--as", "zhou.qi")
    assert result.code == 5
    assert "amends up" in result.err
