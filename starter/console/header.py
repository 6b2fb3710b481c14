"""The bar above every page: where to go, what to look for, in which language and colours, and who is here."""

from __future__ import annotations

from nicegui import ui

from starter.console.visit import Visit
from workflows.contract.vocabulary import Language

PLACES = (
    ("/queue", "frame.queue", "inbox", "g q"),
    ("/file", "frame.file", "add_comment", "g n"),
    ("/board", "frame.board", "insights", "g b"),
    ("/administration", "frame.administration", "tune", "g a"),
)
"""Of each place its address, its name, its icon, and the keys that lead there."""

NAMES_OF_LANGUAGES = {Language.ZH: "中文", Language.EN: "English"}


def header(visit: Visit) -> None:
    """Put it on the page."""
    ui.element("a").props('href="#main" class="skip"').add_slot("default", _escaped(visit.say("frame.skip")))
    with ui.header(elevated=False).classes("bar"):
        with ui.element("nav").props(f'aria-label="{visit.say("frame.places")}"').classes("places"):
            ui.link("Amends", "/queue").classes("brand")
            for address, name, icon, keys in PLACES:
                _place(visit, address, name, icon, keys)
        _search(visit)
        ui.space()
        _shortcuts(visit)
        _language(visit)
        _theme(visit)
        _person(visit)


def _place(visit: Visit, address: str, name: str, icon: str, keys: str) -> None:
    said = visit.say(name)
    is_here = visit.client.page.path.startswith(address)
    link = ui.link(target=address).classes("place").props(f'data-key="{keys}"')
    link.props["aria-label"] = said  # on narrow screens the icon stands alone
    if is_here:
        link.props('aria-current="page"')
    with link:
        ui.icon(icon).props('aria-hidden="true"')
        ui.label(said)


def _search(visit: Visit) -> None:
    said = visit.say("frame.search")
    with ui.element("form").props('action="/queue" method="get" role="search"').classes("search"):
        ui.element("input").props(
            f'type="search" name="text" placeholder="{said}" aria-label="{said}" data-key="/" data-says="{said}"'
            ' autocomplete="off"'
        )


def _shortcuts(visit: Visit) -> None:
    said = visit.say("frame.shortcuts")
    button = ui.button(icon="keyboard").props(f'flat round dense data-shortcuts aria-label="{said}"')
    button.props(f'data-close="{visit.say("frame.close")}" data-title="{said}"')


def _language(visit: Visit) -> None:
    other = Language.EN if visit.language is Language.ZH else Language.ZH
    label = NAMES_OF_LANGUAGES[other]
    ui.button(label).props(f'flat dense no-caps data-set-language="{other.value}" lang="{other.value}"')


def _theme(visit: Visit) -> None:
    said = visit.say("frame.theme")
    ui.button(icon="contrast").props(f'flat round dense data-set-theme aria-label="{said}"')


def _person(visit: Visit) -> None:
    actor = visit.caller.actor
    said = visit.say("frame.log_out")
    with ui.row().classes("person"):
        ui.label(actor.subject).props(f'title="{actor.department or ""}"')
        with ui.element("form").props('action="/logout" method="post"'):
            ui.button(icon="logout").props(f'flat round dense type="submit" aria-label="{said}" title="{said}"')


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
