"""Tables, their history, and the databases that hold them."""
