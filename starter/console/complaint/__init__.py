"""One complaint."""

from starter.console.complaint import page as page  # declares it
