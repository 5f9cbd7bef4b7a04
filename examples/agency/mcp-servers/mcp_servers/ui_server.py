"""User interfaces: whether text can be read."""

from __future__ import annotations

from mcp_servers.serving import server

mcp = server("ui_server", "Checks colours for readability (WCAG 2).")

READABLE = 4.5  # level AA, text of normal size


@mcp.tool()
def contrast(foreground: str, background: str) -> dict[str, float | bool]:
    """The contrast ratio of two colours such as #767676, and whether text in them is readable."""
    dark, light = sorted((luminance(foreground), luminance(background)))
    ratio = round((light + 0.05) / (dark + 0.05), 2)
    return {"ratio": ratio, "readable": ratio >= READABLE}


def luminance(colour: str) -> float:
    """0 (black) to 1 (white)."""
    red, green, blue = (linear(part / 255) for part in bytes.fromhex(colour.removeprefix("#")))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
