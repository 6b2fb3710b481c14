"""The queue: what needs me first, and whatever else I may see."""

from starter.console.queue import page as page  # declares it
