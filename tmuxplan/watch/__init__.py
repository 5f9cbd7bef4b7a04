"""Log bytes to lines, step records and prompts: pexpect over a growing log."""
