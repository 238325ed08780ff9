"""How much the path to the clerk carries, and how it is used: sound first, then the picture. No module here does I/O;
times are seconds on a monotonic clock that is passed in, sizes are bytes as they are on the wire.

- `feedback`: what has arrived, told to the sender; `feedback_reader`: the same from the other end.
- `history`: what was sent when, joined with that feedback.
- `delay`, `loss`, `probe`: three signs of what the path carries; `estimator`: the bitrate made of them.
- `pacer`: when the next packet may leave.
- `share`: sound's part and the picture's.
- `playout`: how long the clerk's end should wait before it shows a picture.
"""
