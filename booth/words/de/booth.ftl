# Wörter der Kabine. Kurze Sätze, ein Gedanke je Satz, Anrede Sie.

product = Fernamt
screen-attract = Startseite
screen-language = Sprache wählen
screen-service = Anliegen wählen
screen-code = Termin-Code eingeben
screen-waiting = Warten
screen-callback = Rückruf vereinbaren
screen-parked = Pause im Gespräch
screen-hold = Kurze Pause
screen-call = Gespräch
screen-card = Ausweis lesen
screen-eid = Mit PIN ausweisen
screen-summary = Angaben prüfen
screen-document = Dokument ansehen
screen-thanks = Ende
screen-unavailable = Nicht verfügbar

# Immer erreichbar
bar-contrast = Kontrast
bar-contrast-description = Starken Kontrast ein- oder ausschalten
bar-text = Schrift
bar-text-description = Größere Schrift ein- oder ausschalten
reading = Vorlesen
reading-description = Alles auf dem Bildschirm wird vorgelesen. F2 schaltet es ein und aus.
reading-greeting = Das Vorlesen ist eingeschaltet. Andere können mithören. Ihre eigenen Angaben werden nicht vorgelesen, es sei denn, Sie wählen das mit F7. F2 schaltet aus, F3 wiederholt den Bildschirm, F4 hält an, F5 ändert das Tempo, F6 die Lautstärke. Mit der Tabulatortaste gehen Sie weiter, mit der Eingabetaste lösen Sie aus.
reading-again = Noch einmal
reading-again-description = Oder drücken Sie F3. F4 hält die Stimme an.
reading-pace = { $pace ->
        [slow] Stimme langsam
        [fast] Stimme schnell
       *[normal] Tempo normal
    }
reading-loudness = { $loudness ->
        [quiet] Stimme leise
        [loud] Stimme laut
       *[normal] Lautstärke normal
    }
reading-personal = Eigene Angaben
reading-personal-description = Auch Ihre eigenen Angaben vorlesen. Andere können sie mithören.
reading-withheld = Eine Angabe von Ihnen, nicht vorgelesen.
reading-hidden-key = Eine Taste auf dem Bildschirm. Was sie schreibt, wird nicht vorgelesen. Sie können auch auf der Tastatur tippen.
reading-button = Schaltfläche
reading-checkbox = Kontrollkästchen
reading-entry = Eingabefeld
reading-checked = eingeschaltet
reading-unchecked = ausgeschaltet
reading-disabled = jetzt nicht verfügbar
reading-deleted = gelöscht
reading-characters = { $count ->
        [0] leer
        [one] ein Zeichen getippt
       *[other] { $count } Zeichen getippt
    }
back = Zurück
leave = Besuch beenden
leave-title = Besuch wirklich beenden?
leave-text = Ihr Platz in der Warteschlange verfällt. Alle Angaben an dieser Kabine werden gelöscht.
leave-call-text = Das Gespräch endet. Alle Angaben an dieser Kabine werden gelöscht.
leave-parked-text = Das Gespräch geht dann nicht weiter. Alle Angaben an dieser Kabine werden gelöscht.
leave-stay = Hier bleiben
leave-go = Ja, beenden
still-there-title = Sind Sie noch da?
still-there-text = Sonst endet Ihr Besuch in { $seconds ->
        [one] einer Sekunde
       *[other] { $seconds } Sekunden
    }.
still-there-waiting = Ihr Platz bleibt, wenn Sie hier tippen.
still-there-stay = Ja, ich brauche mehr Zeit

attract-title = Guten Tag
attract-text = Hier sprechen Sie per Video mit Ihrer Behörde.
attract-step-1 = Anliegen wählen
attract-step-2 = Kurz warten
attract-step-3 = Im Gespräch erledigen
attract-start = Beginnen
attract-privacy = Nichts bleibt an dieser Kabine gespeichert.

