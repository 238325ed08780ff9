# Wörter des Arbeitsplatzes. Kabine, Ticket, Vermittlung und Leistung heißen überall so.

loading = Wird geladen …
dismiss = Meldung schließen
optional = optional
choose = Bitte wählen
since = seit
needs = Bedarf
skip-to-content = Zum Inhalt springen
navigation = Bereiche
page-desk = Arbeitsplatz
page-cases = Abgeschlossene Fälle
page-supervisor = Aufsicht
language-of-console = Sprache der Oberfläche
sign-out = Abmelden
no-role = Für Sie ist noch kein Bereich freigeschaltet.
no-role-text = Bitte wenden Sie sich an die Person, die Ihr Konto eingerichtet hat.

# Anmeldung
sign-in-preline = Video-Beratung
sign-in-title = Anmelden
sign-in-name = Benutzername
sign-in-password = Passwort
sign-in-submit = Anmelden
sign-in-busy = Sie werden angemeldet …
sign-in-incomplete = Bitte geben Sie Benutzername und Passwort ein.
sign-in-privacy = Kamera und Mikrofon werden erst nach der Anmeldung geöffnet. Bild und Ton gehen nur während eines Gesprächs an die Kabine.

# Leitung zur Vermittlung
line-online = Vermittlung verbunden
line-restoring = Die Leitung zur Vermittlung wird wiederhergestellt.
line-restoring-text = Wartende Personen behalten ihren Platz. Sie müssen nichts tun.
line-restoring-in-call = Das Gespräch läuft ohne sie weiter. Sie müssen nichts tun.
line-stopped = Die Leitung zur Vermittlung ist beendet.

# Eigener Zustand
clerk-state-offline = Nicht verbunden
clerk-state-paused = In Pause
clerk-state-available = Verfügbar
clerk-state-offered = Anfrage
clerk-state-connecting = Verbindung wird aufgebaut
clerk-state-in_call = Im Gespräch
clerk-state-wrap_up = Nachbearbeitung
# Stiller Hilferuf
help = Hilfe
help-hint = Still die Aufsicht um Hilfe bitten (F9). In der Kabine merkt es niemand.
help-withdraw = Den Hilferuf zurücknehmen (F9)
help-asked = Gerufen
help-taken = Hilfe kommt
help-title = Hilferufe
help-calls = { $count ->
    [one] Ein Hilferuf
   *[other] { $count } Hilferufe
}
help-all-taken = Hilfe unterwegs
help-empty = Niemand braucht Hilfe
help-empty-text = Ruft jemand aus Ihren Regionen um Hilfe, sehen Sie es hier und auf jeder Seite oben.
help-in-call = im Gespräch { $ticket } mit { $booth }
help-no-call = ohne Gespräch
help-request-open = ruft
help-request-taken = in Arbeit
help-take = Ich kümmere mich
help-join = Ins Gespräch gehen
help-close = Erledigt
colleague-elsewhere = Jemand aus einem anderen Amt

# Tasten
shortcuts = Tasten
dismiss-dialog = Schließen
key-shift = Umschalt
shortcut-microphone = Mikrofon aus und ein
shortcut-camera = Kamera aus und ein
shortcut-hold = Warten lassen, weitersprechen
shortcut-park = Gespräch parken
shortcut-help = Still um Hilfe rufen
shortcut-accept = Anfrage annehmen
shortcut-decline = Anfrage ablehnen

# Warten
availability-title = Anfragen
availability = Für Anfragen verfügbar
availability-on-text = Die nächste passende Anfrage klingelt bei Ihnen.
availability-off-text = Sie erhalten keine Anfragen.
preview-title = Ihr Bild
self-view = Ihr eigenes Bild
remote-picture = Bild aus der Kabine
devices-asking = Bitte erlauben Sie den Zugriff auf Kamera und Mikrofon.
devices-denied = Kamera und Mikrofon sind gesperrt
devices-denied-text = Erlauben Sie den Zugriff über das Symbol neben der Adresse des Browsers. Bis dahin sieht und hört man Sie nicht.
devices-missing = Keine Kamera und kein Mikrofon gefunden
devices-missing-text = Schließen Sie die Geräte an. Vielleicht benutzt sie auch gerade ein anderes Programm.
devices-again = Noch einmal versuchen
device-settings = Geräte und Klingelton
device-camera = Kamera
device-microphone = Mikrofon
device-default = Standardgerät
device-sound-processing = Echo und Geräusche unterdrücken
ring-test = Klingelton anhören
sound-blocked = Klicken Sie einmal in die Seite, damit Sie den Klingelton hören.
services-missing = Die Leistungen konnten nicht geladen werden.
services-missing-text = Laden Sie die Seite neu, bevor Sie Anfragen annehmen.
queue-title = Warteschlange
queue-count = { $count ->
    [0] niemand wartet
    [one] eine Person wartet
   *[other] { $count } Personen warten
}
queue-ticket = Ticket
queue-service = Leistung
queue-place = Ort
queue-language = Sprache
queue-wait = Wartezeit
queue-appointment = Termin
queue-appointment-in = Termin in { $minutes ->
    [one] einer Minute
   *[other] { $minutes } Minuten
}
queue-priority-high = Dringend
queue-priority-low = Nicht eilig
queue-callback = Rückruf
queue-hint = Anfragen kommen von selbst, der Reihe nach. Mit „Holen“ nehmen Sie eine außer der Reihe.
pick = Holen
parked-title = Geparkt
parked-text = Diese Personen warten in der Kabine auf Sie. Nach einer Weile werden sie wieder eingereiht, auf ihrem alten Platz.
unpark = Zurückholen
queue-empty = Niemand wartet
queue-empty-text = Sobald jemand in einer Kabine ein Ticket zieht, erscheint es hier.
queue-unknown = Die Warteschlange ist gerade nicht zu sehen
queue-unknown-text = Sie erscheint wieder, sobald die Leitung zur Vermittlung steht.
queue-more = und { $count } weitere
need-sign-language = Gebärdensprache
need-real-time-text = Text statt Ton
need-wheelchair = Rollstuhl
need-plain-language = Einfache Sprache

