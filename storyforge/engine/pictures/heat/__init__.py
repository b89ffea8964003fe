"""Where a picture listens to which word: cross-attention, averaged, as DAAM does it.

Tang and others, “What the DAAM: Interpreting Stable Diffusion Using Cross Attention” (2022).
"""
