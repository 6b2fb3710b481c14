"""What our own elements have in common: they are sent only what is new, and what they tell is handed on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from starter.console.visit import Visit
from workflows.contract.errors import AmendsError


def put(element: Element, **props: Any) -> None:
    """Give an element these properties; one that has them already is not sent again. Many values are best in a tuple:
    NiceGUI would watch every part of a list for changes.
    """
    if any(name not in element.props or element.props[name] != value for name, value in props.items()):
        element.props.update(props)
        element.update()


def told(visit: Visit, act: Callable[[Any], Awaitable[None]]) -> Callable[[GenericEventArguments], Awaitable[None]]:
    """A handler that passes on what the event carries, and says what it was refused."""

    async def handler(event: GenericEventArguments) -> None:
        try:
            await act(event.args)
        except AmendsError as error:
            visit.complain(error)

    return handler
