"""What files say: text into values, and the names and addresses that stay."""
