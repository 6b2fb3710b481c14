"""A form for whoever takes a call."""

from starter.console.filing import page as page  # declares it
