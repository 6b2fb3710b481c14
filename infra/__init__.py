"""Plumbing without business rules: settings, database, connections, logging, embedded servers, shipped data."""
