"""What comes in: foreign text files, read into chapters and scenes."""