# Wann etwas wieder öffnet
opens-unknown = Bitte versuchen Sie es später wieder.
opens-today = Öffnet heute um { $time } Uhr.
opens-tomorrow = Öffnet morgen um { $time } Uhr.
opens-later = Öffnet wieder am { $weekday ->
        [0] Montag
        [1] Dienstag
        [2] Mittwoch
        [3] Donnerstag
        [4] Freitag
        [5] Samstag
       *[other] Sonntag
    }, { $day }. { $month ->
        [1] Januar
        [2] Februar
        [3] März
        [4] April
        [5] Mai
        [6] Juni
        [7] Juli
        [8] August
        [9] September
        [10] Oktober
        [11] November
       *[other] Dezember
    }, um { $time } Uhr.

attract-closed = Die Behörde hat gerade geschlossen. { $opens } Termine können Sie jederzeit im Internet buchen.

language-title = In welcher Sprache möchten Sie weitermachen?

service-title = Was möchten Sie erledigen?
service-closed = Gerade geschlossen. { $opens }
service-code = Ich habe einen Termin-Code
service-code-description = Der Code steht in Ihrer Termin-Bestätigung.

code-title = Bitte geben Sie Ihren Termin-Code ein
code-text = Der Code hat 6 bis 12 Zeichen. Er steht in Ihrer Termin-Bestätigung.
code-camera = Sie können auch den QR-Code aus der Bestätigung vor die Kamera halten.
code-label = Termin-Code
code-done = Weiter
key-backspace = Letztes Zeichen löschen
key-plus = Plus
key-space = Leerzeichen
key-shift = Großbuchstaben
key-enter = Senden

waiting-title = Bitte nehmen Sie Platz
waiting-joining = Ihr Platz wird reserviert …
waiting-number = Ihre Nummer
waiting-position = Ihr Platz in der Schlange
waiting-next = Sie sind als Nächstes dran.
waiting-ahead = { $ahead ->
        [one] Vor Ihnen wartet noch eine Person.
       *[other] Vor Ihnen warten noch { $ahead } Personen.
    }
waiting-forecast = Voraussichtlich noch { $from } bis { $to } Minuten
waiting-forecast-at-most = Voraussichtlich höchstens noch { $to ->
        [one] eine Minute
       *[other] { $to } Minuten
    }
waiting-forecast-unknown = Wir können noch nicht sagen, wie lange es dauert.
waiting-changes = Das kann sich ändern: Gespräche dauern verschieden lang, und Termine kommen zu ihrer Zeit dran.
waiting-waited = Sie warten seit { $minutes ->
        [0] weniger als einer Minute
        [one] einer Minute
       *[other] { $minutes } Minuten
    }.
waiting-kept = Ihr Platz bleibt Ihnen sicher.
waiting-offline = Die Verbindung ist unterbrochen. Sie wird wieder aufgebaut. Ihr Platz bleibt Ihnen sicher.
waiting-returned = Das Gespräch wurde unterbrochen. Sie behalten Ihren Platz. Gleich ist wieder jemand für Sie da.
waiting-hint = Der Bildschirm schaltet von selbst um, wenn jemand Zeit für Sie hat.

callback-offer = Wir können Sie auch zurückrufen
callback-offer-text = Sie müssen dann nicht hier warten. Sie geben eine Telefonnummer an und können gehen.
callback-title = Unter welcher Nummer dürfen wir anrufen?
callback-number-text = Geben Sie die Nummer mit Vorwahl ein. Sie beginnt mit 0, im Ausland mit + und der Landesnummer.
callback-number-label = Ihre Telefonnummer
callback-private = Ihre Nummer wird verschlüsselt. Nur die Behörde kann sie lesen. Nach dem Anruf wird sie gelöscht.
callback-name-title = Nach wem sollen wir fragen?
callback-name-text = Sie müssen keinen Namen angeben.
callback-name-label = Ihr Name
callback-name-skip = Ohne Namen weiter
callback-check-title = Stimmt die Nummer?
callback-check-text = Sie geben damit Ihren Platz an dieser Kabine ab, aber nicht Ihre Reihenfolge. Sie werden angerufen, sobald jemand Zeit hat.
callback-confirm = Ja, bitte zurückrufen
callback-change = Ändern
callback-sending = Ihr Wunsch wird übermittelt …
phone-problem-missing = Bitte geben Sie eine Telefonnummer ein.
phone-problem-no_area_code = Bitte geben Sie auch die Vorwahl ein. Die Nummer beginnt mit 0 oder mit +.
phone-problem-too_short = Diese Nummer ist zu kurz. Bitte prüfen Sie, ob Ziffern fehlen.
phone-problem-too_long = Diese Nummer ist zu lang. Bitte prüfen Sie, ob Ziffern zu viel sind.
phone-problem-unknown = Diese Nummer gibt es so nicht. Bitte prüfen Sie Vorwahl und Ziffern.
phone-problem-not_callable = Diese Nummer kann die Behörde nicht anrufen. Bitte nennen Sie einen Festnetz- oder Handy-Anschluss.
notice-callback-no_key = Ihre Nummer kann gerade nicht sicher übermittelt werden. Sie wurde nicht gesendet. Bitte versuchen Sie es noch einmal oder warten Sie hier.

