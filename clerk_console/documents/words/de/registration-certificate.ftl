title = Meldebescheinigung
subject-simple = Meldebescheinigung
subject-extended = Erweiterte Meldebescheinigung
legal-basis = nach § 18 des Bundesmeldegesetzes (BMG)
statement = Hiermit wird bescheinigt, dass die folgende Person mit diesen Angaben gemeldet ist:

family_name = Familienname
birth_name = Geburtsname
given_names = Vornamen
date_of_birth = Geburtsdatum
place_of_birth = Geburtsort
nationality = Staatsangehörigkeit
address = Anschrift
registered_since = Gemeldet seit
purpose = Verwendungszweck
