"""The terminal: visit, kiosk and card reading."""
