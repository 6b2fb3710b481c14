"""Whatever reaches complaints from outside: the typed client and the doors built on it."""
