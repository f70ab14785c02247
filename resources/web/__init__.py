"""The consoles' common ground: the route table, sign-in, the look, and the pages of this floor."""
