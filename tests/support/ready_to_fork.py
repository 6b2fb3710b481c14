"""Imported last by the process that others are forked from. It loads the commands of the shell, which are otherwise
loaded when they are run; a child's collector passes over all that, instead of having the system copy every page of it.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

import starter.cli
from workers.garbage import collect_rarely

for _module in walk_packages(starter.cli.__path__, f"{starter.cli.__name__}."):
    if not _module.name.endswith("__main__"):
        import_module(_module.name)
collect_rarely()
