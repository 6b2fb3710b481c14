"""How the desk is doing."""

from starter.console.board import page as page  # declares it
from starter.console.board.export import routes as routes
