# Words of the booth. Short sentences, one thought each.

product = Fernamt
screen-attract = Start page
screen-language = Choose a language
screen-service = Choose a service
screen-code = Enter appointment code
screen-waiting = Waiting
screen-callback = Arrange a callback
screen-parked = Conversation paused
screen-hold = Short pause
screen-call = Conversation
screen-card = Read ID card
screen-eid = Identify with the PIN
screen-summary = Check your details
screen-document = View document
screen-thanks = End
screen-unavailable = Not available

# Always within reach
bar-contrast = Contrast
bar-contrast-description = Turn high contrast on or off
bar-text = Text size
bar-text-description = Turn larger text on or off
reading = Read aloud
reading-description = Everything on the screen is read aloud. F2 turns it on and off.
reading-greeting = Reading aloud is on. Others can hear it. Your own details are not read, unless you choose so with F7. F2 turns it off, F3 says the screen again, F4 stops, F5 changes how fast, F6 how loud. The Tab key goes from one control to the next, Enter presses it.
reading-again = Say again
reading-again-description = Or press F3. F4 stops the voice.
reading-pace = { $pace ->
        [slow] Slow voice
        [fast] Fast voice
       *[normal] Normal pace
    }
reading-loudness = { $loudness ->
        [quiet] Quiet voice
        [loud] Loud voice
       *[normal] Normal volume
    }
reading-personal = Own details
reading-personal-description = Also read your own details. Others may hear them.
reading-withheld = A detail of your own, not read aloud.
reading-hidden-key = A key of the pad on the screen. What it writes is not read aloud. You can also type on the keyboard.
reading-button = button
reading-checkbox = check box
reading-entry = entry field
reading-checked = switched on
reading-unchecked = switched off
reading-disabled = not available now
reading-deleted = deleted
reading-characters = { $count ->
        [0] empty
        [one] one character typed
       *[other] { $count } characters typed
    }
back = Back
leave = End visit
leave-title = Really end your visit?
leave-text = You will lose your place in the queue. Everything you entered at this booth will be deleted.
leave-call-text = The conversation will end. Everything you entered at this booth will be deleted.
leave-parked-text = The conversation will not be continued. Everything you entered at this booth will be deleted.
leave-stay = Stay here
leave-go = Yes, end it
still-there-title = Are you still there?
still-there-text = Otherwise your visit ends in { $seconds ->
        [one] one second
       *[other] { $seconds } seconds
    }.
still-there-waiting = You keep your place if you tap here.
still-there-stay = Yes, I need more time

attract-title = Hello
attract-text = Talk to your local authority by video here.
attract-step-1 = Choose a service
attract-step-2 = Wait a moment
attract-step-3 = Get it done together
attract-start = Begin
attract-privacy = Nothing is kept at this booth.

# When something opens again
opens-unknown = Please try again later.
opens-today = Opens today at { $time }.
opens-tomorrow = Opens tomorrow at { $time }.
opens-later = Opens again on { $weekday ->
        [0] Monday
        [1] Tuesday
        [2] Wednesday
        [3] Thursday
        [4] Friday
        [5] Saturday
       *[other] Sunday
    }, { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[other] December
    }, at { $time }.

attract-closed = The authority is closed at the moment. { $opens } You can book an appointment on the internet at any time.

language-title = Which language would you like to use?

service-title = What would you like to do?
service-closed = Closed at the moment. { $opens }
service-code = I have an appointment code
service-code-description = The code is in your appointment confirmation.

code-title = Please enter your appointment code
code-text = The code has 6 to 12 characters. It is in your appointment confirmation.
code-camera = You can also hold the QR code of the confirmation up to the camera.
code-label = Appointment code
code-done = Continue
key-backspace = Delete last character
key-plus = Plus
key-space = Space
key-shift = Capital letters
key-enter = Send

waiting-title = Please take a seat
waiting-joining = Reserving your place …
waiting-number = Your number
waiting-position = Your place in the queue
waiting-next = You are next.
waiting-ahead = { $ahead ->
        [one] One person is waiting ahead of you.
       *[other] { $ahead } people are waiting ahead of you.
    }
waiting-forecast = Probably { $from } to { $to } more minutes
waiting-forecast-at-most = Probably no more than { $to ->
        [one] one more minute
       *[other] { $to } more minutes
    }
