"""One file a widget, laid out as the screen is."""
