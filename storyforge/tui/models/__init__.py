"""The models to choose from, as the screen has them: switching, profiles and forms, facts."""
