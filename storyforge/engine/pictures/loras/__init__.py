"""LoRAs put into a painter's weights and taken out again. Engine process only.

`reading` makes pairs of a file in any of the usual layouts, `naming` knows which weight a pair
belongs to, `keeping` holds what was read, `merging` changes the weights.
"""