waiting-forecast-unknown = We cannot say yet how long it will take.
waiting-changes = This may change: conversations take more or less time, and appointments are served when they are due.
waiting-waited = You have been waiting for { $minutes ->
        [0] less than a minute
        [one] one minute
       *[other] { $minutes } minutes
    }.
waiting-kept = Your place is kept for you.
waiting-offline = The connection was interrupted. It is being restored. Your place is kept for you.
waiting-returned = The conversation was interrupted. You keep your place. Somebody will be with you shortly.
waiting-hint = The screen changes by itself as soon as somebody is free for you.

callback-offer = We can also call you back
callback-offer-text = Then you need not wait here. You leave a telephone number and may go.
callback-title = Which number may we call?
callback-number-text = Enter the number with its area code. It begins with 0, or abroad with + and the country code.
callback-number-label = Your telephone number
callback-private = Your number is encrypted. Only the authority can read it. It is deleted after the call.
callback-name-title = Whom should we ask for?
callback-name-text = You need not give a name.
callback-name-label = Your name
callback-name-skip = Go on without a name
callback-check-title = Is the number right?
callback-check-text = You give up your seat at this booth, but not your turn. You will be called as soon as somebody is free.
callback-confirm = Yes, please call me back
callback-change = Change
callback-sending = Sending your request …
phone-problem-missing = Please enter a telephone number.
phone-problem-no_area_code = Please enter the area code too. The number begins with 0 or with +.
phone-problem-too_short = This number is too short. Please check whether digits are missing.
phone-problem-too_long = This number is too long. Please check whether there are digits too many.
phone-problem-unknown = There is no such number. Please check area code and digits.
phone-problem-not_callable = The authority cannot call this number. Please give a landline or mobile number.
notice-callback-no_key = Your number cannot be sent safely at the moment. It was not sent. Please try again, or wait here.

hold-title = One moment, please
hold-somebody = The other person
hold-unseen = { $who } cannot see or hear you just now and will be back with you shortly.
hold-off = Your camera and your microphone send nothing meanwhile.
hold-leave = You do not have to do anything. If you would like to go, end your visit below.
parked-title = Your conversation is paused
parked-text = The authority is looking into your matter and will call you again here at the booth.
parked-since = Paused since { $time }, that is { $minutes ->
        [0] less than a minute
        [one] one minute
       *[other] { $minutes } minutes
    }.
parked-kept = Your number { $number } stays valid. The call may come at any time, the screen then changes by itself. Until then nobody sees or hears you.
parked-leave = If you do not want to wait, end your visit below.

notice-fingerprint_refused = The connection could not be checked as safe. For your protection it was not made. You keep your place.

call-connecting = Somebody is there for you. The connection is being made …
call-reconnecting = The connection is interrupted. It is being restored …
call-reconnecting-text = Please stay here. You do not have to do anything: the conversation goes on where it stopped.
call-clerk = Picture of { $name }
call-clerk-unknown = Picture from the authority
call-guest-reconnecting = connection interrupted
guest-role-clerk = Authority
guest-role-interpreter = Interpreting
guest-role-supervisor = Management
company-joins = { $role ->
        [interpreter] Somebody joins to interpret
        [supervisor] The management of the authority joins
       *[clerk] Somebody else of the authority joins
    }{ $named ->
        [0] {"."}
       *[other] : { $name }.
    }
company-left = { $named ->
        [0] The other person
       *[other] { $name }
    } has left the conversation and does not see or hear you any more.
company-refused = Somebody wanted to join. The connection could not be checked as safe and was not made.
company-handed_over = { $name } goes on with the conversation now.
company-handed_over_stopped = { $name } goes on with the conversation now. What was open was closed. You will be asked again.
call-self = Your picture
call-self-off = No camera
call-muted = Your microphone is off
call-mute = Microphone off
call-unmute = Microphone on
call-text = Write text
call-text-close = Close keyboard
call-end = End call
call-captions = Written text
call-captions-empty = What is written appears here.
call-you = You
call-office = Authority
call-text-label = Your text
call-text-hint = The other person sees the text while you write.

