# How good calls are: live beside the picture, and over many calls for supervisors.

quality-good = Good connection
quality-fair = Fair connection
quality-poor = Weak connection
quality-interrupted = The connection is being made anew.
quality-title = Connection
quality-close = Close the figures of the connection
quality-no-findings = Picture and sound arrive well at both ends.
quality-course = The last two minutes
quality-as-table = The last two minutes as a table
not-known = not known
seconds-ago = Seconds ago

quality-to_clerk-frozen = The picture from the booth stands still at times.
quality-to_clerk-paused = The picture from the booth rests, the line carries sound alone.
quality-to_clerk-slow = The picture from the booth is jerky.
quality-to_clerk-small = The picture from the booth is small and coarse.
quality-to_clerk-gaps = The sound from the booth has gaps.
quality-to_clerk-late = The sound from the booth arrives late: leave pauses.
quality-to_clerk-apart = Picture and sound from the booth do not run together.
quality-to_booth-frozen = Your picture stands still at times in the booth.
quality-to_booth-slow = Your picture is jerky in the booth.
quality-to_booth-small = Your picture is small and coarse in the booth.
quality-to_booth-gaps = Your sound has gaps in the booth.
quality-to_booth-late = Your sound arrives late in the booth: leave pauses.
quality-to_booth-apart = Your picture and sound do not run together in the booth.
quality-cause-loss = The line loses data.
quality-cause-narrow = The line is narrow.
quality-cause-busy = This computer is busy: close what you do not need.

direction-to_clerk = Booth to you
direction-to_booth = You to booth
figure-fps = Pictures a second
figure-size = Picture size
figure-freezes = Picture stood still
figure-concealed = Sound made up
figure-delay = Mouth to ear (estimated)
figure-offset = Sound to picture
figure-loss = Packets lost
figure-jitter = Jitter
figure-bitrate = Bit rate
figure-round-trip = Round trip
freezes = { $count ->
    [0] never
    [one] once, { $seconds } s
   *[other] { $count } times, { $seconds } s
}
sound-behind = { $ms } behind
sound-before = { $ms } ahead
unit-percent = { $value } %
unit-ms = { $value } ms
unit-kilobits = { $value } kbit/s
unit-megabits = { $value } Mbit/s
graph-top = to { $value }
graph-limit = limit
graph-range = { $direction }: between { $least } and { $most }, now { $latest }
graph-unknown = { $direction }: not known

# Supervision
calls-title = Quality of the calls
calls-intro = How well picture and sound arrived, by booth. Half of the calls were better than the first figure, nine in ten better than the one in brackets.
calls-privacy = Of a call, the booth, the day and these figures are kept for { $days } days: no ticket, no time, nobody's name. A line appears only when { $calls } calls of { $clerks } members of staff can be put together.
calls-period = Put together by
calls-period-day = day
calls-period-week = week
calls-period-month = four weeks
calls-direction = Direction
calls-to_clerk = Booth to workplace
calls-to_booth = Workplace to booth
calls-table = Download as a table (CSV)
calls-failed = The quality of the calls could not be loaded.
calls-empty = No calls yet
calls-empty-text = After the first calls you see here how well picture and sound arrive.
calls-too-few = too few to be shown
column-site = Booth
column-when = Days
column-calls = Calls
column-broken = Broken off
column-set_up_ms = Set-up
column-fps = Pictures a second
column-frozen_share = Standing still
column-concealed_share = Gaps in the sound
column-mouth_to_ear_ms = Mouth to ear
column-loss = Lost
days-between = { $first } to { $last }
calls-spread = { $median } ({ $tenth })