# Anfrage
offer-title-ticket = Anfrage { $ticket }
offer-title-join = Bitte dazukommen: { $ticket }
offer-title-transfer = Bitte übernehmen: { $ticket }
offer-title-interpreter = Bitte dolmetschen: { $ticket }
offer-callback = Rückruf { $ticket }
offer-accept = Annehmen
offer-decline = Ablehnen
offer-left = { $seconds ->
    [one] noch eine Sekunde für Sie reserviert
   *[other] noch { $seconds } Sekunden für Sie reserviert
}
withdrawn-expired = Die Anfrage ist an jemand anderen gegangen.
withdrawn-citizen_left = Die Person in der Kabine hat das Ticket zurückgegeben.
withdrawn-booth_lost = Die Kabine ist nicht mehr erreichbar.
withdrawn-accepted_elsewhere = Die Anfrage wurde an einem anderen Arbeitsplatz angenommen.
withdrawn-callback_requested = Die Person möchte lieber zurückgerufen werden.
withdrawn-cancelled = Die Bitte wurde zurückgenommen.

# Rückruf
callback-title = Rückruf { $ticket }
callback-opening = Die Nummer wird geöffnet …
callback-taken-at = Gewünscht in
callback-tries = Versuche
callback-tried = { $count ->
    [0] noch keiner
    [one] ein Versuch bisher
   *[other] { $count } Versuche bisher
}
callback-privacy = Rufen Sie mit Ihrem Telefon an. Die Nummer verschwindet, sobald Sie hier etwas auswählen, und wird nirgends aufbewahrt.
callback-done = Erledigt
callback-not-reached = Nicht erreicht
callback-wrong-number = Falsche Nummer
callback-put-back = Zurücklegen
callback-form = Formular
callback-open-form = Formular öffnen
telephone-prepare-text = Für diese Leistung muss die Person sich ausweisen. Füllen Sie das Formular am Telefon aus und merken Sie es vor; den Rest erledigt sie an einem Schalter. Was Sie weder vormerken noch abschließen, wird am Ende des Rückrufs gelöscht.
telephone-complete-text = Lesen Sie die Angaben vor. Bestätigt die Person sie, können Sie den Fall abschließen. Was Sie weder vormerken noch abschließen, wird am Ende des Rückrufs gelöscht.
telephone-prepare = Für den Besuch vormerken
telephone-complete = Vorgelesen und bestätigt: abschließen
telephone-prepared = Das Formular ist vorgemerkt.
telephone-prepared-text = Nennen Sie der Person diese Nummer. An jedem Schalter kann damit innerhalb von 14 Tagen weitergearbeitet werden, danach wird das Formular gelöscht.
telephone-completed = Der Fall ist abgeschlossen.
telephone-completed-text = Das Dokument können Sie drucken und mit der Post schicken.
adopt = Vorgemerktes Formular übernehmen
adopt-number = Nummer, die die Person nennt
adopt-confirm = Übernehmen
adopted = Die Angaben sind übernommen. Bitte gehen Sie sie mit der Person durch.

# Nach Neuladen der Seite
orphan-title = Gespräch { $ticket }
orphan-alert = Die Verbindung dieses Gesprächs ist beim Neuladen der Seite verloren gegangen.
orphan-text = Reihen Sie die Person wieder ein: Sie behält ihren Platz ganz vorn, und die Anfrage kommt gleich wieder.
orphan-give-back = Wieder einreihen