# Device trouble: what it is, and what to do
device-microphone-missing = You cannot be heard: the microphone is not connected. Please write text or ask the staff for help.
device-microphone-busy = You cannot be heard: the microphone cannot be switched on. Please write text or ask the staff for help.
device-microphone-frozen = You cannot be heard: the microphone does not answer. It is being restarted. You can write text meanwhile.
device-microphone-silent = The microphone hears nothing. Please check whether it is switched off. You can also write text.
device-speaker-missing = You hear nothing: the loudspeaker is not connected. Please write text or ask the staff for help.
device-speaker-busy = You hear nothing: the loudspeaker cannot be switched on. Please write text or ask the staff for help.
device-speaker-frozen = You hear nothing: the loudspeaker does not answer. It is being restarted. You can write text meanwhile.
device-camera-missing = You cannot be seen: the camera is not connected. The conversation goes on without your picture.
device-camera-busy = You cannot be seen: the camera cannot be switched on. The conversation goes on without your picture.
device-camera-frozen = You cannot be seen: the camera does not answer. It is being restarted.
device-camera-black = You cannot be seen: the camera is covered, or it is dark. Please uncover the camera.
attract-trouble-microphone = The microphone of this booth is not working at the moment. You can write text during the call. Please tell the staff.
attract-trouble-speaker = The loudspeaker of this booth is not working at the moment. You can read and write text during the call. Please tell the staff.
attract-trouble-camera = The camera of this booth is not working at the moment. You can talk all the same. Please tell the staff.

card-consent-title = { $document ->
        [passport] May your passport be read?
        [residence_permit] May your residence permit be read?
       *[id_card] May your ID card be read?
    }
card-consent-text = The authority asks for these details from the chip:
card-consent-purpose = The authority uses them to check who you are. They go encrypted straight to the authority. Nothing is kept at this booth.
card-group-1 = Name, date of birth, nationality, card number
card-group-2 = Your photograph
card-group-11 = Further personal details, for example place of birth
card-group-12 = Further details of the card
card-group-14 = Technical details about the chip's authenticity
card-group-15 = Key for checking authenticity
card-group-other = Data group { $group }
card-group-signature = The issuer's electronic signature
card-agree = Yes, I agree
card-decline = No, do not read it
card-number-title = Enter the access number
card-number-text = The 6 digits are on the front of your card, at the bottom right.
card-number-picture = Drawing: the front of the card shows six digits at the bottom right.
card-number-label = Access number, 6 digits
card-number-done = Continue
card-insert-title = { $document ->
        [passport] Please lay your passport on the reader
        [residence_permit] Please lay your residence permit on the reader
       *[id_card] Please lay your card on the reader
    }
card-insert-text = { $document ->
        [passport] Lay the passport down closed. Leave it there until everything has been read.
        [residence_permit] Leave it there until everything has been read.
       *[id_card] Leave it there until everything has been read.
    }
card-reader-trouble = The card reader is not ready at the moment. The clerk has been told. It goes on as soon as the reader is ready.
card-insert-picture = Drawing: a card is laid on the reader.
card-number-change = Change access number
card-reading-title = { $document ->
        [passport] Your passport is being read
        [residence_permit] Your residence permit is being read
       *[id_card] Your card is being read
    }
card-reading-text = { $document ->
        [passport] Please leave the passport where it is.
        [residence_permit] Please leave the residence permit where it is.
       *[id_card] Please leave the card where it is.
    }