hold-title = Einen Moment Geduld, bitte
hold-somebody = Ihr Gegenüber
hold-unseen = { $who } kann Sie gerade nicht sehen und nicht hören und ist gleich wieder für Sie da.
hold-off = Ihre Kamera und Ihr Mikrofon senden solange nichts.
hold-leave = Sie müssen nichts tun. Wenn Sie gehen möchten, beenden Sie den Besuch hier unten.
parked-title = Ihr Gespräch macht eine Pause
parked-text = Die Behörde kümmert sich um Ihr Anliegen und ruft Sie dann hier an der Kabine wieder an.
parked-since = Pause seit { $time } Uhr, das { $minutes ->
        [0] ist weniger als eine Minute
        [one] ist eine Minute
       *[other] sind { $minutes } Minuten
    }.
parked-kept = Ihre Nummer { $number } gilt weiter. Der Anruf kann jederzeit kommen, der Bildschirm schaltet dann von selbst um. Solange sieht und hört Sie niemand.
parked-leave = Wenn Sie nicht warten möchten, beenden Sie den Besuch hier unten.

notice-fingerprint_refused = Die Verbindung konnte nicht sicher geprüft werden. Zu Ihrem Schutz wurde sie nicht hergestellt. Sie behalten Ihren Platz.

call-connecting = Jemand ist für Sie da. Die Verbindung wird aufgebaut …
call-reconnecting = Die Verbindung ist unterbrochen. Sie wird wiederhergestellt …
call-reconnecting-text = Bitte bleiben Sie hier. Sie müssen nichts tun: Das Gespräch geht dort weiter, wo es unterbrochen wurde.
call-clerk = Bild von { $name }
call-clerk-unknown = Bild aus der Behörde
call-guest-reconnecting = Verbindung unterbrochen
guest-role-clerk = Behörde
guest-role-interpreter = Dolmetschen
guest-role-supervisor = Leitung
company-joins = { $role ->
        [interpreter] Jemand kommt zum Dolmetschen dazu
        [supervisor] Die Leitung der Behörde kommt dazu
       *[clerk] Noch jemand aus der Behörde kommt dazu
    }{ $named ->
        [0] {"."}
       *[other] : { $name }.
    }
company-left = { $named ->
        [0] Die weitere Person
       *[other] { $name }
    } hat das Gespräch verlassen und sieht und hört Sie nicht mehr.
company-refused = Jemand wollte dazukommen. Die Verbindung konnte nicht sicher geprüft werden und wurde nicht hergestellt.
company-handed_over = { $name } führt das Gespräch jetzt weiter.
company-handed_over_stopped = { $name } führt das Gespräch jetzt weiter. Was gerade offen war, wurde geschlossen. Sie werden neu gefragt.
call-self = Ihr Bild
call-self-off = Keine Kamera
call-muted = Ihr Mikrofon ist aus
call-mute = Mikrofon aus
call-unmute = Mikrofon an
call-text = Text schreiben
call-text-close = Tastatur schließen
call-end = Gespräch beenden
call-captions = Mitgeschriebener Text
call-captions-empty = Was geschrieben wird, erscheint hier.
call-you = Sie
call-office = Behörde
call-text-label = Ihr Text
call-text-hint = Ihr Gegenüber sieht den Text, während Sie schreiben.

