from __future__ import annotations

from pathlib import Path

import pytest

from infra.policies import SHIPPED
from tests.cli.shell import Shell

MINE = """
extends: cn_12315
name: {name}
title: Ours
clocks:
  - name: enterprise_settlement
    start: [filed]
    stop: [executed]
    counts: business_day
    target: {{ days: {days} }}
"""


def written(folder: Path, name: str, days: int = 7) -> str:
    path = folder / f"{name}-{days}.yaml"
    path.write_text(MINE.format(name=name, days=days), encoding="utf-8")
    return str(path)


async def test_checking_a_file_needs_no_servers(fresh: Shell, tmp_path: Path) -> None:
    """It says what the policy means, and that nobody could be asked for departments."""
    result = await fresh.quick("policy", "check", written(tmp_path, "ours"))
    assert result.code == 0, result.err
    assert "enterprise_settlement: 7 business days" in result.out
    assert "departments were not checked" in result.err
    checked = (await fresh.quick("policy", "check", "uk_nhs", "--json")).json
    assert {finding["concern"] for finding in checked["findings"]} == {"unconfirmed_source"}
    assert checked["calendar"].startswith("england@")


async def test_a_policy_that_is_none_is_exit_code_2_and_an_unknown_one_4(fresh: Shell, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: default\nname: mine\nclocks: [{ name: late }]\n", encoding="utf-8")
    result = await fresh.quick("policy", "check", str(path), "--json")
    assert (result.code, result.error["code"]) == (2, "invalid_input")
    assert "clocks.0" in result.error["field"]
    assert (await fresh.quick("policy", "check", str(tmp_path / "none.yaml"))).code == 4


async def test_shipped_policies_are_compared_without_servers(fresh: Shell) -> None:
    result = await fresh.quick("policy", "diff", "au_asic_rg271", "au_asic_rg271_super")
    assert "clock idr_response" in result.out
    assert "target.low: 30 days -> 45 days" in result.out
    extended = (await fresh.quick("policy", "diff", "default", "cn_bank_insurance")).out
    assert "calendar_days\n  (no calendar) -> china in Asia/Shanghai" in extended
    compared = (await fresh.quick("policy", "diff", "default", "default", "--json")).json
    assert compared["differences"] == []


async def test_an_extension_that_differs_is_shown_in_words(fresh: Shell, tmp_path: Path) -> None:
    path = tmp_path / "longer.yaml"
    text = (SHIPPED / "cn_bank_insurance.yaml").read_text(encoding="utf-8").replace("{ days: 60 }", "{ days: 70 }")
    path.write_text(text, encoding="utf-8")
    compared = (await fresh.quick("policy", "diff", "cn_bank_insurance", str(path))).out
    assert "to 70 days by executive: 情况特别复杂" in compared
    assert "{" not in compared


async def test_publishing_showing_and_listing_agree(amends: Shell, tmp_path: Path) -> None:
    """Once; then again with nothing done; then the next version."""
    first, second = written(tmp_path, "agree", 7), written(tmp_path, "agree", 8)
    publish = ("--as", "xu.ming", "--note", "the board's decision", "--json")
    published = (await amends.quick("policy", "publish", first, *publish)).json
    assert published["is_new"]
    assert not (await amends.quick("policy", "publish", first, *publish)).json["is_new"]
    newer = (await amends.quick("policy", "publish", second, *publish)).json
    version, newer_version = (each["publication"]["version"] for each in (published, newer))
    assert newer["in_force"] == f"agree@{newer_version}"
    rows = (await amends.quick("policy", "list", "--json")).json["published"]
    assert [row["version"] for row in rows if row["name"] == "agree"] == [newer_version, version]
    shown = (await amends.quick("policy", "show", f"agree@{version}", "--json")).json
    assert shown["publication"]["note"] == "the board's decision"
    assert shown["document"]["policy"]["title"] == "Ours"
    assert shown["document"]["calendar"]["name"] == "china"
    assert (await amends.quick("policy", "show", "agree", "--json")).json["version"] == newer_version
    difference = await amends.quick("policy", "diff", f"agree@{version}", second)
    assert "target.low: 7 days -> 8 days" in difference.out
    assert "agree" in (await amends.quick("policy", "list")).out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("publish", "uk_nhs", "--as", "raj.patel"), 3, "only a head of a department or an executive"),
        (("publish", "uk_nhs", "--as", "xu.ming"), 2, "--accept-unconfirmed"),
        (("publish", "uk_nhs", "--as", "nobody.there"), 4, "nobody on the staff"),
        (("show", "uk_nhs@000000000000"), 4, "no policy uk_nhs@000000000000 is published"),
        (("migrate", "uk_nhs", "--as", "xu.ming", "--reason", "law"), 2, "publish it first"),
        (("migrate", "default", "--as", "raj.patel", "--reason", "law"), 3, "only a head of a department"),
        (("migrate", "default", "--as", "xu.ming", "--reason", "x" * 501), 2, "reason"),
    ],
)
async def test_what_must_not_be_is_refused_with_its_reason(
    amends: Shell, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = await amends.quick("policy", *arguments)
    assert (result.code, said in result.err) == (code, True), result.err


async def test_a_calendar_is_shown_and_checked_without_servers(fresh: Shell) -> None:
    checked = (await fresh.quick("calendar", "check", "china", "--json")).json
    assert checked["holidays_by_year"]["2026"] > 0
    shown = await fresh.quick("calendar", "show", "england")
    assert "09:00-17:30" in shown.out
    assert "Good Friday" in shown.out
    assert (await fresh.quick("calendar", "check", "atlantis")).code == 2


@pytest.mark.parametrize(
    ("added", "code", "said"),
    [
        ("intake_department: catering", 4, "catering"),
        ("calendar: atlantis", 2, "there is no calendar atlantis"),
        ("min_confidence: much", 2, "min_confidence"),
    ],
)
async def test_a_worker_does_not_start_with_a_policy_that_does_not_fit(
    amends: Shell, tmp_path: Path, added: str, code: int, said: str
) -> None:
    """It says why, before it takes any complaint."""
    path = tmp_path / "mine.yaml"
    path.write_text(MINE.format(name="ours", days=7) + f"{added}\n", encoding="utf-8")
    refused = await Shell(amends.state_dir, (("AMENDS_POLICY", str(path)),))("worker")
    assert (refused.code, said in refused.err) == (code, True), refused.err