card-reading-progress = { $percent } percent read
card-zone-title = Please lay your passport under the camera
card-zone-text = Open the page with your photograph. The two lines at the bottom must be in full view.
card-zone-private = The camera reads only these lines. Its picture is neither sent nor kept.
card-zone-picture = What the camera sees now
card-zone-drawing = Drawing: the page with the photograph has two long lines at the bottom.
card-zone-type = Rather type it
card-zone-change = Change the passport details
card-typing-title-number = Enter the passport number
card-typing-text-number = The number is on the page with your photograph, at the top right. It has digits and letters.
card-typing-title-birth = Enter your date of birth
card-typing-text-birth = Enter day, month and year in 8 digits. If the passport shows no day or no month, type 00 for it.
card-typing-title-expiry = Enter the date of expiry
card-typing-text-expiry = Enter day, month and year in 8 digits.
card-typing-date = Day { $day }, month { $month }, year { $year }
card-typing-problem-number = This number is too short or too long. Please check it in the passport.
card-typing-problem-birth = There is no such day, or it is in the future. Please check the date of birth.
card-typing-problem-expiry = There is no such day. Please check the date of expiry.
card-typing-scan = Read with the camera
card-there = Please take your document from the reader. It still lies there.
card-retry = Try again
card-retype = Enter access number again
card-skip = Go on without the card
card-fault-title = Reading did not work
card-fault-wrong_card_access_number = The number was not right. Please check the 6 digits on the front, bottom right.
card-fault-wrong_machine_readable_zone = The details do not fit the chip. Please check number, date of birth and date of expiry in the document.
card-fault-card_suspended = After several wrong entries the chip accepts no more for now. The clerk has been told.
card-fault-card_blocked = The chip is blocked. The clerk has been told and will tell you how to go on.
card-fault-no_reader = The card reader is not ready. The clerk has been told. You can try again.
card-fault-no_card = There is no card on the reader. Please lay it there.
card-fault-card_removed = The card was taken away too early. Please leave it there.
card-fault-card_unsupported = This card cannot be read here. Accepted are German ID cards, residence permits, and passports with a chip.
card-fault-health_insurance_card = This is a health insurance card. Please place your ID card, residence permit or passport on the reader.
card-fault-payment_card = This is a bank card. Please place your ID card, residence permit or passport on the reader.
card-fault-not_permitted = At this booth ID cards are not read by their access number alone. The German Identity Card Act, section 18a, asks for that.
card-fault-card_error = The chip did not answer properly. Please lay the card on the reader again.
card-fault-timeout = That took too long. Please lay the card on the reader again.
card-verdict-verified = Your card has been checked. Everything is in order.
card-verdict-not_verified = Your card could not be confirmed. Please talk to the clerk about it.
card-verdict-eid_sent = You have identified yourself. The authority has your details.
card-verdict-eid_pin_changed = Your new PIN is set. You will be asked once more to identify yourself with it.

# The ID card's eID function, with the PIN
eid-starting-title = One moment, please
eid-starting-text = The connection to the authority's identification service is being made.
eid-rights-title = Identify yourself with your PIN?
eid-rights-asks = { $name } would like to read these details from your ID card.
eid-rights-purpose = What for: { $purpose }
eid-rights-required = These are needed:
eid-rights-optional = You may leave these out:
eid-rights-way = The details go encrypted from the chip to the authority. This booth cannot read them.
eid-agree = Yes, I agree
eid-decline = No, do not
eid-right-Address = Address
eid-right-AddressVerification = Whether you live in a certain place
eid-right-AgeVerification = Whether you are old enough
eid-right-ArtisticName = Artistic or religious name
eid-right-BirthName = Name at birth
eid-right-CommunityID = Municipality key
eid-right-DateOfBirth = Date of birth
eid-right-DoctoralDegree = Doctoral degree
eid-right-DocumentType = Kind of document
eid-right-FamilyName = Family name
eid-right-GivenNames = Given names
eid-right-IssuingCountry = Issuing country
eid-right-Nationality = Nationality
eid-right-PlaceOfBirth = Place of birth
eid-right-Pseudonym = A pseudonym for this authority
eid-right-ResidencePermitI = Residence permit, first remark
eid-right-ResidencePermitII = Residence permit, second remark
eid-right-ValidUntil = Valid until
eid-right-other = Other: { $right }
eid-working-title = Your card is at work
eid-working-text = Please leave the card where it is.
eid-switching-title = A PIN of your own is being prepared
eid-switching-text = Please leave the card where it is.
eid-cancelling-title = It is being stopped
eid-cancelling-text = One moment, please.
eid-card-title = Please lay your ID card on the reader
eid-card-text = Leave it there until everything is done.
eid-laid-right = The card lies as it should
eid-transport-pin = I only have the PIN with 5 digits from the letter
eid-pin-title = Enter your PIN
eid-pin-text = The PIN of your ID card has 6 digits. You chose it yourself. Nobody at the authority sees it.
eid-pin-label = PIN of the ID card, 6 digits
eid-transport_pin-title = Enter the PIN you have
eid-transport_pin-text = The letter about your ID card has a PIN with 5 digits. With it you now set a PIN of your own.
eid-transport_pin-label = PIN from the letter, 5 digits
eid-new_pin-title = Choose a new PIN
eid-new_pin-text = Think of 6 digits that nobody can guess. Please remember them well.
eid-new_pin-label = New PIN, 6 digits
eid-new_pin_again-title = Enter the new PIN again
eid-new_pin_again-text = To be sure that you typed what you meant.
eid-new_pin_again-label = New PIN again, 6 digits
eid-can-title = Enter the access number
eid-can-text = The PIN was wrong twice. For your protection the card now asks for the 6 digits on its front, at the bottom right.
eid-can-label = Access number, 6 digits
eid-puk-title = Enter the PUK
eid-puk-text = The PIN was wrong three times. The PUK with 10 digits unblocks it. It is in the letter about your ID card.
eid-puk-label = PUK, 10 digits
eid-digits = { $digits ->
        [one] One digit typed
       *[other] { $digits } digits typed
    }