# Gerätestörungen: was ist, und was zu tun ist
device-microphone-missing = Ihr Gegenüber hört Sie nicht: Das Mikrofon ist nicht angeschlossen. Bitte schreiben Sie Text oder holen Sie das Personal.
device-microphone-busy = Ihr Gegenüber hört Sie nicht: Das Mikrofon lässt sich nicht einschalten. Bitte schreiben Sie Text oder holen Sie das Personal.
device-microphone-frozen = Ihr Gegenüber hört Sie nicht: Das Mikrofon antwortet nicht. Es wird neu gestartet. Sie können solange Text schreiben.
device-microphone-silent = Das Mikrofon hört nichts. Bitte prüfen Sie, ob es ausgeschaltet ist. Sie können auch Text schreiben.
device-speaker-missing = Sie hören nichts: Der Lautsprecher ist nicht angeschlossen. Bitte schreiben Sie Text oder holen Sie das Personal.
device-speaker-busy = Sie hören nichts: Der Lautsprecher lässt sich nicht einschalten. Bitte schreiben Sie Text oder holen Sie das Personal.
device-speaker-frozen = Sie hören nichts: Der Lautsprecher antwortet nicht. Er wird neu gestartet. Sie können solange Text schreiben.
device-camera-missing = Ihr Gegenüber sieht Sie nicht: Die Kamera ist nicht angeschlossen. Das Gespräch geht ohne Ihr Bild weiter.
device-camera-busy = Ihr Gegenüber sieht Sie nicht: Die Kamera lässt sich nicht einschalten. Das Gespräch geht ohne Ihr Bild weiter.
device-camera-frozen = Ihr Gegenüber sieht Sie nicht: Die Kamera antwortet nicht. Sie wird neu gestartet.
device-camera-black = Ihr Gegenüber sieht Sie nicht: Die Kamera ist verdeckt oder es ist dunkel. Bitte machen Sie die Kamera frei.
attract-trouble-microphone = Das Mikrofon dieser Kabine geht gerade nicht. Im Gespräch können Sie Text schreiben. Bitte sagen Sie dem Personal Bescheid.
attract-trouble-speaker = Der Lautsprecher dieser Kabine geht gerade nicht. Im Gespräch können Sie Text lesen und schreiben. Bitte sagen Sie dem Personal Bescheid.
attract-trouble-camera = Die Kamera dieser Kabine geht gerade nicht. Sie können trotzdem sprechen. Bitte sagen Sie dem Personal Bescheid.

card-consent-title = { $document ->
        [passport] Darf Ihr Reisepass gelesen werden?
        [residence_permit] Darf Ihr Aufenthaltstitel gelesen werden?
       *[id_card] Darf Ihr Ausweis gelesen werden?
    }
card-consent-text = Die Behörde bittet um diese Angaben aus dem Chip:
card-consent-purpose = Damit prüft die Behörde, wer Sie sind. Die Angaben gehen verschlüsselt direkt an die Behörde. An dieser Kabine bleibt nichts gespeichert.
card-group-1 = Name, Geburtsdatum, Staatsangehörigkeit, Ausweisnummer
card-group-2 = Ihr Passbild
card-group-11 = Weitere Angaben zur Person, zum Beispiel Geburtsort
card-group-12 = Weitere Angaben zum Ausweis
card-group-14 = Technische Angaben zur Echtheit des Chips
card-group-15 = Schlüssel zur Prüfung der Echtheit
card-group-other = Datengruppe { $group }
card-group-signature = Die elektronische Unterschrift des Ausstellers
card-agree = Ja, einverstanden
card-decline = Nein, nicht lesen
card-number-title = Zugangsnummer eingeben
card-number-text = Die 6 Ziffern stehen auf der Vorderseite Ihres Ausweises, unten rechts.
card-number-picture = Zeichnung: Auf der Vorderseite des Ausweises stehen unten rechts sechs Ziffern.
card-number-label = Zugangsnummer, 6 Ziffern
card-number-done = Weiter
card-insert-title = { $document ->
        [passport] Bitte legen Sie Ihren Reisepass auf das Lesegerät
        [residence_permit] Bitte legen Sie Ihren Aufenthaltstitel auf das Lesegerät
       *[id_card] Bitte legen Sie Ihren Ausweis auf das Lesegerät
    }
