# Words of the console. Booth, ticket, switchboard and service are called so everywhere.

loading = Loading …
dismiss = Close message
optional = optional
choose = Please choose
since = since
needs = Needs
skip-to-content = Skip to content
navigation = Areas
page-desk = Workplace
page-cases = Completed cases
page-supervisor = Supervision
language-of-console = Language of the console
sign-out = Sign out
no-role = No area has been opened for you yet.
no-role-text = Please ask the person who set up your account.

# Signing in
sign-in-preline = Video consultation
sign-in-title = Sign in
sign-in-name = User name
sign-in-password = Password
sign-in-submit = Sign in
sign-in-busy = Signing you in …
sign-in-incomplete = Please enter user name and password.
sign-in-privacy = Camera and microphone are opened only after you have signed in. Picture and sound go to the booth only during a call.

# Line to the switchboard
line-online = Switchboard connected
line-restoring = The line to the switchboard is being restored.
line-restoring-text = People waiting keep their place. There is nothing you need to do.
line-restoring-in-call = The call goes on without it. There is nothing you need to do.
line-stopped = The line to the switchboard has ended.

# The clerk's own state
clerk-state-offline = Not connected
clerk-state-paused = Paused
clerk-state-available = Available
clerk-state-offered = Request
clerk-state-connecting = Connecting
clerk-state-in_call = In a call
clerk-state-wrap_up = Wrapping up
# Silent call for help
help = Help
help-hint = Ask the supervisors for help, silently (F9). Nobody in the booth notices.
help-withdraw = Take back the call for help (F9)
help-asked = Called
help-taken = Help is coming
help-title = Calls for help
help-calls = { $count ->
    [one] One call for help
   *[other] { $count } calls for help
}
help-all-taken = Help on its way
help-empty = Nobody needs help
help-empty-text = When somebody of your regions calls for help, you see it here and at the top of every page.
help-in-call = in call { $ticket } with { $booth }
help-no-call = without a call
help-request-open = calling
help-request-taken = taken
help-take = I take care of it
help-join = Join the call
help-close = Done
colleague-elsewhere = Somebody of another office

# Keys
shortcuts = Keys
dismiss-dialog = Close
key-shift = Shift
shortcut-microphone = Microphone off and on
shortcut-camera = Camera off and on
shortcut-hold = Hold, resume
shortcut-park = Park the call
shortcut-help = Call for help silently
shortcut-accept = Accept the request
shortcut-decline = Decline the request

# Waiting
availability-title = Requests
availability = Available for requests
availability-on-text = The next suitable request will ring here.
availability-off-text = You receive no requests.
preview-title = Your picture
self-view = Your own picture
remote-picture = Picture from the booth
devices-asking = Please allow access to camera and microphone.
devices-denied = Camera and microphone are blocked
devices-denied-text = Allow access with the symbol beside the browser's address. Until then nobody can see or hear you.
devices-missing = No camera and no microphone found
devices-missing-text = Connect the devices. Another program may also be using them.
devices-again = Try again
device-settings = Devices and ringing
device-camera = Camera
device-microphone = Microphone
device-default = Default device
device-sound-processing = Suppress echo and noise
ring-test = Listen to the ringing
sound-blocked = Click once into the page so that you can hear the ringing.
services-missing = The services could not be loaded.
services-missing-text = Reload the page before you accept requests.
queue-title = Queue
queue-count = { $count ->
    [0] nobody is waiting
    [one] one person is waiting
   *[other] { $count } people are waiting
}
queue-ticket = Ticket
queue-service = Service
queue-place = Place
queue-language = Language
queue-wait = Waiting time
queue-appointment = Appointment
queue-appointment-in = Appointment in { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
}
queue-priority-high = Urgent
queue-priority-low = Not urgent
queue-callback = Callback
queue-hint = Requests come by themselves, in turn. “Pick” takes one out of turn.
pick = Pick
parked-title = Parked
parked-text = These people are waiting in the booth for you. After a while they are back in the queue, at their old place.
unpark = Take back
queue-empty = Nobody is waiting
queue-empty-text = As soon as somebody takes a ticket in a booth, it appears here.
queue-unknown = The queue cannot be seen at the moment
queue-unknown-text = It appears again as soon as the line to the switchboard stands.
queue-more = and { $count } more
need-sign-language = Sign language
need-real-time-text = Text instead of sound
need-wheelchair = Wheelchair
need-plain-language = Plain language