# Gespräch
call-phase-preparing = Die Verbindung wird vorbereitet …
call-phase-sealing = Die Verbindung wird versiegelt …
call-phase-offered = Die Kabine antwortet …
call-phase-checking = Die Kabine wird geprüft …
call-phase-reconnecting = Die Verbindung wird wiederhergestellt …
call-phase-connecting = Das Bild kommt gleich …
call-reconnecting = Die Verbindung zur Kabine ist unterbrochen.
call-reconnecting-text = Sie wird neu aufgebaut; Formular, Ausweis und Text bleiben erhalten. Dauert es zu lange, reihen Sie die Person wieder ein; sie behält ihren Platz.
call-give-back = Wieder einreihen
call-not-sealed = Das Gespräch konnte nicht aufgebaut werden.
call-not-sealed-text = Die Verbindung konnte nicht versiegelt werden. Die Person ist wieder eingereiht und behält ihren Platz.
call-connect-failed = Das Gespräch konnte nicht aufgebaut werden.
call-connect-failed-text = Die Antwort der Kabine war nicht brauchbar. Die Person ist wieder eingereiht und behält ihren Platz.
call-fingerprint-refused = Gespräch aus Sicherheitsgründen abgelehnt
call-fingerprint-refused-text = Die Antwort stammt nachweislich nicht von dieser Kabine. Es wurde nichts übertragen. Die Person ist wieder eingereiht. Bitte melden Sie den Vorfall Ihrem Betrieb.
booth-offline = Die Kabine hat gerade keine Leitung zur Vermittlung. Das Gespräch läuft weiter.
booth-device-microphone-missing = Das Mikrofon der Kabine ist nicht angeschlossen. Sie hören die Person nicht, sie kann schreiben.
booth-device-microphone-busy = Das Mikrofon der Kabine lässt sich nicht einschalten. Sie hören die Person nicht, sie kann schreiben.
booth-device-microphone-frozen = Das Mikrofon der Kabine antwortet nicht. Es wird neu gestartet.
booth-device-microphone-silent = Das Mikrofon der Kabine hört nichts. Vielleicht ist es ausgeschaltet.
booth-device-speaker-missing = Der Lautsprecher der Kabine ist nicht angeschlossen. Die Person hört Sie nicht. Bitte schreiben Sie.
booth-device-speaker-busy = Der Lautsprecher der Kabine lässt sich nicht einschalten. Die Person hört Sie nicht. Bitte schreiben Sie.
booth-device-speaker-frozen = Der Lautsprecher der Kabine antwortet nicht. Er wird neu gestartet.
booth-device-camera-missing = Die Kamera der Kabine ist nicht angeschlossen.
booth-device-camera-busy = Die Kamera der Kabine lässt sich nicht einschalten.
booth-device-camera-frozen = Die Kamera der Kabine antwortet nicht. Sie wird neu gestartet.
booth-device-camera-black = Die Kamera der Kabine ist verdeckt, oder es ist dunkel.
call-controls = Bedienung des Gesprächs
mute-off = Stumm schalten
mute-on = Ton wieder ein
camera-off = Bild ausschalten
camera-on = Bild einschalten
camera-is-off = Kamera aus
hold = Warten lassen
hold-end = Weitersprechen
held-title = Die Person wartet
held-text = Sie sieht und hört Sie nicht, und Sie sehen und hören die Person nicht.
held-self = nicht zu sehen
park = Parken
park-needs-line = Parken geht erst wieder, wenn die Leitung zur Vermittlung steht.
# Zu dritt
invite = Dazuholen
invite-title = Jemanden dazuholen
invite-whom = Wen brauchen Sie?
invite-way-colleague = Eine Kollegin oder einen Kollegen
invite-way-skill = Wer das kann und gerade frei ist
invite-way-interpreter = Jemanden zum Dolmetschen
invite-colleague = Kollegin oder Kollege
invite-no-colleagues = In Ihrem Amt ist sonst niemand eingetragen.
invite-purpose = Wozu?
invite-purpose-join = Zu dritt sprechen
invite-purpose-transfer = Das Gespräch übergeben: erst zu dritt, dann ohne Sie
invite-visible = Alle im Gespräch sehen und hören, wer dazukommt.
invite-confirm = Dazuholen
invite-cancel = Nicht mehr nötig
invite-looking-join = Es wird jemand gesucht …
invite-looking-transfer = Es wird jemand gesucht, der übernimmt …
invite-offered = { $name } wird gefragt …
invite-nobody = Gerade ist niemand frei. Das Gespräch geht weiter wie bisher.
invite-declined = Die Bitte wurde abgelehnt. Das Gespräch geht weiter wie bisher.
invite-cancelled = Es wird niemand mehr gesucht.
invite-left = Sie sind wieder zu zweit.
hand-over = Übergeben
hand-over-failed = Das Gespräch kann nicht übergeben werden.
handed-over-to-you = Das Gespräch gehört jetzt Ihnen.
handed-over-to-you-text = Der Fall öffnet sich mit dem, was schon eingetragen ist.
third-refused = Verbindung aus Sicherheitsgründen abgelehnt
third-refused-text = Die Antwort stammt nachweislich nicht von der Person, die genannt wurde. Bitte melden Sie den Vorfall Ihrem Betrieb.
third-failed = Die dritte Person konnte nicht verbunden werden.
third-failed-text = Das Gespräch mit der Kabine geht weiter.
third-connecting = Kommt dazu …
third-picture = Bild der dritten Person
tile-booth = Kabine
role-holder = Führt das Gespräch
role-clerk = Kollegium
role-interpreter = Dolmetschen
role-supervisor = Aufsicht
leave-call = Gespräch verlassen
guest-left = Sie sind nicht mehr im Gespräch { $ticket }.
guest-title-clerk = Sie sind dazugekommen
guest-title-interpreter = Sie dolmetschen
guest-title-supervisor = Sie sind als Aufsicht dabei
guest-text-clerk = Alle sehen und hören Sie. Ausweis, Formular und Dokument führt, wer das Gespräch leitet.
guest-text-interpreter = Alle sehen und hören Sie. Was Sie mitschreiben, lesen Kabine und Amt.
guest-text-supervisor = Alle sehen und hören Sie. Wer das Gespräch leitet, kann es Ihnen übergeben.
text-title = Mitschreiben
text-empty = Was Sie hier schreiben, erscheint sofort in der Kabine – und umgekehrt.
text-label = Text an die Person in der Kabine
text-placeholder = Text an die Kabine
text-send = Zeile beenden
text-from-booth = Kabine
text-from-clerk = Sie
text-from-colleague = Dritte Person
end-call = Gespräch beenden
end-title = Gespräch beenden
end-question = Wie soll es weitergehen?
end-back = Wieder einreihen: Die Person behält ihren Platz und wird erneut verbunden
end-redirect = An jemand anderen weiterleiten: Die Person behält ihren Platz
end-referred = An eine andere Stelle verwiesen
end-not_possible = Das Anliegen war nicht möglich
end-deletes = Der Fall wird ohne Ergebnis geschlossen. Angaben und Ausweisdaten werden gelöscht.
end-cancel = Im Gespräch bleiben
end-confirm = Beenden
ended-completed = Das Gespräch { $ticket } ist beendet.
ended-citizen_left = Die Person hat das Gespräch { $ticket } beendet.
ended-clerk_left = Ticket { $ticket } ist wieder eingereiht.
ended-booth_lost = Die Kabine war zu lange nicht erreichbar. Ticket { $ticket } ist beendet.
ended-clerk_lost = Sie waren zu lange nicht erreichbar. Ticket { $ticket } ist wieder eingereiht.
ended-connect_failed = Ticket { $ticket } ist wieder eingereiht.
ended-fingerprint_refused = Die Kabine hat die Verbindung aus Sicherheitsgründen abgelehnt. Ticket { $ticket } ist wieder eingereiht.
ended-parked = Ticket { $ticket } ist geparkt.
ended-handed_over = Das Gespräch { $ticket } ist übergeben.
ended-redirected = Ticket { $ticket } ist an eine andere Stelle weitergeleitet. Die Person behält ihren Platz.

