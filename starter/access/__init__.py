"""Who is calling, what they were let in for, and whose complaints they may see; the same behind every door."""