# Offer
offer-title-ticket = Request { $ticket }
offer-title-join = Please join: { $ticket }
offer-title-transfer = Please take over: { $ticket }
offer-title-interpreter = Please interpret: { $ticket }
offer-callback = Callback { $ticket }
offer-accept = Accept
offer-decline = Decline
offer-left = { $seconds ->
    [one] held for you for one more second
   *[other] held for you for { $seconds } more seconds
}
withdrawn-expired = The request has gone to somebody else.
withdrawn-citizen_left = The person in the booth has given the ticket back.
withdrawn-booth_lost = The booth can no longer be reached.
withdrawn-accepted_elsewhere = The request was accepted at another workplace.
withdrawn-callback_requested = The person would rather be called back.
withdrawn-cancelled = The request has been taken back.

# Callback
callback-title = Callback { $ticket }
callback-opening = Opening the number …
callback-taken-at = Asked for at
callback-tries = Tries
callback-tried = { $count ->
    [0] none yet
    [one] one try so far
   *[other] { $count } tries so far
}
callback-privacy = Call with your telephone. The number disappears as soon as you choose something here, and is kept nowhere.
callback-done = Done
callback-not-reached = Not reached
callback-wrong-number = Wrong number
callback-put-back = Put back
callback-form = Form
callback-open-form = Open the form
telephone-prepare-text = For this service the person has to prove who they are. Fill in the form on the telephone and keep it for their visit; the rest is done at a booth. What you neither keep nor complete is deleted when the callback ends.
telephone-complete-text = Read the particulars out. If the person confirms them, you can complete the case. What you neither keep nor complete is deleted when the callback ends.
telephone-prepare = Keep for the visit
telephone-complete = Read out and confirmed: complete
telephone-prepared = The form is kept.
telephone-prepared-text = Tell the person this number. With it, any booth can go on within 14 days; then the form is deleted.
telephone-completed = The case is completed.
telephone-completed-text = You can print the document and send it by post.
adopt = Take over a kept form
adopt-number = Number the person tells you
adopt-confirm = Take over
adopted = The particulars have been taken over. Please go through them with the person.

# After reloading the page
orphan-title = Call { $ticket }
orphan-alert = The connection of this call was lost when the page was reloaded.
orphan-text = Put the person back into the queue: they keep their place at the front, and the request comes again at once.
orphan-give-back = Put back into the queue

