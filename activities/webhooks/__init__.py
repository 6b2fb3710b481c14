"""Sends the events that subscribers may see to their endpoints: each at least once, those of one complaint in order."""