# Fall
case-waits = Der Fall öffnet sich, sobald das Bild da ist.
case-state-open = In Arbeit
case-state-confirmed = Bestätigt
case-state-prepared = Vorgemerkt
case-state-completed = Abgeschlossen
case-state-abandoned = Abgebrochen
case-open-again = Fall noch einmal öffnen
case-step-failed = Dieser Schritt hat nicht geklappt.
step-identity = Ausweis
step-form = Angaben
step-closing = Bestätigen und abschließen

# Ausweis
card-intro = Die Person legt den Ausweis selbst auf das Lesegerät und gibt die aufgedruckte Zugangsnummer ein.
card-request = Um den Ausweis bitten
card-request-again = Noch einmal um den Ausweis bitten
card-cancel = Ausweislesen abbrechen
card-phase-asked = Die Kabine wird gefragt …
card-phase-consent = Die Person entscheidet, ob sie den Ausweis zeigt.
card-phase-card_access_number = Die Person gibt die Zugangsnummer ein.
card-phase-machine_readable_zone = Die Person zeigt die maschinenlesbare Zone oder gibt sie ein.
card-phase-insert_card = Die Person legt den Ausweis auf das Lesegerät.
card-phase-reading = Der Ausweis wird gelesen.
card-phase-sent = Die Daten des Ausweises kommen an.
card-phase-checking = Die Echtheit wird geprüft …
card-phase-declined = Die Person möchte den Ausweis nicht zeigen.
card-phase-declined-text = Das ist ihr gutes Recht. Sprechen Sie darüber; Sie können später noch einmal fragen.
card-phase-cancelled = Sie haben das Ausweislesen abgebrochen.
card-phase-failed = Der Ausweis konnte nicht gelesen werden.
card-progress = { $percent } Prozent gelesen
card-fault-wrong_card_access_number = Die Zugangsnummer war falsch.
card-fault-wrong_card_access_number-text = Es ist die sechsstellige Nummer unten rechts auf der Vorderseite. Die Person kann sie noch einmal eingeben.
card-fault-wrong_machine_readable_zone = Dokumentnummer, Geburtsdatum oder Ablaufdatum waren falsch.
card-fault-wrong_machine_readable_zone-text = Sie stehen in der maschinenlesbaren Zone. Die Person kann sie noch einmal lesen lassen oder eingeben.
card-fault-card_suspended = Der Chip nimmt nach falschen Eingaben keine mehr an.
card-fault-card_suspended-text = Er lässt einen letzten Versuch erst nach einer anderen Geheimzahl zu. Das geht nur bei der ausstellenden Behörde.
card-fault-card_blocked = Der Chip ist gesperrt.
card-fault-card_blocked-text = Die ausstellende Behörde kann ihn entsperren. Prüfen Sie die Identität auf anderem Weg.
card-fault-no_reader = In der Kabine ist kein Lesegerät angeschlossen.
card-fault-no_reader-text = Bitte melden Sie die Kabine dem Betrieb. Das Gespräch kann ohne Ausweis weitergehen.
card-fault-no_card = Es liegt kein Ausweis auf dem Lesegerät.
card-fault-no_card-text = Bitten Sie die Person, den Ausweis aufzulegen.
card-fault-card_removed = Der Ausweis wurde zu früh weggenommen.
card-fault-card_removed-text = Er muss liegen bleiben, bis die Kabine „fertig“ sagt. Die Person kann es noch einmal versuchen.
card-fault-card_unsupported = Dieser Ausweis lässt sich hier nicht lesen.
card-fault-card_unsupported-text = Gelesen werden Ausweise und Aufenthaltstitel mit Chip.
card-fault-card_error = Der Chip hat nicht richtig geantwortet.
card-fault-card_error-text = Ein zweiter Versuch hilft oft: den Ausweis ruhig und mittig auflegen.
card-fault-timeout = Es hat zu lange gedauert.
card-fault-timeout-text = Sie können noch einmal um den Ausweis bitten.
card-fault-transfer_damaged = Die Daten sind beschädigt angekommen.
card-fault-transfer_damaged-text = Sie wurden verworfen. Bitten Sie noch einmal um den Ausweis.
card-fault-transfer_stalled = Die Übertragung ist stecken geblieben.
card-fault-transfer_stalled-text = Bitten Sie noch einmal um den Ausweis.
card-fault-console_unreachable = Die Prüfung ist gerade nicht erreichbar.
card-fault-console_unreachable-text = Die Identität ist nicht bestätigt. Bitten Sie gleich noch einmal um den Ausweis.

