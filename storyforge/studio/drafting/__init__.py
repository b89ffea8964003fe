"""From a plan to prose: scenes drafted beat by beat, behind the author."""
