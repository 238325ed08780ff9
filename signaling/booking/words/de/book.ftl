# Die öffentlichen Seiten für Termine.

book-title = Termin buchen
book-brand = Fernamt: Termine
book-skip = Zum Inhalt
book-languages = Sprache
book-privacy = Wir fragen nicht nach Name, Nummer oder Adresse. Ihr Termin ist ein Code; mehr wird nicht gespeichert.
book-manage-link = Ich habe einen Code: Termin ansehen, verschieben oder absagen

services-title = Worum geht es?
services-lead = Sie sprechen per Video mit dem Amt, in einer Kabine in Ihrer Nähe. Wählen Sie, was Sie brauchen.
services-minutes = Dauert etwa { $minutes } Minuten
services-none = Zurzeit kann man keine Termine buchen. Sie können auch ohne Termin zu einer Kabine kommen.

places-title = Wohin möchten Sie kommen?
places-lead = { $service }: Wählen Sie eine Kabine.
places-back = Etwas anderes wählen
places-near = In der Nähe von welchem Ort?
places-near-hint = Name oder Straße einer Kabine. Dann stehen die nächsten zuerst.
places-near-unknown = Unter diesem Namen kennen wir keine Kabine. Hier sind alle.
places-locate = Meinen Standort benutzen
places-locate-failed = Ihr Standort ist nicht verfügbar.
places-open = Nur jetzt geöffnete
places-features = Barrierefreiheit
places-show = Kabinen zeigen
places-found = { $count ->
    [one] Ein Standort
   *[other] { $count } Standorte
}
places-from = Entfernungen ab { $place }, Luftlinie.
places-from-here = Entfernungen ab Ihrem Standort, ungefähr und Luftlinie. Er wird nicht gespeichert.
places-forget = Ohne meinen Standort
places-map = Karte der Kabinen, Norden ist oben
places-start = Von hier aus wird gemessen
places-km = { $km } km
places-open-now = Jetzt geöffnet
places-open-until = Jetzt geöffnet, bis { $time } Uhr
places-opens = Geschlossen. Öffnet { $time } Uhr
places-closed = Geschlossen
places-free = Nächster freier Termin: { $time } Uhr
places-full = Hier ist zurzeit kein Termin frei.
places-choose = Zeit wählen
places-choose-at = Zeit wählen: { $site }
places-none = Keine Kabine passt. Versuchen Sie es mit weniger Wünschen.
places-pages = Seiten der Liste
places-page = Seite { $page } von { $pages }
places-before = Zurück
places-after = Weiter

feature-step_free = Ohne Stufen
feature-wheelchair = Platz für Rollstuhl
feature-accessible_toilet = Barrierefreie Toilette
feature-accessible_parking = Barrierefreier Parkplatz
feature-height_adjustable = Tisch mit verstellbarer Höhe
feature-induction_loop = Induktionsschleife
feature-sign_language_video = Gebärdensprache per Video
feature-tactile_guidance = Leitsystem zum Tasten
feature-help_on_site = Jemand hilft vor Ort

slots-title = Wann möchten Sie kommen?
slots-back = Andere Kabine wählen
slots-day = Tag
slots-show-day = Diesen Tag zeigen
slots-times = Frei am { $day }
slots-none = An diesem Tag ist nichts frei. Bitte wählen Sie einen anderen.
slots-no-day = Hier kann man zurzeit nichts buchen.

check-title = Stimmt das so?
check-back = Andere Zeit wählen
check-text = Bringen Sie Ihren Ausweis oder Pass mit. Mehr brauchen Sie nicht.
check-book = Diesen Termin buchen

facts-service = Worum
facts-day = Tag
facts-time = Uhrzeit
facts-from-to = { $from } bis { $to } Uhr
facts-site = Wo
facts-any-booth = Jede Kabine in { $region }

booked-title = Ihr Termin ist gebucht
booked-late = Bitte kommen Sie ein paar Minuten früher. Wenn Sie mehr als { $minutes } Minuten zu spät sind, warten Sie wie ohne Termin.
booked-print = Drucken
booked-calendar = In den Kalender
booked-change = Verschieben oder absagen

code-heading = Ihr Code
code-text = Geben Sie ihn an der Kabine ein, oder halten Sie das Bild vor die Kamera.
code-keep = Bitte schreiben Sie ihn auf oder drucken Sie ihn. Wir können ihn nicht für Sie wiederfinden.
code-picture = Bild Ihres Codes für die Kamera der Kabine

manage-title = Ihr Termin
manage-code = Code
manage-hint = Zehn Buchstaben und Ziffern, zum Beispiel K7M4P-X29LT.
manage-show = Termin zeigen

appointment-title = Ihr Termin
appointment-moved = Ihr Termin ist verschoben. Der Code bleibt gleich.
appointment-move = Verschieben
appointment-cancel = Absagen

state-booked = Gebucht
state-checked_in = Sie sind an der Kabine
state-attended = Erledigt
state-missed = Verpasst. Sie können heute noch kommen und warten wie ohne Termin.
state-cancelled = Abgesagt

move-title = Termin verschieben
move-text = Wählen Sie eine andere Zeit. Bis dahin bleibt der jetzige Termin.
move-keep = So lassen

cancel-title = Diesen Termin absagen?
cancel-do = Ja, absagen
cancelled-title = Ihr Termin ist abgesagt
cancelled-again = Neuen Termin buchen

calendar-title = Termin per Video: { $service }
calendar-text = Bringen Sie Ihren Ausweis oder Pass mit, und den Code Ihres Termins.
calendar-file = termin

trouble-on = Weiter
trouble-next = Die nächsten freien Zeiten:
trouble-malformed = Es hat etwas gefehlt
trouble-malformed-text = Die Anfrage war nicht vollständig. Bitte beginnen Sie noch einmal.
trouble-nowhere = Hier ist nichts
trouble-nowhere-text = Vielleicht ist die Adresse alt. Bitte beginnen Sie von vorn.
trouble-too-many = Das war sehr oft
trouble-too-many-text = Bitte warten Sie eine Minute und versuchen Sie es dann noch einmal.
trouble-slot-taken = Jemand war schneller
trouble-slot-taken-text = Diese Zeit ist gerade vergeben worden. Bitte wählen Sie eine andere.
trouble-slot-unknown = Diese Zeit kann man nicht buchen
trouble-slot-unknown-text = Sie ist vorbei, zu weit weg, oder die Zeiten haben sich geändert. Bitte wählen Sie eine andere.
trouble-not-offered = Das gibt es hier nicht
trouble-not-offered-text = Dafür werden dort keine Termine vergeben. Bitte wählen Sie etwas anderes.
trouble-code-unknown = Kein Termin mit diesem Code
trouble-code-unknown-text = Bitte prüfen Sie den Code. Alte Termine werden nach einigen Tagen gelöscht.
trouble-not-changeable = Das kann man nicht mehr ändern
trouble-not-changeable-text = Der Termin ist vorbei, abgesagt, oder Sie sind schon an der Kabine.
trouble-failed = Das hat nicht geklappt
trouble-failed-text = Der Fehler liegt bei uns. Bitte versuchen Sie es in einer Minute noch einmal.