# Call
call-phase-preparing = The connection is being prepared …
call-phase-sealing = The connection is being sealed …
call-phase-offered = The booth is answering …
call-phase-checking = The booth is being checked …
call-phase-reconnecting = The connection is being restored …
call-phase-connecting = The picture is about to come …
call-reconnecting = The connection to the booth is interrupted.
call-reconnecting-text = It is being made anew; form, ID card and text stay. If it takes too long, put the person back into the queue; they keep their place.
call-give-back = Put back into the queue
call-not-sealed = The call could not be set up.
call-not-sealed-text = The connection could not be sealed. The person is back in the queue and keeps their place.
call-connect-failed = The call could not be set up.
call-connect-failed-text = The booth's answer was of no use. The person is back in the queue and keeps their place.
call-fingerprint-refused = Call refused for security
call-fingerprint-refused-text = The answer provably did not come from this booth. Nothing was transmitted. The person is back in the queue. Please report this to your operator.
booth-offline = The booth has no line to the switchboard at the moment. The call goes on.
booth-device-microphone-missing = The booth's microphone is not connected. You cannot hear the person, who can write to you.
booth-device-microphone-busy = The booth's microphone cannot be switched on. You cannot hear the person, who can write to you.
booth-device-microphone-frozen = The booth's microphone does not answer. It is being restarted.
booth-device-microphone-silent = The booth's microphone hears nothing. Perhaps it is switched off.
booth-device-speaker-missing = The booth's loudspeaker is not connected. The person cannot hear you. Please write.
booth-device-speaker-busy = The booth's loudspeaker cannot be switched on. The person cannot hear you. Please write.
booth-device-speaker-frozen = The booth's loudspeaker does not answer. It is being restarted.
booth-device-camera-missing = The booth's camera is not connected.
booth-device-camera-busy = The booth's camera cannot be switched on.
booth-device-camera-frozen = The booth's camera does not answer. It is being restarted.
booth-device-camera-black = The booth's camera is covered, or it is dark.
call-controls = Call controls
mute-off = Mute
mute-on = Unmute
camera-off = Stop camera
camera-on = Start camera
camera-is-off = Camera off
hold = Hold
hold-end = Resume
held-title = The person is on hold
held-text = They cannot see or hear you, and you cannot see or hear them.
held-self = not visible
park = Park
park-needs-line = You can park again as soon as the line to the switchboard stands.
# Three in a call
invite = Bring in
invite-title = Bring somebody in
invite-whom = Whom do you need?
invite-way-colleague = A colleague
invite-way-skill = Whoever can do it and is free
invite-way-interpreter = Somebody to interpret
invite-colleague = Colleague
invite-no-colleagues = Nobody else is entered in your office.
invite-purpose = What for?
invite-purpose-join = To talk as three
invite-purpose-transfer = To hand the call over: as three first, then without you
invite-visible = Everybody in the call sees and hears who joins.
invite-confirm = Bring in
invite-cancel = No longer needed
invite-looking-join = Looking for somebody …
invite-looking-transfer = Looking for somebody to take over …
invite-offered = Asking { $name } …
invite-nobody = Nobody is free at the moment. The call goes on as before.
invite-declined = The request was declined. The call goes on as before.
invite-cancelled = Nobody is being looked for any more.
invite-left = You are two again.
hand-over = Hand over
hand-over-failed = The call cannot be handed over.
handed-over-to-you = The call is yours now.
handed-over-to-you-text = The case opens with what has been entered already.
third-refused = Connection refused for security
third-refused-text = The answer provably did not come from the person who was named. Please report this to your operator.
third-failed = The third person could not be connected.
third-failed-text = The call with the booth goes on.
third-connecting = Joining …
third-picture = Picture of the third person
tile-booth = Booth
role-holder = Leads the call
role-clerk = Colleague
role-interpreter = Interpreter
role-supervisor = Supervisor
leave-call = Leave the call
guest-left = You are no longer in call { $ticket }.
guest-title-clerk = You have joined
guest-title-interpreter = You are interpreting
guest-title-supervisor = You are here as a supervisor
guest-text-clerk = Everybody sees and hears you. Who leads the call handles ID card, form and document.
guest-text-interpreter = Everybody sees and hears you. What you write is read in the booth and in the office.
guest-text-supervisor = Everybody sees and hears you. Who leads the call can hand it over to you.
text-title = Text
text-empty = What you write here appears in the booth at once – and the other way round.
text-label = Text to the person in the booth
text-placeholder = Text to the booth
text-send = End line
text-from-booth = Booth
text-from-clerk = You
text-from-colleague = Third person
end-call = End call
end-title = End call
end-question = What should happen next?
end-back = Back into the queue: the person keeps their place and is connected again
end-redirect = Redirect to somebody else: the person keeps their place
end-referred = Referred to another office
end-not_possible = The matter was not possible
end-deletes = The case is closed without a result. What was entered and read from the ID card is deleted.
end-cancel = Stay in the call
end-confirm = End
ended-completed = Call { $ticket } has ended.
ended-citizen_left = The person has ended call { $ticket }.
ended-clerk_left = Ticket { $ticket } is back in the queue.
ended-booth_lost = The booth could not be reached for too long. Ticket { $ticket } has ended.
ended-clerk_lost = You could not be reached for too long. Ticket { $ticket } is back in the queue.
ended-connect_failed = Ticket { $ticket } is back in the queue.
ended-fingerprint_refused = The booth refused the connection for security. Ticket { $ticket } is back in the queue.
ended-parked = Ticket { $ticket } is parked.
ended-handed_over = Call { $ticket } has been handed over.
ended-redirected = Ticket { $ticket } has been redirected. The person keeps their place.

