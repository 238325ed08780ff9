"""What the booth sends, encoded: one picture encoder a call and size (H.264, else VP8), and speech."""
