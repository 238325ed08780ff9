# Wie gut Gespräche sind: laufend neben dem Bild, und über viele Gespräche für die Aufsicht.

quality-good = Gute Verbindung
quality-fair = Mäßige Verbindung
quality-poor = Schwache Verbindung
quality-interrupted = Die Verbindung wird neu aufgebaut.
quality-title = Verbindung
quality-close = Zahlen zur Verbindung schließen
quality-no-findings = Bild und Ton kommen auf beiden Seiten gut an.
quality-course = Die letzten zwei Minuten
quality-as-table = Die letzten zwei Minuten als Tabelle
not-known = nicht bekannt
seconds-ago = Sekunden zuvor

quality-to_clerk-frozen = Das Bild aus der Kabine bleibt zeitweise stehen.
quality-to_clerk-paused = Das Bild aus der Kabine ruht, die Leitung trägt nur den Ton.
quality-to_clerk-slow = Das Bild aus der Kabine ruckelt.
quality-to_clerk-small = Das Bild aus der Kabine ist klein und grob.
quality-to_clerk-gaps = Der Ton aus der Kabine hat Lücken.
quality-to_clerk-late = Der Ton aus der Kabine kommt spät an: Lassen Sie Pausen.
quality-to_clerk-apart = Bild und Ton aus der Kabine laufen auseinander.
quality-to_booth-frozen = Ihr Bild bleibt in der Kabine zeitweise stehen.
quality-to_booth-slow = Ihr Bild ruckelt in der Kabine.
quality-to_booth-small = Ihr Bild ist in der Kabine klein und grob.
quality-to_booth-gaps = Ihr Ton hat in der Kabine Lücken.
quality-to_booth-late = Ihr Ton kommt in der Kabine spät an: Lassen Sie Pausen.
quality-to_booth-apart = Ihr Bild und Ihr Ton laufen in der Kabine auseinander.
quality-cause-loss = Die Leitung verliert Daten.
quality-cause-narrow = Die Leitung ist schmal.
quality-cause-busy = Dieser Rechner ist ausgelastet: Schließen Sie, was Sie nicht brauchen.

direction-to_clerk = Kabine zu Ihnen
direction-to_booth = Sie zur Kabine
figure-fps = Bilder je Sekunde
figure-size = Bildgröße
figure-freezes = Bild stand still
figure-concealed = Ton ersetzt
figure-delay = Mund zu Ohr (geschätzt)
figure-offset = Ton zum Bild
figure-loss = Pakete verloren
figure-jitter = Schwankung
figure-bitrate = Datenrate
figure-round-trip = Hin und zurück
freezes = { $count ->
    [0] nie
    [one] einmal, { $seconds } s
   *[other] { $count }-mal, { $seconds } s
}
sound-behind = { $ms } danach
sound-before = { $ms } davor
unit-percent = { $value } %
unit-ms = { $value } ms
unit-kilobits = { $value } kbit/s
unit-megabits = { $value } Mbit/s
graph-top = bis { $value }
graph-limit = Grenze
graph-range = { $direction }: zwischen { $least } und { $most }, jetzt { $latest }
graph-unknown = { $direction }: nicht bekannt

# Aufsicht
calls-title = Qualität der Gespräche
calls-intro = Wie gut Bild und Ton ankamen, nach Kabinen. Die Hälfte der Gespräche war besser als die erste Zahl, neun von zehn waren besser als die in Klammern.
calls-privacy = Von einem Gespräch bleiben { $days } Tage lang Kabine, Tag und diese Zahlen: kein Ticket, keine Uhrzeit, kein Name. Eine Zeile erscheint erst, wenn sich { $calls } Gespräche von { $clerks } Beschäftigten zusammenfassen lassen.
calls-period = Zusammenfassen nach
calls-period-day = Tag
calls-period-week = Woche
calls-period-month = vier Wochen
calls-direction = Richtung
calls-to_clerk = Kabine zum Arbeitsplatz
calls-to_booth = Arbeitsplatz zur Kabine
calls-table = Als Tabelle herunterladen (CSV)
calls-failed = Die Qualität der Gespräche konnte nicht geladen werden.
calls-empty = Noch keine Gespräche
calls-empty-text = Nach den ersten Gesprächen sehen Sie hier, wie gut Bild und Ton ankommen.
calls-too-few = zu wenige für eine Angabe
column-site = Kabine
column-when = Tage
column-calls = Gespräche
column-broken = Abgebrochen
column-set_up_ms = Aufbau
column-fps = Bilder je Sekunde
column-frozen_share = Stillstand
column-concealed_share = Lücken im Ton
column-mouth_to_ear_ms = Mund zu Ohr
column-loss = Verloren
days-between = { $first } bis { $last }
calls-spread = { $median } ({ $tenth })