# Case
case-waits = The case opens as soon as the picture is there.
case-state-open = In progress
case-state-confirmed = Confirmed
case-state-prepared = Kept for the visit
case-state-completed = Completed
case-state-abandoned = Abandoned
case-open-again = Open the case again
case-step-failed = This step did not work.
step-identity = ID card
step-form = Particulars
step-closing = Confirm and complete

# ID card
card-intro = The person puts the ID card on the reader and types the access number printed on it.
card-request = Ask for the ID card
card-request-again = Ask for the ID card again
card-cancel = Stop reading the ID card
card-phase-asked = The booth is being asked …
card-phase-consent = The person decides whether to show the ID card.
card-phase-card_access_number = The person is typing the access number.
card-phase-machine_readable_zone = The person shows the machine-readable zone or types it.
card-phase-insert_card = The person puts the ID card on the reader.
card-phase-reading = The ID card is being read.
card-phase-sent = The data of the ID card is arriving.
card-phase-checking = Checking whether it is genuine …
card-phase-declined = The person does not want to show the ID card.
card-phase-declined-text = That is their right. Talk about it; you can ask again later.
card-phase-cancelled = You have stopped the reading of the ID card.
card-phase-failed = The ID card could not be read.
card-progress = { $percent } per cent read
card-fault-wrong_card_access_number = The access number was wrong.
card-fault-wrong_card_access_number-text = It is the six-digit number at the bottom right of the front. The person can type it again.
card-fault-wrong_machine_readable_zone = Document number, date of birth or date of expiry were wrong.
card-fault-wrong_machine_readable_zone-text = They are in the machine-readable zone. The person can have it read again or type them.
card-fault-card_suspended = After wrong entries the chip accepts no more.
card-fault-card_suspended-text = It allows a last try only after another secret. Only the issuing authority can do that.
card-fault-card_blocked = The chip is blocked.
card-fault-card_blocked-text = The issuing authority can unblock it. Check the identity in another way.
card-fault-no_reader = There is no card reader connected in the booth.
card-fault-no_reader-text = Please report the booth to its operator. The call can go on without the ID card.
card-fault-no_card = There is no ID card on the reader.
card-fault-no_card-text = Ask the person to put the ID card on it.
card-fault-card_removed = The ID card was taken away too early.
card-fault-card_removed-text = It has to stay until the booth says it is done. The person can try again.
card-fault-card_unsupported = This ID card cannot be read here.
card-fault-card_unsupported-text = ID cards and residence permits with a chip can be read.
card-fault-card_error = The chip did not answer properly.
card-fault-card_error-text = A second attempt often helps: put the card flat on the middle of the reader.
card-fault-timeout = It took too long.
card-fault-timeout-text = You can ask for the ID card again.
card-fault-transfer_damaged = The data arrived damaged.
card-fault-transfer_damaged-text = It was thrown away. Ask for the ID card again.
card-fault-transfer_stalled = The transfer got stuck.
card-fault-transfer_stalled-text = Ask for the ID card again.
card-fault-console_unreachable = The verification cannot be reached at the moment.
card-fault-console_unreachable-text = The identity is not confirmed. Ask for the ID card again in a moment.

