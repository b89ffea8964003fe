"""The gallery: pictures of the story beside what they are drawn from."""
