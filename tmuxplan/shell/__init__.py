"""From commands to steps to script text. Pure: no clock, no disk, nothing executed."""
