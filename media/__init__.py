"""Everything on the peer connection: capture, playback, codecs, the call and the consultation channel."""
