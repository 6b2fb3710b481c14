"""What is remembered for a moment, and no longer or more than that."""

from __future__ import annotations

from starter.access.memory import MOST, REMEMBERED_FOR, Memory


def test_what_is_known_is_known_for_a_moment_from_when_it_was_learned() -> None:
    """Being asked for does not make it last."""
    now = [0.0]
    memory: Memory[str, str] = Memory(clock=lambda: now[0])
    memory.learn("key", "value")
    now[0] = REMEMBERED_FOR.total_seconds() - 0.1
    assert memory.recall("key") == "value"
    now[0] = REMEMBERED_FOR.total_seconds()
    assert memory.recall("key") is None
    memory.learn("key", "new")
    assert memory.recall("key") == "new"
    assert memory.recall("other") is None


def test_it_does_not_grow_without_end() -> None:
    """What was learned first is forgotten first."""
    memory: Memory[int, int] = Memory(clock=lambda: 0.0)
    for number in range(MOST + 1):
        memory.learn(number, number)
    assert memory.recall(0) is None
    assert memory.recall(1) == 1
    memory.learn(1, 1)
    memory.learn(-1, -1)
    assert (memory.recall(1), memory.recall(2)) == (1, None)
