"""`python -m starter.cli` is `amends`."""

from starter.cli import main

main()
