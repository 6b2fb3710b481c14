"""What an auditor does with recorded histories: fetch them, read the story out of them, replay them."""