# Identität
identity-verified = Ausweis echt und gültig
identity-verified-text = Vergleichen Sie jetzt das Lichtbild mit der Person in der Kabine.
identity-not-verified = Ausweis nicht bestätigt
identity-not-verified-text = Mindestens eine Prüfung ist nicht bestanden. Verlassen Sie sich nicht auf diese Daten.
identity-checks = Prüfungen
identity-compare = Vergleich von Lichtbild und Person
identity-portrait = Lichtbild aus dem Ausweis
identity-portrait-short = Ausweis
identity-live = Kabine
identity-no-portrait = Der Ausweis enthält kein lesbares Lichtbild.
check-document_signature = Unterschrift des Herausgebers
check-certificate_chain = Zertifikat des Herausgeberstaates
check-data_integrity = Daten unverändert
check-validity = Ausweis nicht abgelaufen
check-chip_authenticity = Chip ist das Original
verdict-passed = bestanden
verdict-failed = nicht bestanden
verdict-absent = nicht geprüft
verdict-unsupported = nicht prüfbar
reason-sod_missing = Der Ausweis enthält keine Unterschrift.
reason-sod_unreadable = Die Unterschrift ist nicht lesbar.
reason-signer_missing = Das Zertifikat der Unterschrift fehlt.
reason-issuer_unknown = Das Zertifikat des Staates ist hier nicht hinterlegt.
reason-groups_missing = Es wurden keine Daten gelesen.
reason-mrz_missing = Die maschinenlesbare Zone fehlt.
reason-expiry_missing = Das Ablaufdatum fehlt.
reason-not_read = Das wurde nicht gelesen.
reason-sod_malformed = Die Unterschrift ist fehlerhaft aufgebaut.
reason-signature_wrong = Die Unterschrift stimmt nicht.
reason-chain_signature_wrong = Das Zertifikat stammt nicht vom angegebenen Staat.
reason-issuer_not_an_authority = Der Unterzeichner darf keine Ausweise ausstellen.
reason-issuing_state_mismatch = Der Staat im Ausweis und im Zertifikat sind verschieden.
reason-group_hash_wrong = Die Daten wurden verändert.
reason-group_not_signed = Ein Teil der Daten ist nicht unterschrieben.
reason-mrz_malformed = Die maschinenlesbare Zone ist fehlerhaft.
reason-check_digit_wrong = Eine Prüfziffer stimmt nicht.
reason-document_expired = Der Ausweis ist abgelaufen.
reason-signer_expired = Das Zertifikat war bei der Ausstellung abgelaufen.
reason-signer_not_yet_valid = Das Zertifikat ist noch nicht gültig.
reason-algorithm_unsupported = Dieses Verfahren wird hier nicht unterstützt.
holder-family_name = Familienname
holder-given_names = Vornamen
holder-date_of_birth = Geburtsdatum
holder-nationality = Staatsangehörigkeit
holder-sex = Geschlecht
holder-document_number = Ausweisnummer
holder-document_type = Art
holder-issuing_state = Ausgestellt von
holder-date_of_expiry = Gültig bis
sex-f = weiblich
sex-m = männlich
sex-x = divers oder ohne Angabe

