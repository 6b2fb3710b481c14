"""Effects: the activities that write, send and keep what a complaint leads to."""
