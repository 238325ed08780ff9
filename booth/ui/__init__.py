"""The screen of the booth: Qt Quick on the main thread. Everything else runs on the terminal's own thread."""
