"""What makes the pictures of the README; nothing of the platform itself."""
