"""The OpenAPI document as a page to read and try it, made of files that are installed with Amends: no CDN."""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Response
from starlette.responses import FileResponse, HTMLResponse

from starter.api.documented import PREFIX

PAGE = "/docs"

_ASSETS = Path(str(files("fastapi_offline") / "static"))
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Scripts and everything else come from here alone. The page draws its icons from `data:`."""

_AN_HOUR = "public, max-age=3600"

_HTML = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Amends: HTTP API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="docs/favicon.png">
</head>
<body>
<div id="page"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/page.js"></script>
</body>
</html>
"""

_SCRIPT = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
"""


class Asset(StrEnum):
    """The files of the page that come from the package."""

    SCRIPT = "swagger-ui-bundle.js"
    STYLE = "swagger-ui.css"
    ICON = "favicon.png"


router = APIRouter(prefix=PREFIX, include_in_schema=False)


@router.get(PAGE)
async def docs() -> Response:
    """The page itself."""
    return HTMLResponse(_HTML, headers={"Content-Security-Policy": _POLICY})


@router.get(f"{PAGE}/page.js")
async def docs_script() -> Response:
    """What starts it; a script inside the page would need leave for all such scripts."""
    return Response(_SCRIPT, media_type="text/javascript", headers={"Cache-Control": _AN_HOUR})


@router.get(f"{PAGE}/{{asset}}")
async def docs_asset(asset: Asset) -> Response:
    """A file of the page."""
    return FileResponse(_ASSETS / asset.value, headers={"Cache-Control": _AN_HOUR})
