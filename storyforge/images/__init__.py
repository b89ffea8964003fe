"""Files of the picture world, read without torch: checkpoints, LoRAs, tags, styles, PNGs."""
