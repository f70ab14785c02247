"""What happens when platforms, networks and machines fail, and the tools that make them fail."""
