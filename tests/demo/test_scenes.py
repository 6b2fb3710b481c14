"""The complaints written for the demonstration cover what it promises to show."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from activities.classification.rules import RuleClassifier
from infra.organisation import load_organisation
from infra.policies import load_policy
from starter.demo.paths import PATHS
from starter.demo.people import People
from starter.demo.scenes import PathName, Scene, scenes_of, written_scenes
from starter.demo.stage import POLICY
from starter.intake.language import guess_language
from workflows.contract.events import EVENT_TYPES
from workflows.contract.vocabulary import Channel, Language, Role

RESERVED = (".example", "example.com", "example.net", "example.org")


@pytest.fixture(scope="module")
def scenes() -> tuple[Scene, ...]:
    return written_scenes("test")


def test_every_path_is_taken_in_both_languages(scenes: tuple[Scene, ...]) -> None:
    taken = Counter((scene.path, scene.complaint.language) for scene in scenes)
    assert set(taken) == {(path, language) for path in PathName for language in Language}
    assert len(scenes) >= 26


def test_half_of_the_complaints_are_chinese(scenes: tuple[Scene, ...]) -> None:
    languages = Counter(scene.complaint.language for scene in scenes)
    assert languages[Language.ZH] == languages[Language.EN]
    assert all(guess_language(scene.complaint.text) is scene.complaint.language for scene in scenes)


def test_no_line_break_of_the_file_leaves_a_blank_inside_chinese_text(scenes: tuple[Scene, ...]) -> None:
    """YAML joins folded lines by a blank, which Chinese does not have."""
    torn = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef] [\u4e00-\u9fff]")
    for scene in scenes:
        assert not torn.search(scene.complaint.text), scene.complaint.source_key
        assert not any(torn.search(str(words)) for words in scene.words.model_dump().values()), (
            scene.complaint.source_key
        )


def test_they_come_from_every_channel(scenes: tuple[Scene, ...]) -> None:
    assert {scene.complaint.channel for scene in scenes} == set(Channel)


def test_no_mail_can_reach_a_real_address(scenes: tuple[Scene, ...]) -> None:
    addresses = [scene.complaint.complainant.email for scene in scenes if scene.complaint.complainant.email]
    assert addresses
    assert all(address.endswith(RESERVED) for address in addresses)


def test_some_complainants_cannot_be_reached_by_mail(scenes: tuple[Scene, ...]) -> None:
    without = {scene.complaint.channel for scene in scenes if scene.complaint.complainant.email is None}
    assert {Channel.HOTLINE, Channel.LETTER} <= without


def test_no_two_complaints_share_a_text_or_a_reference(scenes: tuple[Scene, ...]) -> None:
    assert len({scene.complaint.text for scene in scenes}) == len(scenes)
    assert len({scene.reference for scene in scenes}) == len(scenes)


def test_another_run_has_other_references(scenes: tuple[Scene, ...]) -> None:
    again = written_scenes("another")
    assert not {scene.reference for scene in scenes} & {scene.reference for scene in again}


def test_the_classifier_is_unsure_exactly_of_what_a_person_has_to_classify(scenes: tuple[Scene, ...]) -> None:
    threshold, classifier = load_policy(POLICY).min_confidence, RuleClassifier()
    unsure = [scene for scene in scenes if scene.path is PathName.UNSURE]
    assert all(classifier.classify(scene.complaint.text).confidence < threshold for scene in unsure)


def test_what_two_must_approve_reaches_such_a_rule_of_the_policy(scenes: tuple[Scene, ...]) -> None:
    executive = next(rule for rule in load_policy(POLICY).approval if rule.approvals == 1 and rule.min_amount)
    pair = next(rule for rule in load_policy(POLICY).approval if rule.approvals == 2 and rule.min_amount)
    for scene in scenes:
        amount = sum(redress.amount for redress in scene.words.large_redress)
        assert pair.min_amount <= amount < executive.min_amount


def test_paths_are_judged_by_events_that_exist() -> None:
    assert set(PATHS) == set(PathName)
    assert {event for path in PATHS.values() for event in (*path.shows, *path.lacks)} <= set(EVENT_TYPES)


def test_departments_that_scripts_name_exist(scenes: tuple[Scene, ...]) -> None:
    known = {department.department for department in load_organisation().departments}
    assert {name for scene in scenes for name in (*scene.words.departments, scene.words.move_to)} <= known


def test_the_handler_speaks_the_complainants_language_where_one_does() -> None:
    staff = {member.subject: member for member in load_organisation().staff}
    people = People(load_organisation())
    for language in Language:
        handler = people.handler("customer_service", language)
        assert handler.roles == (Role.AGENT,)
        assert staff[handler.subject].language is language


def test_complaints_from_a_file_take_all_paths_in_turn_and_count_as_received_now(scenes: tuple[Scene, ...]) -> None:
    long_ago = {"received_at": datetime(2019, 9, 24, tzinfo=UTC)}
    dealt = scenes_of([scene.complaint.model_copy(update=long_ago) for scene in scenes], "file")
    assert Counter(scene.path for scene in dealt) == Counter(dict.fromkeys(PathName, 2))
    assert all(scene.complaint.received_at is None for scene in dealt)
    assert not {scene.reference for scene in dealt} & {scene.reference for scene in scenes}