card-insert-text = { $document ->
        [passport] Legen Sie den Pass geschlossen hin. Lassen Sie ihn liegen, bis alles gelesen ist.
        [residence_permit] Lassen Sie ihn liegen, bis alles gelesen ist.
       *[id_card] Lassen Sie ihn liegen, bis alles gelesen ist.
    }
card-reader-trouble = Das Lesegerät ist gerade nicht bereit. Ihr Gegenüber weiß Bescheid. Sobald es bereit ist, geht es weiter.
card-insert-picture = Zeichnung: Ein Ausweis wird auf das Lesegerät gelegt.
card-number-change = Zugangsnummer ändern
card-reading-title = { $document ->
        [passport] Ihr Reisepass wird gelesen
        [residence_permit] Ihr Aufenthaltstitel wird gelesen
       *[id_card] Ihr Ausweis wird gelesen
    }
card-reading-text = { $document ->
        [passport] Bitte lassen Sie den Reisepass liegen.
        [residence_permit] Bitte lassen Sie den Aufenthaltstitel liegen.
       *[id_card] Bitte lassen Sie den Ausweis liegen.
    }
card-reading-progress = { $percent } Prozent gelesen
card-zone-title = Bitte legen Sie Ihren Reisepass unter die Kamera
card-zone-text = Schlagen Sie die Seite mit dem Bild auf. Die zwei Zeilen unten müssen ganz zu sehen sein.
card-zone-private = Die Kamera liest nur diese Zeilen. Ihr Bild wird nicht gesendet und nicht gespeichert.
card-zone-picture = Was die Kamera gerade sieht
card-zone-drawing = Zeichnung: Auf der Seite mit dem Bild stehen unten zwei lange Zeilen.
card-zone-type = Lieber eintippen
card-zone-change = Angaben aus dem Pass ändern
card-typing-title-number = Nummer des Reisepasses eingeben
card-typing-text-number = Die Nummer steht auf der Seite mit dem Bild, oben rechts. Sie hat Ziffern und Buchstaben.
card-typing-title-birth = Geburtsdatum eingeben
card-typing-text-birth = Geben Sie Tag, Monat und Jahr mit 8 Ziffern ein. Steht im Pass kein Tag oder kein Monat, tippen Sie dafür 00.
card-typing-title-expiry = Ablaufdatum eingeben
card-typing-text-expiry = Im Pass heißt es „Gültig bis“. Geben Sie Tag, Monat und Jahr mit 8 Ziffern ein.
card-typing-date = Tag { $day }, Monat { $month }, Jahr { $year }
card-typing-problem-number = Diese Nummer ist zu kurz oder zu lang. Bitte prüfen Sie sie im Pass.
card-typing-problem-birth = Diesen Tag gibt es nicht, oder er liegt in der Zukunft. Bitte prüfen Sie das Geburtsdatum.
card-typing-problem-expiry = Diesen Tag gibt es nicht. Bitte prüfen Sie das Ablaufdatum.
card-typing-scan = Mit der Kamera lesen
card-there = Bitte nehmen Sie Ihren Ausweis vom Lesegerät. Er liegt noch dort.
card-retry = Noch einmal versuchen
card-retype = Zugangsnummer neu eingeben
card-skip = Ohne Ausweis weiter
card-fault-title = Das Lesen hat nicht geklappt
card-fault-wrong_card_access_number = Die Nummer war nicht richtig. Bitte prüfen Sie die 6 Ziffern vorn unten rechts.
card-fault-wrong_machine_readable_zone = Die Angaben passen nicht zum Chip. Bitte prüfen Sie Nummer, Geburtsdatum und Ablaufdatum im Dokument.
card-fault-card_suspended = Der Chip nimmt nach mehreren falschen Eingaben gerade nichts mehr an. Ihr Gegenüber weiß Bescheid.
card-fault-card_blocked = Der Chip ist gesperrt. Ihr Gegenüber weiß Bescheid und sagt Ihnen, wie es weitergeht.
card-fault-no_reader = Das Lesegerät ist nicht bereit. Ihr Gegenüber weiß Bescheid. Sie können es noch einmal versuchen.
card-fault-no_card = Es liegt kein Ausweis auf dem Lesegerät. Bitte legen Sie ihn auf.
card-fault-card_removed = Der Ausweis wurde zu früh weggenommen. Bitte lassen Sie ihn liegen.
card-fault-card_unsupported = Diese Karte kann hier nicht gelesen werden. Angenommen werden Personalausweis, Aufenthaltstitel und Reisepass mit Chip.
card-fault-health_insurance_card = Das ist eine Gesundheitskarte. Bitte legen Sie Ihren Personalausweis, Aufenthaltstitel oder Reisepass auf.
card-fault-payment_card = Das ist eine Bankkarte. Bitte legen Sie Ihren Personalausweis, Aufenthaltstitel oder Reisepass auf.
card-fault-not_permitted = Personalausweise werden an dieser Kabine nicht nur mit der Zugangsnummer gelesen. So verlangt es das Personalausweisgesetz, Paragraf 18a.
card-fault-card_error = Der Chip hat nicht richtig geantwortet. Bitte legen Sie den Ausweis neu auf.
card-fault-timeout = Das hat zu lange gedauert. Bitte legen Sie den Ausweis neu auf.
card-verdict-verified = Ihr Ausweis wurde geprüft. Alles in Ordnung.
card-verdict-not_verified = Ihr Ausweis konnte nicht bestätigt werden. Bitte sprechen Sie mit Ihrem Gegenüber darüber.
card-verdict-eid_sent = Sie haben sich ausgewiesen. Die Behörde hat Ihre Angaben.
card-verdict-eid_pin_changed = Ihre neue PIN ist gesetzt. Sie werden noch einmal gebeten, sich damit auszuweisen.

