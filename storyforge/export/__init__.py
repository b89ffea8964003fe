"""What leaves: neutral blocks, then one writer a format."""
