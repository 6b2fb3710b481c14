"""The web console: its rooms one by one, and in browsers against the real stack."""