# Identity
identity-verified = ID card genuine and valid
identity-verified-text = Now compare the photograph with the person in the booth.
identity-not-verified = ID card not confirmed
identity-not-verified-text = At least one check was not passed. Do not rely on this data.
identity-checks = Checks
identity-compare = Comparison of photograph and person
identity-portrait = Photograph from the ID card
identity-portrait-short = ID card
identity-live = Booth
identity-no-portrait = The ID card holds no readable photograph.
check-document_signature = Signature of the issuer
check-certificate_chain = Certificate of the issuing state
check-data_integrity = Data unaltered
check-validity = Card not expired
check-chip_authenticity = Chip is the original
verdict-passed = passed
verdict-failed = failed
verdict-absent = not checked
verdict-unsupported = cannot be checked
reason-sod_missing = The ID card holds no signature.
reason-sod_unreadable = The signature cannot be read.
reason-signer_missing = The certificate of the signature is missing.
reason-issuer_unknown = The state's certificate is not installed here.
reason-groups_missing = No data was read.
reason-mrz_missing = The machine-readable zone is missing.
reason-expiry_missing = The date of expiry is missing.
reason-not_read = This was not read.
reason-sod_malformed = The signature is malformed.
reason-signature_wrong = The signature is wrong.
reason-chain_signature_wrong = The certificate does not come from the state it names.
reason-issuer_not_an_authority = The signer may not issue ID cards.
reason-issuing_state_mismatch = The states in card and certificate differ.
reason-group_hash_wrong = The data has been altered.
reason-group_not_signed = Part of the data is not signed.
reason-mrz_malformed = The machine-readable zone is malformed.
reason-check_digit_wrong = A check digit is wrong.
reason-document_expired = The ID card has expired.
reason-signer_expired = The certificate had expired at the time of issue.
reason-signer_not_yet_valid = The certificate is not valid yet.
reason-algorithm_unsupported = This method is not supported here.
holder-family_name = Family name
holder-given_names = Given names
holder-date_of_birth = Date of birth
holder-nationality = Nationality
holder-sex = Sex
holder-document_number = Card number
holder-document_type = Kind
holder-issuing_state = Issued by
holder-date_of_expiry = Valid until
sex-f = female
sex-m = male
sex-x = other or not stated

# Form
form-missing = There is no form for this service here.
form-missing-text = Reload the page after the call. Until then you can only advise.
form-save = Save particulars
form-saved = Saved
form-errors = { $count ->
    [one] One entry is not right yet
   *[other] { $count } entries are not right yet
}
form-required = Please fill this in.
form-unknown = This field does not belong to the form.
form-type = This entry has the wrong form.
form-too_short = This is too short.
form-too_long = This is too long.
form-pattern = Please check the spelling.
form-format = Please enter a date.
form-choice = Please choose one of the options.
form-in_future = The date lies in the future.
form-before_birth = The date lies before the birth.
from-card = from the ID card
from-card-unverified = from the ID card that was not confirmed
field-extent = Extent
choice-extent-simple = Simple
choice-extent-extended = Extended
field-family_name = Family name
field-birth_name = Name at birth
hint-birth_name = Only if different from the family name.
field-given_names = Given names
field-date_of_birth = Date of birth
field-place_of_birth = Place of birth
field-nationality = Nationality
field-street = Street
field-house_number = House number
field-postal_code = Postal code
field-municipality = Town
field-registered_since = Registered since
field-purpose = Purpose
hint-purpose = For example: to show to the bank.

# Confirming
summary-intro = The person sees the particulars in the booth in { $language } and confirms them there.
summary-request = Show for confirmation
summary-request-again = Show for confirmation again
summary-cancel = Take it back
summary-asked = The person is reading the particulars.
summary-asked-text = Go through them together.
summary-confirmed = The person has confirmed the particulars.
summary-confirmed-text = You can complete the case.
summary-changes = The person wants something changed.
summary-changes-text = Find out what is not right, change it, and show the particulars again.
summary-cancelled = The particulars are not confirmed yet.
summary-cancelled-text = Show them again when everything is right.

