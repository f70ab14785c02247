"""How the people who keep the directory write, change and end its entries by hand."""