# Die Online-Funktion des Ausweises, mit der PIN
eid-starting-title = Einen Moment bitte
eid-starting-text = Die Verbindung zum Ausweisdienst der Behörde wird hergestellt.
eid-rights-title = Mit Ihrer PIN ausweisen?
eid-rights-asks = { $name } möchte diese Angaben aus Ihrem Ausweis lesen.
eid-rights-purpose = Wofür: { $purpose }
eid-rights-required = Diese werden gebraucht:
eid-rights-optional = Diese können Sie weglassen:
eid-rights-way = Die Angaben gehen verschlüsselt vom Chip zur Behörde. Diese Kabine kann sie nicht lesen.
eid-agree = Ja, einverstanden
eid-decline = Nein, nicht
eid-right-Address = Anschrift
eid-right-AddressVerification = Ob Sie an einem bestimmten Ort wohnen
eid-right-AgeVerification = Ob Sie alt genug sind
eid-right-ArtisticName = Künstler- oder Ordensname
eid-right-BirthName = Geburtsname
eid-right-CommunityID = Gemeindeschlüssel
eid-right-DateOfBirth = Geburtsdatum
eid-right-DoctoralDegree = Doktorgrad
eid-right-DocumentType = Art des Ausweises
eid-right-FamilyName = Familienname
eid-right-GivenNames = Vornamen
eid-right-IssuingCountry = Ausstellendes Land
eid-right-Nationality = Staatsangehörigkeit
eid-right-PlaceOfBirth = Geburtsort
eid-right-Pseudonym = Ein Pseudonym für diese Behörde
eid-right-ResidencePermitI = Aufenthaltstitel, Nebenbestimmung 1
eid-right-ResidencePermitII = Aufenthaltstitel, Nebenbestimmung 2
eid-right-ValidUntil = Gültig bis
eid-right-other = Anderes: { $right }
eid-working-title = Ihr Ausweis arbeitet
eid-working-text = Bitte lassen Sie die Karte liegen.
eid-switching-title = Eine eigene PIN wird vorbereitet
eid-switching-text = Bitte lassen Sie die Karte liegen.
eid-cancelling-title = Es wird abgebrochen
eid-cancelling-text = Einen Moment bitte.
eid-card-title = Bitte legen Sie Ihren Ausweis auf das Lesegerät
eid-card-text = Lassen Sie ihn dort liegen, bis alles fertig ist.
eid-laid-right = Die Karte liegt jetzt richtig
eid-transport-pin = Ich habe nur die PIN mit 5 Ziffern aus dem Brief
eid-pin-title = PIN eingeben
eid-pin-text = Die PIN Ihres Ausweises hat 6 Ziffern. Sie haben sie selbst gewählt. Niemand bei der Behörde sieht sie.
eid-pin-label = PIN des Ausweises, 6 Ziffern
eid-transport_pin-title = Bisherige PIN eingeben
eid-transport_pin-text = Im Brief zu Ihrem Ausweis steht eine PIN mit 5 Ziffern. Damit legen Sie jetzt eine eigene PIN fest.
eid-transport_pin-label = PIN aus dem Brief, 5 Ziffern
eid-new_pin-title = Neue PIN wählen
eid-new_pin-text = Denken Sie sich 6 Ziffern aus, die niemand erraten kann. Merken Sie sie sich bitte gut.
eid-new_pin-label = Neue PIN, 6 Ziffern
eid-new_pin_again-title = Neue PIN noch einmal eingeben
eid-new_pin_again-text = So ist sicher, dass Sie sich nicht vertippt haben.
eid-new_pin_again-label = Neue PIN noch einmal, 6 Ziffern
eid-can-title = Zugangsnummer eingeben
eid-can-text = Die PIN war zweimal falsch. Zu Ihrem Schutz fragt die Karte jetzt nach den 6 Ziffern vorn unten rechts.
eid-can-label = Zugangsnummer, 6 Ziffern
eid-puk-title = PUK eingeben
eid-puk-text = Die PIN war dreimal falsch. Die PUK mit 10 Ziffern hebt die Sperre auf. Sie steht im Brief zu Ihrem Ausweis.
eid-puk-label = PUK, 10 Ziffern
eid-digits = { $digits ->
        [one] Eine Ziffer eingegeben
       *[other] { $digits } Ziffern eingegeben
    }
