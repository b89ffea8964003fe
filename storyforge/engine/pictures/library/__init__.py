"""Painters that the library draws by itself: Stable Diffusion 3, FLUX and DeepFloyd IF, of folders.

Their parts are read as those of all others: safetensors, one by one, no pickle and no code of a
model's own. How words are read and steps are taken is diffusers' own business here.
"""
