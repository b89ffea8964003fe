"""What we say to a model: templates, budgets, the assembled request."""
