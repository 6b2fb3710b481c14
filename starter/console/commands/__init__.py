"""Giving commands: a bar of those that are allowed, and a small dialog for each that says what it will do."""
