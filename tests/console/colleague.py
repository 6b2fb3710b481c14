"""Somebody who works at the console: presses what is offered, fills in what is asked, and reads what comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.async_api import Locator, Page, expect

from starter.console.texts import texts
from workflows.contract.vocabulary import Language


class Colleague:
    """One person with one page open.

    Args:
        page: of a browser in which they are logged in.
        language: what they read.
    """

    def __init__(self, page: Page, language: Language) -> None:
        self.page = page
        self._language = language

    def says(self, key: str, **values: Any) -> str:
        """A text as they read it."""
        return texts().say(self._language, key, **values)

    async def look_at(self, reference: str) -> None:
        """Open a complaint, and wait until the page listens."""
        await self.page.goto(f"/complaints/{reference}")
        await self.page.wait_for_function("window.did_handshake")

    async def give(self, command: str, fields: Mapping[str, str] = {}, *, chosen: Mapping[str, str] = {}) -> None:
        """Press a command's button, fill in its dialog, and see that it was carried out.

        Args:
            command: its name.
            fields: what is typed, by the names of the fields.
            chosen: what is chosen there, as it is written beside them.
        """
        await self._press(command)
        dialog = self.page.get_by_role("dialog")
        await expect(dialog).to_have_accessible_name(self.says(f"commands.of.{command}.title"))
        for name, choice in chosen.items():
            await self._choose(self._field(dialog, command, name), choice)
        for name, text in fields.items():
            await self._field(dialog, command, name).fill(text)
        await dialog.get_by_role("button", name=self.says(f"commands.of.{command}.button"), exact=True).click()
        await expect(dialog).to_have_count(0)

    async def sees(self, words: str) -> None:
        """Wait until the page shows some words."""
        await expect(self.page.locator("#main")).to_contain_text(words)

    async def is_at(self, status: str) -> None:
        """Wait until the page says that the complaint stands there."""
        await self.sees(self.says(f"vocabulary.status.{status}"))

    async def _press(self, command: str) -> None:
        offered = self.page.locator(f"[data-command={command}]")
        first = self.page.locator(f"button[data-command={command}]")
        await expect(self.page.locator(f"button[data-command={command}], [data-command-menu]").first).to_be_visible()
        if not await first.count():
            await self.page.locator("[data-command-menu]").click()
        await offered.click()

    def _field(self, dialog: Locator, command: str, name: str) -> Locator:
        return dialog.get_by_label(self.says(f"commands.of.{command}.fields.{name}.label"))

    async def _choose(self, field: Locator, choice: str) -> None:
        if await field.get_attribute("role") == "combobox":
            await field.click()
            await self.page.get_by_role("option", name=choice).first.click()
            await self.page.keyboard.press("Escape")
        else:
            await field.get_by_label(choice).check()
