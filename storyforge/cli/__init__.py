"""The command line: thin, plain text, every verb without a screen."""
