"""The demonstration: complaints written for it, and staff and complainants who act on them while one watches."""
