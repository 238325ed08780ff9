# Wörter für Kabine und Arbeitsplatz: Fehler, Leistungen, Sprachen. Eine Meldung für jede ErrorId.

service-registration-certificate = Meldebescheinigung
service-registration-certificate-description = Eine schriftliche Bestätigung, wo Sie gemeldet sind.

language-de = Deutsch
language-en = Englisch

error-malformed_message = Eine Nachricht war nicht verständlich. Bitte versuchen Sie es noch einmal.
error-message_too_large = Eine Nachricht war zu groß. Bitte versuchen Sie es noch einmal.
error-unexpected_message = Das passt nicht zum jetzigen Schritt. Bitte versuchen Sie es noch einmal.
error-unsupported_version = Die Programme passen nicht zusammen. Der Betreiber muss eines davon aktualisieren.
error-handshake_timeout = Die Verbindung kam nicht rechtzeitig zustande. Sie wird erneut aufgebaut.
error-rate_limited = Das war zu viel auf einmal. Bitte warten Sie einen Moment.
error-internal_error = Bei uns ist etwas schiefgegangen. Es wird erneut versucht.
error-token_invalid = Die Anmeldung wurde nicht angenommen. Bitte melden Sie sich neu an.
error-token_expired = Die Anmeldung ist abgelaufen. Bitte melden Sie sich neu an.
error-token_foreign = Die Anmeldung gehört zu einer Behörde, die dieser Dienst nicht kennt.
error-region_foreign = Das Konto nennt ein Gebiet, das nicht zu dieser Behörde gehört. Der Betreiber muss das ändern.
error-booth_unknown = Diese Kabine ist nicht angemeldet. Der Betreiber muss sie einrichten.
error-booth_already_connected = Ein anderes Gerät benutzt den Schlüssel dieser Kabine. Der Betreiber muss das prüfen.
error-replaced_by_newer_connection = Sie sind an einem anderen Bildschirm angemeldet. Dieser wird nicht mehr benutzt.
error-not_permitted = Mit Ihrer Anmeldung dürfen Sie das nicht.
error-service_unknown = Diese Leistung gibt es hier nicht.
error-appointment_unknown = Zu diesem Code gibt es keinen Termin. Bitte prüfen Sie den Code.
error-appointment_not_today = Ihr Termin ist an einem späteren Tag. Sie können auch ohne Termin warten.
error-appointment_over = Dieser Termin ist vorbei oder abgesagt. Sie können auch ohne Termin warten.
error-ticket_unknown = Dieses Ticket gibt es nicht.
error-ticket_gone = Dieses Ticket ist nicht mehr offen.
error-ticket_exists = Diese Kabine hat schon ein Ticket.
error-clerk_not_available = Sie haben schon ein Ticket oder sind nicht verfügbar.
error-peer_offline = Die Gegenstelle ist gerade nicht erreichbar.
error-office_closed = Das Amt ist für dieses Anliegen gerade geschlossen.
error-park_full = Sie können keine weiteren Gespräche parken. Bitte nehmen Sie zuerst ein geparktes zurück.
error-guest_exists = An diesem Gespräch nimmt schon jemand teil, oder es wird gerade jemand dazu gerufen.
error-help_unknown = Dieser Hilferuf ist schon geschlossen.
