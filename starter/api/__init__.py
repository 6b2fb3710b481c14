"""The door for backend services: Amends over HTTP. No rule lives here; who comes in is decided by `starter.access`."""
