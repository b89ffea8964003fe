"""Planning: asking, taking, writing by hand."""