# Formular
form-missing = Zu dieser Leistung gibt es hier kein Formular.
form-missing-text = Laden Sie die Seite nach dem Gespräch neu. Bis dahin können Sie nur beraten.
form-save = Angaben speichern
form-saved = Gespeichert
form-errors = { $count ->
    [one] Eine Angabe stimmt noch nicht
   *[other] { $count } Angaben stimmen noch nicht
}
form-required = Bitte ausfüllen.
form-unknown = Dieses Feld gehört nicht zum Formular.
form-type = Diese Angabe hat die falsche Form.
form-too_short = Das ist zu kurz.
form-too_long = Das ist zu lang.
form-pattern = Bitte prüfen Sie die Schreibweise.
form-format = Bitte geben Sie ein Datum an.
form-choice = Bitte wählen Sie eine der Möglichkeiten.
form-in_future = Das Datum liegt in der Zukunft.
form-before_birth = Das Datum liegt vor der Geburt.
from-card = aus dem Ausweis
from-card-unverified = aus dem nicht bestätigten Ausweis
field-extent = Umfang
choice-extent-simple = Einfach
choice-extent-extended = Erweitert
field-family_name = Familienname
field-birth_name = Geburtsname
hint-birth_name = Nur wenn er anders ist als der Familienname.
field-given_names = Vornamen
field-date_of_birth = Geburtsdatum
field-place_of_birth = Geburtsort
field-nationality = Staatsangehörigkeit
field-street = Straße
field-house_number = Hausnummer
field-postal_code = Postleitzahl
field-municipality = Ort
field-registered_since = Gemeldet seit
field-purpose = Zweck
hint-purpose = Zum Beispiel: Vorlage bei der Bank.

# Bestätigen
summary-intro = Die Person sieht die Angaben in der Kabine auf { $language } und bestätigt sie dort.
summary-request = Zum Bestätigen anzeigen
summary-request-again = Noch einmal zum Bestätigen anzeigen
summary-cancel = Anzeige zurücknehmen
summary-asked = Die Person liest die Angaben.
summary-asked-text = Gehen Sie sie gemeinsam durch.
summary-confirmed = Die Person hat die Angaben bestätigt.
summary-confirmed-text = Sie können den Fall abschließen.
summary-changes = Die Person möchte etwas ändern.
summary-changes-text = Klären Sie, was nicht stimmt, ändern Sie die Angaben und zeigen Sie sie noch einmal an.
summary-cancelled = Die Angaben sind noch nicht bestätigt.
summary-cancelled-text = Zeigen Sie sie noch einmal an, wenn alles stimmt.

# Abschließen
complete = Fall abschließen
completing = Dokument wird erstellt …
completed = Fall abgeschlossen
document-none = Das Dokument ist erstellt.
document-making = Das Dokument wird erstellt …
document-sending = Das Dokument wird an die Kabine übertragen …
document-sent = Das Dokument ist in der Kabine angekommen.
document-shown = Die Person sieht das Dokument jetzt in der Kabine.
document-closed = Die Person hat das Dokument angesehen und geschlossen.
document-failed = Das Dokument konnte in der Kabine nicht angezeigt werden.
document-send-again = Noch einmal anzeigen
document-download = Dokument herunterladen
document-download-titled = { $title } herunterladen (PDF)
finish = Verabschieden und Gespräch beenden

# Nachbearbeitung
wrap-up-title = Gespräch { $ticket } ist beendet
wrap-up-title-plain = Nachbearbeitung
wrap-up-completed = Der Fall ist abgeschlossen.
wrap-up-completed-text = Das Dokument ist verschlüsselt gespeichert. Die Kabine löscht alle Angaben dieses Besuchs.
wrap-up-open = Zu diesem Gespräch gibt es keinen abgeschlossenen Fall.
wrap-up-open-text = Nehmen Sie sich die Zeit, die Sie brauchen. Es kommt keine Anfrage, bis Sie bereit sind.
wrap-up-case = Fall
ready = Bereit für die nächste Anfrage
ready-pause = Pause beginnen

