"""Seeds of pictures: how many there are. Values."""

#: those that are drawn by lot are below it, as in AUTOMATIC1111
SEEDS = 1 << 32
#: all that a picture may have are below it: torch takes no larger one, nor does a story file
MOST = 1 << 63
