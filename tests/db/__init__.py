"""The database: migrations, sessions and what they may do."""