# Aufsicht
supervisor-title = Lage in den Regionen
supervisor-today = Stand { $date }
supervisor-loading = Die Zahlen werden geladen …
supervisor-empty = Noch keine Region eingerichtet
supervisor-empty-text = Der Betrieb der Vermittlung legt Regionen und Kabinen an.
supervisor-privacy = Die Zahlen betreffen Tickets, nie einzelne Beschäftigte. Verfügbare Arbeitsplätze werden erst ab einer Mindestzahl angezeigt.
column-region = Region
column-waiting = Wartend
column-longest_wait = Längste Wartezeit
column-in_call = Im Gespräch
column-clerks = Verfügbar
column-completed = Heute abgeschlossen
column-abandoned = Heute abgebrochen
column-total = Alle Regionen
few-clerks = zu wenige für eine Angabe

# Kabinen der Behörde, für Betreiber
page-booths = Kabinen
booths-title = Kabinen
booths-id = Kabine
booths-id-hint = Kleinbuchstaben, Ziffern, Bindestriche
booths-site = Standort
booths-region = Gebiet
booths-state = Zustand
booths-since = Seit
booths-invite = Code erstellen
booths-new-code = Neuer Code
booths-revoke = Außer Betrieb nehmen
booths-code-title = Code für { $booth }
booths-code-text = Gilt einmal, bis { $until }. Er wird nur jetzt gezeigt. An der Kabine eingeben:
booths-empty = Noch keine Kabine
booths-empty-text = Erstellen Sie oben einen Code für die erste; die Kabine meldet sich damit selbst an.
booths-trouble = Die Vermittlung hat sie noch nicht angenommen: { $trouble }. Es wird wieder versucht.
booth-state-invited = wartet auf ihren Code
booth-state-enrolled = wird angemeldet
booth-state-registered = in Betrieb
booth-state-revoking = wird außer Betrieb genommen
booth-state-revoked = außer Betrieb
revoke-title = { $booth } außer Betrieb nehmen?
revoke-text = Ein Gespräch dort endet sofort. Um die Kabine wieder zu nutzen, muss sie mit einem neuen Code angemeldet werden.

# Abgeschlossene Fälle
cases-title = Abgeschlossene Fälle
cases-refresh = Neu laden
cases-failed = Die Fälle konnten nicht geladen werden.
cases-empty = Noch kein abgeschlossener Fall
cases-empty-text = Fälle, die Sie abschließen, finden Sie hier mit ihrem Dokument wieder.
cases-when = Begonnen
cases-ticket = Ticket
cases-service = Leistung
cases-document = Dokument

# Fehler der Konsole
error-console_unreachable = Der Server ist gerade nicht erreichbar. Es wird weiter versucht.
error-malformed_request = Die Anfrage war nicht verständlich. Bitte laden Sie die Seite neu.
error-media_type_unsupported = Die Anfrage war nicht verständlich. Bitte laden Sie die Seite neu.
error-request_too_large = Die Daten sind zu groß.
error-csrf_missing = Die Anfrage kam nicht von dieser Seite. Bitte laden Sie die Seite neu.
error-origin_foreign = Die Anfrage kam von einer fremden Seite.
error-not_found = Das gibt es hier nicht.
error-method_not_allowed = Das ist hier nicht vorgesehen. Bitte laden Sie die Seite neu.
session-expired = Ihre Anmeldung ist abgelaufen
session-expired-text = Das Gespräch läuft weiter, aber der Fall lässt sich nicht speichern. Melden Sie sich nach dem Gespräch neu an.
error-signed_out = Ihre Anmeldung ist abgelaufen. Bitte melden Sie sich neu an.
error-credentials_wrong = Benutzername oder Passwort stimmt nicht.
error-too_many_attempts = Zu viele Versuche. Bitte warten Sie eine Minute.
error-description_unsealable = Die Verbindung konnte nicht versiegelt werden.
error-seal_refused = Die Antwort stammt nicht von dieser Kabine.
error-report_refused = Der Bericht über das Gespräch wurde nicht angenommen.
error-callback_unreadable = Die Telefonnummer lässt sich nicht öffnen. Sie wurde für ein anderes Amt verschlossen.
error-booth_state_wrong = Das passt nicht zum Zustand der Kabine. Bitte die Liste auffrischen.
error-enrolment_refused = Der Code gilt nicht oder nicht mehr.
error-proof_refused = Die Kabine konnte ihren Schlüssel nicht nachweisen.
error-case_unknown = Diesen Fall gibt es nicht.
error-case_finished = Dieser Fall ist schon geschlossen.
error-case_not_confirmed = Die Person hat die Angaben noch nicht bestätigt.
error-case_changed = Der Fall wurde inzwischen geändert. Bitte versuchen Sie es noch einmal.
error-case_needs_booth = Dafür muss die Person an einen Schalter kommen. Merken Sie das Formular vor.
error-prepared_unknown = Zu dieser Nummer ist für diese Leistung kein Formular vorgemerkt.
error-form_invalid = Einige Angaben stimmen noch nicht.
error-colleague_unknown = Diese Kollegin oder dieser Kollege kann das Anliegen nicht übernehmen.
error-document_unknown = Zu diesem Fall gibt es noch kein Dokument.
error-record_damaged = Der gespeicherte Fall ist beschädigt. Bitte informieren Sie Ihren Betrieb.

