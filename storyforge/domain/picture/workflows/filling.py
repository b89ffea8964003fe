"""A workflow with a picture's values in its slots, and what stands in them already. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from storyforge.domain.picture.workflows.graph import Graph
from storyforge.domain.picture.workflows.slots import How, Slot, Slots, fits, put


def filled(graph: Graph, slots: Slots, values: Mapping[Slot, Any]) -> Graph:
    """`graph` with `values` in their slots; what has no value, or no slot, stays as it is."""
    nodes = dict(graph)
    for slot, places in slots.places.items():
        for place in places:
            node = nodes[place.node]
            if place.how is How.WRITTEN:
                # Read anew: what was filled in before may have the signs of a word in it.
                told = put(str(graph[node.id].inputs[place.input]), values)
            elif slot in values and place.input:
                told = values[slot]
            else:
                continue
            nodes[node.id] = replace(node, inputs={**node.inputs, place.input: told})
    return nodes


def value_of(graph: Graph, slots: Slots, slot: Slot) -> Any:
    """What stands in a slot as its author left it; None where there is none, or only a word."""
    for place in slots.of(slot):
        told = graph[place.node].value(place.input)
        if place.how is not How.WRITTEN and fits(slot, told):
            return told
    return None
