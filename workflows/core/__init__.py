"""Pure decisions: a case, what may happen to it, what it becomes and causes, and its clocks. No input or output."""
