"""The embedded stack: PostgreSQL, Temporal and a mail sink, started from Python packages for development and tests."""
