"""What can be chosen in the fields of the plan, as the file has it and as an author reads it."""

from storyforge.i18n import N_

#: structures to choose from; their beats are in prompts/<language>/outline/structures
STRUCTURES = ("none", "three acts", "hero's journey", "save the cat", "kishōtenketsu")
STRUCTURE_NAMES = {
    "none": N_("none"),
    "three acts": N_("three acts"),
    "hero's journey": N_("hero's journey"),
    "save the cat": N_("save the cat"),
    "kishōtenketsu": N_("kishōtenketsu"),
}
POINTS_OF_VIEW = ("", "first person", "third person, close", "third person, all-knowing", "second")
POINT_OF_VIEW_NAMES = {
    "": N_("(not decided)"),
    "first person": N_("first person"),
    "third person, close": N_("third person, close"),
    "third person, all-knowing": N_("third person, all-knowing"),
    "second": N_("second person"),
}
TENSES = ("", "past", "present")
TENSE_NAMES = {"": N_("(not decided)"), "past": N_("past"), "present": N_("present")}
#: categories of lore that the stage “world” has; an entry of another category is shown there too
WORLD_CATEGORIES = ("place", "thing", "rule")
WORLD_CATEGORY_NAMES = {"place": N_("place"), "thing": N_("thing"), "rule": N_("rule")}
#: whether a dated look adds to what was before it, or is all that is seen from then on
INSTEAD = ("", "all of it")
INSTEAD_NAMES = {"": N_("adds to how they looked before"), "all of it": N_("is all of it")}
#: how a picture is framed
FRAMINGS = (
    "",
    "close-up",
    "upper body",
    "full body",
    "wide shot",
    "from above",
    "from below",
    "from behind",
    "from the side",
    "through their eyes",
)
FRAMING_NAMES = {
    "": N_("(not decided)"),
    "close-up": N_("close-up"),
    "upper body": N_("upper body"),
    "full body": N_("full body"),
    "wide shot": N_("wide shot"),
    "from above": N_("from above"),
    "from below": N_("from below"),
    "from behind": N_("from behind"),
    "from the side": N_("from the side"),
    "through their eyes": N_("through the eyes that the scene is seen by"),
}
