"""Subscriptions and their dead letters, behind every door; `activities.webhooks` delivers."""
