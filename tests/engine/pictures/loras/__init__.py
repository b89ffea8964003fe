"""LoRAs in a painter's weights."""
