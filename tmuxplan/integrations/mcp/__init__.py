"""The tools of `tmuxplan mcp`: what they return, how a person is asked, and the SDK's seam."""