# Die Online-Funktion des Ausweises, mit der PIN
eid-title = Ausweis mit PIN (Online-Funktion)
eid-intro = Die Bürgerin oder der Bürger weist sich mit der PIN aus. Die Angaben kommen vom eID-Server der Behörde; die Kabine kann sie nicht lesen.
eid-request = Um Ausweisen mit PIN bitten
eid-request-again = Noch einmal um Ausweisen mit PIN bitten
eid-cancel = Bitte zurücknehmen
eid-phase-opening = Eine Sitzung beim eID-Server wird eröffnet …
eid-phase-asked = Die Bitte ist an die Kabine gesendet …
eid-phase-starting = Die Kabine verbindet sich mit dem eID-Server …
eid-phase-consent = Die Person liest, was gefragt ist.
eid-phase-insert_card = Die Person legt die Karte auf.
eid-phase-pin = Die Person gibt die PIN ein.
eid-phase-can = Die Person gibt die Zugangsnummer ein, weil die PIN zweimal falsch war.
eid-phase-puk = Die Person gibt die PUK ein, weil die PIN dreimal falsch war.
eid-phase-new_pin = Die Person legt eine eigene PIN fest.
eid-phase-working = Der Chip arbeitet …
eid-phase-sent = Das Ergebnis wird geholt …
eid-phase-fetching = Das Ergebnis wird geholt …
eid-phase-declined = Die Person hat nicht zugestimmt oder abgebrochen.
eid-phase-cancelled = Die Bitte wurde zurückgenommen.
eid-phase-failed = Es hat nicht geklappt.
eid-identified = Mit PIN ausgewiesen
eid-identified-text = Der eID-Server hat den Chip und seine Gültigkeit geprüft.
eid-declined = { $count ->
        [one] Eine Angabe wurde weggelassen.
       *[other] { $count } Angaben wurden weggelassen.
    }
eid-field-family_name = Familienname
eid-field-birth_name = Geburtsname
eid-field-given_names = Vornamen
eid-field-academic_title = Doktorgrad
eid-field-artistic_name = Künstler- oder Ordensname
eid-field-date_of_birth = Geburtsdatum
eid-field-place_of_birth = Geburtsort
eid-field-nationality = Staatsangehörigkeit
eid-field-street_line = Straße
eid-field-postal_code = Postleitzahl
eid-field-municipality = Ort
eid-field-residence = Wohnort
eid-field-document_type = Art des Ausweises
eid-field-issuing_state = Ausstellender Staat
eid-field-date_of_expiry = Gültig bis
eid-fault-wrong_pin = Die PIN war nicht richtig; es geht noch einmal.
eid-fault-wrong_can = Die Zugangsnummer war nicht richtig; es geht noch einmal.
eid-fault-wrong_puk = Die PUK war nicht richtig; es geht noch einmal.
eid-fault-no_reader = Das Lesegerät der Kabine ist nicht da.
eid-fault-card_unknown = Die Karte auf dem Lesegerät hat keine Online-Funktion.
eid-fault-card_deactivated = Die Online-Funktion der Karte ist ausgeschaltet. Ein Amt vor Ort kann sie einschalten.
eid-fault-card_position = Die Karte liegt schlecht auf dem Lesegerät.
eid-fault-card_inoperative = Die PUK der Karte ist aufgebraucht. Ein Amt vor Ort kann eine neue PIN setzen.
eid-fault-card_removed = Die Karte wurde zu früh weggenommen.
eid-fault-card_error = Der Chip hat nicht richtig geantwortet.
eid-fault-server_unreachable = Die Kabine erreicht den eID-Server nicht.
eid-fault-server_refused = Der eID-Server hat abgebrochen.
eid-fault-timeout = Das hat zu lange gedauert; die Sitzung ist beendet.
eid-fault-app_missing = Die Kabine hat keine AusweisApp.
eid-fault-app_outdated = Die AusweisApp der Kabine ist zu alt.
eid-fault-app_failed = Die AusweisApp der Kabine antwortet nicht.
eid-fault-eid_unavailable = Für diese Konsole ist kein eID-Server eingerichtet.
eid-fault-eid_unreachable = Die Konsole erreicht den eID-Server nicht.
eid-fault-eid_refused = Der eID-Server hat kein Ergebnis.
eid-fault-eid_no_result = Der eID-Server hat noch immer kein Ergebnis.
eid-fault-internal_error = In der Konsole ist etwas schiefgegangen.
error-eid_unavailable = Für diese Konsole ist kein eID-Server eingerichtet.
error-eid_unreachable = Der eID-Server antwortet nicht. Bitte noch einmal versuchen.
error-eid_refused = Der eID-Server hat kein Ergebnis. Bitte noch einmal fragen.
error-eid_no_result = Die Person hat sich noch nicht ausgewiesen.
from-eid = Aus dem Ausweis, mit PIN
