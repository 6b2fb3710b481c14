"""Which ports servers get: such as they can have again when they are started anew."""

from __future__ import annotations

import socket

from infra.devstack.ports import HOST, Ports

LOWEST_OUTGOING = 32_768
"""Of the ports that Linux gives to outgoing connections unless told otherwise; those of other systems lie above."""


def test_no_outgoing_connection_gets_the_port_of_a_server_that_is_started_again() -> None:
    assert max(dict(Ports.unused()).values()) < LOWEST_OUTGOING


def test_ports_that_are_asked_for_together_differ() -> None:
    ports = list(dict(Ports.unused()).values())
    assert len(set(ports)) == len(ports)


def test_a_taken_port_is_replaced_by_a_free_one_and_the_others_stay() -> None:
    before = Ports.unused()
    with socket.socket() as other:
        other.bind((HOST, before.temporal))
        other.listen()
        after = before.settled(["postgres", "temporal"])
    assert after.temporal not in dict(before).values()
    assert after == before.model_copy(update={"temporal": after.temporal})