eid-tries = { $tries ->
        [one] Es bleibt ein Versuch.
       *[other] Es bleiben { $tries } Versuche.
    }
eid-enter = Weiter
eid-skip = Ohne das weitermachen
eid-close = Zurück zum Gespräch
eid-failed-title = Das hat nicht geklappt
eid-failed-text = Es wurde nichts übertragen. Bitte sprechen Sie mit Ihrem Gegenüber: Sie können noch einmal gefragt werden.
eid-fault-wrong_pin = Die PIN war nicht richtig.
eid-fault-not_alike = Die beiden PINs waren nicht gleich. Bitte wählen Sie noch einmal.
eid-fault-wrong_can = Die Zugangsnummer war nicht richtig. Bitte prüfen Sie die 6 Ziffern vorn unten rechts.
eid-fault-wrong_puk = Die PUK war nicht richtig. Bitte prüfen Sie die 10 Ziffern im Brief.
eid-fault-no_reader = Das Lesegerät ist nicht bereit. Ihr Gegenüber weiß Bescheid.
eid-fault-card_unknown = Das ist kein Ausweis mit Online-Funktion. Es gehen der Personalausweis, die eID-Karte und der Aufenthaltstitel.
eid-fault-card_deactivated = Die Online-Funktion dieser Karte ist ausgeschaltet. Die Behörde kann sie für Sie einschalten.
eid-fault-card_position = Der Chip ist schlecht zu erreichen. Bitte legen Sie die Karte flach in die Mitte und lassen Sie sie liegen.
eid-fault-card_inoperative = Die PIN lässt sich nicht mehr entsperren. Die Behörde kann eine neue setzen.
eid-fault-card_removed = Die Karte wurde zu früh weggenommen.
eid-fault-card_error = Der Chip hat nicht richtig geantwortet.
eid-fault-server_unreachable = Der Ausweisdienst der Behörde ist nicht zu erreichen.
eid-fault-server_refused = Der Ausweisdienst der Behörde hat abgebrochen.
eid-fault-timeout = Das hat zu lange gedauert.
eid-fault-app_missing = Diese Kabine kann das nicht. Ihr Gegenüber weiß Bescheid.
eid-fault-app_outdated = Die Ausweis-Software dieser Kabine ist zu alt. Ihr Gegenüber weiß Bescheid.
eid-fault-app_failed = Die Ausweis-Software dieser Kabine antwortet nicht. Ihr Gegenüber weiß Bescheid.

