# The public booking pages.

book-title = Book an appointment
book-brand = Fernamt: appointments
book-skip = Skip to content
book-languages = Language
book-privacy = We ask for no name, no number and no address. Your appointment is a code; nothing else is kept.
book-manage-link = I have a code: see, move or cancel my appointment

services-title = What is it about?
services-lead = You talk to a clerk by video, in a booth near you. Choose what you need.
services-minutes = Takes about { $minutes } minutes
services-none = No appointments can be booked at the moment. You can come to a booth without one.

places-title = Where would you like to come?
places-lead = { $service }: choose a booth.
places-back = Choose something else
places-near = Near which place?
places-near-hint = Name or street of a booth. Then the nearest come first.
places-near-unknown = We know no booth by that name. Here are all of them.
places-locate = Use my location
places-locate-failed = Your location is not available.
places-open = Only those open now
places-features = Accessibility
places-show = Show booths
places-found = { $count ->
    [one] One booth site
   *[other] { $count } booth sites
}
places-from = Distances are from { $place }, as the crow flies.
places-from-here = Distances are from your location, roughly and as the crow flies. It is not kept.
places-forget = Without my location
places-map = Map of the booth sites, north is up
places-start = Where distances are measured from
places-km = { $km } km
places-open-now = Open now
places-open-until = Open now, until { $time }
places-opens = Closed. Opens { $time }
places-closed = Closed
places-free = Next free appointment: { $time }
places-full = No appointment is free here at the moment.
places-choose = Choose a time
places-choose-at = Choose a time: { $site }
places-none = No booth fits. Try with fewer wishes.
places-pages = Pages of the list
places-page = Page { $page } of { $pages }
places-before = Back
places-after = Further

feature-step_free = Step-free
feature-wheelchair = Wheelchair fits
feature-accessible_toilet = Accessible toilet
feature-accessible_parking = Accessible parking
feature-height_adjustable = Height-adjustable desk
feature-induction_loop = Induction loop
feature-sign_language_video = Sign language by video
feature-tactile_guidance = Tactile guidance
feature-help_on_site = Somebody there to help

slots-title = When would you like to come?
slots-back = Choose another booth
slots-day = Day
slots-show-day = Show this day
slots-times = Free on { $day }
slots-none = Nothing is free on this day. Please choose another.
slots-no-day = Nothing can be booked here at the moment.

check-title = Is this right?
check-back = Choose another time
check-text = Bring your ID card or passport. You need nothing else.
check-book = Book this appointment

facts-service = What
facts-day = Day
facts-time = Time
facts-from-to = { $from } to { $to }
facts-site = Where
facts-any-booth = Any booth in { $region }

booked-title = Your appointment is booked
booked-late = Please come a few minutes early. If you are more than { $minutes } minutes late, you have to wait like those without an appointment.
booked-print = Print
booked-calendar = Save to calendar
booked-change = Move or cancel

code-heading = Your code
code-text = Type it at the booth, or hold the picture before the camera.
code-keep = Please write it down or print it. We cannot find it again for you.
code-picture = Picture of your code for the booth's camera

manage-title = Your appointment
manage-code = Code
manage-hint = Ten letters and digits, such as K7M4P-X29LT.
manage-show = Show appointment

appointment-title = Your appointment
appointment-moved = Your appointment has been moved. The code is the same.
appointment-move = Move
appointment-cancel = Cancel

state-booked = Booked
state-checked_in = You are at the booth
state-attended = Done
state-missed = Missed. You can still come today and wait like those without an appointment.
state-cancelled = Cancelled

move-title = Move your appointment
move-text = Choose another time. Until then your present one stays.
move-keep = Keep it as it is

cancel-title = Cancel this appointment?
cancel-do = Yes, cancel it
cancelled-title = Your appointment is cancelled
cancelled-again = Book another

calendar-title = Appointment by video: { $service }
calendar-text = Bring your ID card or passport, and the code of your appointment.
calendar-file = appointment

trouble-on = Go on
trouble-next = The next free times:
trouble-malformed = Something was missing
trouble-malformed-text = The request was not complete. Please start again.
trouble-nowhere = There is nothing here
trouble-nowhere-text = Perhaps the address is old. Please start from the beginning.
trouble-too-many = That was very often
trouble-too-many-text = Please wait a minute, then try again.
trouble-slot-taken = Somebody was faster
trouble-slot-taken-text = This time has just been taken. Please choose another.
trouble-slot-unknown = This time cannot be booked
trouble-slot-unknown-text = It is over, too far ahead, or the hours have changed. Please choose another.
trouble-not-offered = Not offered here
trouble-not-offered-text = No appointments are given for this there. Please choose something else.
trouble-code-unknown = No appointment with this code
trouble-code-unknown-text = Please check the code. Old appointments are deleted after a few days.
trouble-not-changeable = This cannot be changed any more
trouble-not-changeable-text = The appointment is over, cancelled, or you are already at the booth.
trouble-failed = That did not work
trouble-failed-text = The fault is ours. Please try again in a minute.
