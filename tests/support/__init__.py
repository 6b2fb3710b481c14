"""What several kinds of tests need: databases, mail servers, and things to post."""
