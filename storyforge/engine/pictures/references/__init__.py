"""Drawing after pictures by IP-Adapter.

`seeing` turns a picture into an adapter's words, `remembering` keeps them, `speaking` makes of them
what the painter's layers listen to, and `listening` has them listen. Nothing is put into the U-Net:
its processors stay, and an adapter is in memory only as long as it is read.
"""