# Standbild
screen-still = Bild von Ihnen
still-title = Darf ein Bild von Ihnen gemacht werden?
still-text = Ihr Gegenüber vergleicht es mit dem Passbild. Schauen Sie in die Kamera. Sie sehen das Bild, bevor es gesendet wird.
still-take = Ja, jetzt aufnehmen
still-check-title = Ist das Bild so gut?
still-check-text = Es geht verschlüsselt direkt an die Behörde. An dieser Kabine bleibt es nicht gespeichert.
still-picture = Das aufgenommene Bild von Ihnen
still-send = Ja, senden
still-again = Noch einmal
still-decline = Nein, kein Bild
still-failed = Die Kamera hat kein Bild gegeben. Sie können es noch einmal versuchen.

summary-title = Stimmt alles?
summary-text = Bitte lesen Sie die Angaben in Ruhe durch.
summary-confirm = Ja, alles stimmt
summary-changes = Nein, etwas stimmt nicht

document-title = Ihr Dokument
document-page = Seite { $page } von { $pages }
document-page-picture = Dokument { $title }, Seite { $page } von { $pages }
document-previous = Vorige Seite
document-next = Nächste Seite
document-zoom-in = Größer
document-zoom-out = Ganze Seite
document-close = Fertig gelesen
document-kept = Das Gespräch ist zu Ende. Sie können das Dokument noch lesen.

thanks-completed = Vielen Dank! Ihr Anliegen ist erledigt.
thanks-not_completed = Vielen Dank für Ihren Besuch.
thanks-left = Ihr Besuch ist beendet.
thanks-timeout = Ihr Besuch wurde beendet, weil niemand mehr da war.
thanks-lost = Ihr Besuch wurde leider unterbrochen. Bitte beginnen Sie noch einmal.
thanks-callback = Wir rufen Sie zurück.
thanks-callback-next = Sie können jetzt gehen. Die Behörde ruft Sie an, sobald jemand Zeit für Sie hat. Erreicht sie Sie nicht, versucht sie es noch zweimal.
thanks-callback_unsure = Die Verbindung war unterbrochen.
thanks-callback_unsure-next = Ihr Wunsch nach einem Rückruf ist wahrscheinlich angekommen. Wenn Sie nicht angerufen werden, kommen Sie bitte wieder.
thanks-wiping = Ihre Angaben werden gelöscht …
thanks-wiped = Alle Ihre Angaben sind an dieser Kabine gelöscht.
thanks-card = Denken Sie an Ihren Ausweis.
thanks-countdown = Die Startseite erscheint in { $seconds ->
        [one] einer Sekunde
       *[other] { $seconds } Sekunden
    }.
thanks-extend = Mehr Zeit
thanks-finish = Fertig

unavailable-title = Diese Kabine ist gerade nicht verfügbar
unavailable-text = Bitte kommen Sie später wieder oder wenden Sie sich an das Personal.
unavailable-starting = Die Verbindung wird aufgebaut. Einen Moment bitte.
unavailable-no_line = Es besteht keine Verbindung zur Vermittlung. Sie wird von selbst wieder aufgebaut.
unavailable-no_path = Von hier aus kommt gerade kein Gespräch zustande. Das wird immer wieder geprüft.
unavailable-card_left = Auf dem Lesegerät liegt noch ein Ausweis. Wenn es Ihrer ist, nehmen Sie ihn bitte. Sonst geben Sie ihn bitte dem Personal. Danach geht es hier weiter.
unavailable-not_wiped = Diese Kabine konnte sich nicht vollständig leeren. Bitte wenden Sie sich an das Personal.
