"""The promise: commands, events, views, ports, names and error codes that all of Amends and other systems rely on."""
