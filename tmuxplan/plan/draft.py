"""What a plan is made of, before anything is made of it: its blocks, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tmuxplan.plan.ids import Named
from tmuxplan.plan.listing import Listed
from tmuxplan.plan.markdown import Node
from tmuxplan.plan.members import Shares
from tmuxplan.plan.metadata import Meta


class Draft(msgspec.Struct, frozen=True):
    """What a plan is made of: its blocks, and whose they are.

    `front`: front matter by the line of its task; `named`: what words and files mean;
    `listed`: what a manifest says of its files' tasks, `groups`: and which it puts together.
    """

    nodes: tuple[Node, ...]
    family: str
    shares: Shares
    front: Mapping[int, tuple[Meta, ...]] = {}
    named: Named = Named()
    listed: tuple[tuple[str, Meta], ...] = ()
    groups: tuple[Listed, ...] = ()
