# Die Wörter der Schreiben. Die deutschen stehen immer, die der zweiten Sprache erläutern sie.

case-number = Aktenzeichen
date = Datum
clerk = Bearbeitet von
channel = Aufgenommen
channel-value = Videoberatung
page = Seite
case-short = Az.
telephone = Telefon
email = E-Mail
website = Internet
specimen = MUSTER
specimen-note = Muster ohne Rechtswirkung: Dieser Installation ist noch keine Behörde eingetragen.
on-behalf = Im Auftrag
electronic = Dieses Schreiben wurde elektronisch erstellt und ist nicht unterschrieben.
explanation-title = Erläuterung
identity-title = Prüfung der Identität
identity-verified = Die Person hat in der Videoberatung am { $date } ein amtliches Dokument ({ $document }) vorgelegt. Die Daten des Chips wurden elektronisch geprüft: Signatur, Zertifikatskette und Unversehrtheit sind gültig. Mit dem Chip stimmen überein: { $same }.
identity-by-pin = Die Person hat sich in der Videoberatung am { $date } mit der Online-Funktion ihres Ausweises und dessen PIN ausgewiesen (§ 18 PAuswG). Mit dem Chip stimmen überein: { $same }.
identity-differs = Vom Chip abweichend erfasst: { $different }.
identity-not-verified = Die Identität wurde nicht anhand eines Chips geprüft.

document-P = Reisepass
document-I = Personalausweis
document-A = Aufenthaltstitel
document-other = Ausweisdokument
