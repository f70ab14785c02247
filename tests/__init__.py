"""What the product promises, as things that can be seen to hold."""
