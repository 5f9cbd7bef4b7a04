"""What the plan's tasks ask of the workspace: one line a check, PASS or FAIL."""
