"""One complaint: the page."""

from __future__ import annotations

from nicegui import ui

from starter.console.complaint.dossier import Dossiers
from starter.console.complaint.sheet import Sheet
from starter.console.frame import STATIC, staff_page
from starter.console.visit import Visit


@staff_page("/complaints/{reference}", "complaint.title")
async def complaint(visit: Visit) -> None:
    """Everything about one complaint that its reader may see, and the commands that they may give."""
    ui.add_head_html(f'<link rel="stylesheet" href="{STATIC}/complaint.css">')
    office = visit.office
    dossiers = Dossiers(office.engine, office.desk, visit.query["reference"], see_all=visit.see_all)
    dossier = await dossiers.read(visit.caller)
    visit.client.title = visit.say("complaint.title_of", reference=dossier.file.reference)
    await Sheet(visit, dossiers, dossier).begin()