# Completing
complete = Complete the case
completing = Making the document …
completed = Case completed
document-none = The document has been made.
document-making = The document is being made …
document-sending = The document is on its way to the booth …
document-sent = The document has arrived in the booth.
document-shown = The person now sees the document in the booth.
document-closed = The person has looked at the document and closed it.
document-failed = The document could not be shown in the booth.
document-send-again = Show it again
document-download = Download the document
document-download-titled = Download { $title } (PDF)
finish = Say goodbye and end the call

# Wrapping up
wrap-up-title = Call { $ticket } has ended
wrap-up-title-plain = Wrapping up
wrap-up-completed = The case is completed.
wrap-up-completed-text = The document is stored encrypted. The booth deletes everything about this visit.
wrap-up-open = There is no completed case for this call.
wrap-up-open-text = Take the time you need. No request comes until you are ready.
wrap-up-case = Case
ready = Ready for the next request
ready-pause = Take a break

# Supervision
supervisor-title = Situation in the regions
supervisor-today = As of { $date }
supervisor-loading = Loading the figures …
supervisor-empty = No region set up yet
supervisor-empty-text = The operator of the switchboard sets up regions and booths.
supervisor-privacy = The figures are about tickets, never about single members of staff. Available workplaces are shown only from a minimum number on.
column-region = Region
column-waiting = Waiting
column-longest_wait = Longest wait
column-in_call = In a call
column-clerks = Available
column-completed = Completed today
column-abandoned = Abandoned today
column-total = All regions
few-clerks = too few to be shown

# Booths of the authority, for operators
page-booths = Booths
booths-title = Booths
booths-id = Booth
booths-id-hint = Lower-case letters, digits, hyphens
booths-site = Where it stands
booths-region = Region
booths-state = State
booths-since = Since
booths-invite = Make a code
booths-new-code = New code
booths-revoke = Take out of use
booths-code-title = Code for { $booth }
booths-code-text = Good once, until { $until }. It is shown only now. Type it in at the booth:
booths-empty = No booth yet
booths-empty-text = Make a code for the first one above; the booth enrols itself with it.
booths-trouble = The switchboard has not taken it yet: { $trouble }. It is being tried again.
booth-state-invited = waits for its code
booth-state-enrolled = being registered
booth-state-registered = in use
booth-state-revoking = being taken out of use
booth-state-revoked = out of use
revoke-title = Take { $booth } out of use?
revoke-text = A conversation there ends at once. To use the booth again it has to be enrolled with a new code.

# Completed cases
cases-title = Completed cases
cases-refresh = Reload
cases-failed = The cases could not be loaded.
cases-empty = No completed case yet
cases-empty-text = Cases you complete are kept here with their document.
cases-when = Begun
cases-ticket = Ticket
cases-service = Service
cases-document = Document

# Errors of the console
error-console_unreachable = The server cannot be reached at the moment. It is being tried again.
error-malformed_request = The request could not be understood. Please reload the page.
error-media_type_unsupported = The request could not be understood. Please reload the page.
error-request_too_large = The data is too large.
error-csrf_missing = The request did not come from this page. Please reload the page.
error-origin_foreign = The request came from a foreign page.
error-not_found = There is no such thing here.
error-method_not_allowed = That is not provided for here. Please reload the page.
session-expired = Your sign-in has expired
session-expired-text = The call goes on, but the case cannot be saved. Sign in again after the call.
error-signed_out = Your sign-in has expired. Please sign in again.
error-credentials_wrong = User name or password is not right.
error-too_many_attempts = Too many attempts. Please wait a minute.
error-description_unsealable = The connection could not be sealed.
error-seal_refused = The answer does not come from this booth.
error-report_refused = The report about the call was not accepted.
error-callback_unreadable = The telephone number cannot be opened. It was sealed for another office.
error-booth_state_wrong = That does not fit the state of the booth. Please refresh the list.
error-enrolment_refused = The code is not good, or not any more.
error-proof_refused = The booth could not prove its key.
error-case_unknown = This case does not exist.
error-case_finished = This case is already closed.
error-case_not_confirmed = The person has not confirmed the particulars yet.
error-case_changed = The case has been changed in the meantime. Please try again.
error-case_needs_booth = The person has to come to a booth for this. Keep the form for the visit.
error-prepared_unknown = No form of this service is kept under this number.
error-form_invalid = Some entries are not right yet.
error-colleague_unknown = That colleague cannot take over this matter.
error-document_unknown = There is no document for this case yet.
error-record_damaged = The stored case is damaged. Please tell your operator.

