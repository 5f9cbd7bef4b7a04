"""What `scripts/bench` measures: tmuxplan beside its peers, on the same work, in the same run."""
