"""What the tools of `tmuxplan mcp` say of plans and runs: bounded, clean and masked."""