# The ID card's eID function, with the PIN
eid-title = ID card with PIN (online function)
eid-intro = The citizen identifies with the PIN. The details come from the authority's eID-Server; the booth cannot read them.
eid-request = Ask to identify with the PIN
eid-request-again = Ask again to identify with the PIN
eid-cancel = Take the request back
eid-phase-opening = A session at the eID-Server is being opened …
eid-phase-asked = The request has been sent to the booth …
eid-phase-starting = The booth connects to the eID-Server …
eid-phase-consent = The citizen reads what is asked for.
eid-phase-insert_card = The citizen lays the card on the reader.
eid-phase-pin = The citizen enters the PIN.
eid-phase-can = The citizen enters the access number, because the PIN was wrong twice.
eid-phase-puk = The citizen enters the PUK, because the PIN was wrong three times.
eid-phase-new_pin = The citizen sets a PIN of their own.
eid-phase-working = The chip is at work …
eid-phase-sent = The result is being fetched …
eid-phase-fetching = The result is being fetched …
eid-phase-declined = The citizen did not agree or has stopped.
eid-phase-cancelled = The request was taken back.
eid-phase-failed = It did not work.
eid-identified = Identified with the PIN
eid-identified-text = The eID-Server has checked the chip and its validity.
eid-declined = { $count ->
        [one] The citizen left one detail out.
       *[other] The citizen left { $count } details out.
    }
eid-field-family_name = Family name
eid-field-birth_name = Name at birth
eid-field-given_names = Given names
eid-field-academic_title = Doctoral degree
eid-field-artistic_name = Artistic or religious name
eid-field-date_of_birth = Date of birth
eid-field-place_of_birth = Place of birth
eid-field-nationality = Nationality
eid-field-street_line = Street
eid-field-postal_code = Postal code
eid-field-municipality = Town
eid-field-residence = Residence
eid-field-document_type = Kind of document
eid-field-issuing_state = Issuing state
eid-field-date_of_expiry = Valid until
eid-fault-wrong_pin = The PIN was not right; the citizen can try again.
eid-fault-wrong_can = The access number was not right; the citizen can try again.
eid-fault-wrong_puk = The PUK was not right; the citizen can try again.
eid-fault-no_reader = The booth's card reader is not there.
eid-fault-card_unknown = The card on the reader has no online function.
eid-fault-card_deactivated = The online function of the card is switched off. It can be switched on at a counter.
eid-fault-card_position = The card lies badly on the reader.
eid-fault-card_inoperative = The PUK of the card is used up. A new PIN can be set at a counter.
eid-fault-card_removed = The card was taken away too early.
eid-fault-card_error = The chip did not answer properly.
eid-fault-server_unreachable = The booth does not reach the eID-Server.
eid-fault-server_refused = The eID-Server has broken off.
eid-fault-timeout = That took too long; the session has ended.
eid-fault-app_missing = The booth has no AusweisApp.
eid-fault-app_outdated = The booth's AusweisApp is too old.
eid-fault-app_failed = The booth's AusweisApp does not answer.
eid-fault-eid_unavailable = No eID-Server is set up for this console.
eid-fault-eid_unreachable = The console does not reach the eID-Server.
eid-fault-eid_refused = The eID-Server has no result.
eid-fault-eid_no_result = The eID-Server still has no result.
eid-fault-internal_error = Something went wrong in the console.
error-eid_unavailable = No eID-Server is set up for this console.
error-eid_unreachable = The eID-Server does not answer. Please try again.
error-eid_refused = The eID-Server has no result. Please ask the citizen again.
error-eid_no_result = The citizen has not identified yet.
from-eid = From the ID card, with PIN
