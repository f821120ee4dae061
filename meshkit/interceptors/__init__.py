"""What happens around every call that a service serves."""
