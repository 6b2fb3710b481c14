"""Fixtures that tests of several folders share."""

pytest_plugins = ["tests.support.postgres", "tests.support.mail"]