eid-tries = { $tries ->
        [one] One try is left.
       *[other] { $tries } tries are left.
    }
eid-enter = Continue
eid-skip = Go on without this
eid-close = Back to the conversation
eid-failed-title = That did not work
eid-failed-text = Nothing was transferred. Please talk to the clerk: you can be asked again.
eid-fault-wrong_pin = The PIN was not right.
eid-fault-not_alike = The two PINs were not alike. Please choose again.
eid-fault-wrong_can = The access number was not right. Please check the 6 digits on the front, bottom right.
eid-fault-wrong_puk = The PUK was not right. Please check the 10 digits in the letter.
eid-fault-no_reader = The card reader is not ready. The clerk has been told.
eid-fault-card_unknown = This is not an ID card with an online function. Accepted are the German ID card, the eID card and the residence permit.
eid-fault-card_deactivated = The online function of this card is switched off. The authority can switch it on for you.
eid-fault-card_position = The chip is hard to reach. Please lay the card flat in the middle of the reader and leave it there.
eid-fault-card_inoperative = The PIN cannot be unblocked any more. The authority can set a new one.
eid-fault-card_removed = The card was taken away too early.
eid-fault-card_error = The chip did not answer properly.
eid-fault-server_unreachable = The authority's identification service cannot be reached.
eid-fault-server_refused = The authority's identification service has broken off.
eid-fault-timeout = That took too long.
eid-fault-app_missing = This booth cannot do that. The clerk has been told.
eid-fault-app_outdated = The identification software of this booth is too old. The clerk has been told.
eid-fault-app_failed = The identification software of this booth does not answer. The clerk has been told.

# Still
screen-still = Picture of you
still-title = May a picture of you be taken?
still-text = The clerk compares it with the photograph of your document. Look into the camera. You see the picture before it is sent.
still-take = Yes, take it now
still-check-title = Is this picture all right?
still-check-text = It goes encrypted straight to the authority. It is not kept at this booth.
still-picture = The picture taken of you
still-send = Yes, send it
still-again = Once more
still-decline = No picture
still-failed = The camera gave no picture. You can try again.

summary-title = Is everything right?
summary-text = Please take your time to read the details.
summary-confirm = Yes, all correct
summary-changes = No, something is wrong

document-title = Your document
document-page = Page { $page } of { $pages }
document-page-picture = Document { $title }, page { $page } of { $pages }
document-previous = Previous page
document-next = Next page
document-zoom-in = Larger
document-zoom-out = Whole page
document-close = Finished reading
document-kept = The conversation has ended. You can go on reading the document.

thanks-completed = Thank you! Your matter is done.
thanks-not_completed = Thank you for your visit.
thanks-left = Your visit has ended.
thanks-timeout = Your visit was ended because nobody was there any more.
thanks-lost = Your visit was interrupted, sorry. Please begin again.
thanks-callback = We will call you back.
thanks-callback-next = You may go now. The authority will call you as soon as somebody is free for you. If it does not reach you it will try twice more.
thanks-callback_unsure = The connection was interrupted.
thanks-callback_unsure-next = Your request for a callback has probably arrived. If you are not called, please come again.
thanks-wiping = Your details are being deleted …
thanks-wiped = All your details have been deleted from this booth.
thanks-card = Remember to take your ID card.
thanks-countdown = The start page appears in { $seconds ->
        [one] one second
       *[other] { $seconds } seconds
    }.
thanks-extend = More time
thanks-finish = Done

unavailable-title = This booth is not available at the moment
unavailable-text = Please come back later or ask the staff.
unavailable-starting = The connection is being made. One moment please.
unavailable-no_line = There is no connection to the switchboard. It is being restored automatically.
unavailable-no_path = No call can be made from here at the moment. This is checked again and again.
unavailable-card_left = There is still a document on the card reader. If it is yours, please take it. Otherwise please give it to the staff. Then it goes on here.
unavailable-not_wiped = This booth could not be cleared completely. Please ask the staff.
