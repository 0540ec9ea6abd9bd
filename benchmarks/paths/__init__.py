"""The measured paths: the floor, the vendors' clients, and the product."""
