# Words shared by booth and console: errors, services, languages. One message for each ErrorId.

service-registration-certificate = Registration certificate
service-registration-certificate-description = A written confirmation of where you are registered as living.

language-de = German
language-en = English

error-malformed_message = A message could not be understood. Please try again.
error-message_too_large = A message was too large. Please try again.
error-unexpected_message = That does not fit the present step. Please try again.
error-unsupported_version = The programs do not fit together. The operator has to update one of them.
error-handshake_timeout = The connection could not be set up in time. It is being tried again.
error-rate_limited = That was too much at once. Please wait a moment.
error-internal_error = Something went wrong on our side. It is being tried again.
error-token_invalid = The sign-in was not accepted. Please sign in again.
error-token_expired = The sign-in has expired. Please sign in again.
error-token_foreign = The sign-in belongs to an office this service does not know.
error-region_foreign = The account names a region that is not of this authority. The operator has to change it.
error-booth_unknown = This booth is not registered. The operator has to enrol it.
error-booth_already_connected = Another device is using this booth's key. The operator has to check it.
error-replaced_by_newer_connection = You are signed in on another screen. This one is no longer used.
error-not_permitted = You may not do that with your sign-in.
error-service_unknown = This service is not offered here.
error-appointment_unknown = There is no appointment with this code. Please check the code.
error-appointment_not_today = Your appointment is on a later day. You can also wait without an appointment.
error-appointment_over = This appointment is over or cancelled. You can also wait without an appointment.
error-ticket_unknown = This ticket does not exist.
error-ticket_gone = This ticket is no longer open.
error-ticket_exists = This booth already has a ticket.
error-clerk_not_available = You already have a ticket in hand or are not available.
error-peer_offline = The other end is not reachable at the moment.
error-office_closed = The office is closed for this service at the moment.
error-park_full = You cannot park any more calls. Please take back one of the parked ones first.
error-guest_exists = Somebody else is already in this call or being called to it.
error-help_unknown = This call for help has been closed.
