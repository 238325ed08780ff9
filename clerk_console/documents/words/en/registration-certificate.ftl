title = Registration certificate
subject-simple = Registration certificate
subject-extended = Extended registration certificate
legal-basis = under section 18 of the Federal Act on Registration (BMG)
statement = This letter certifies that the following person is registered as living at the address below. Only the German text is legally binding.

family_name = Family name
birth_name = Name at birth
given_names = Given names
date_of_birth = Date of birth
place_of_birth = Place of birth
nationality = Nationality
address = Address
registered_since = Registered since
purpose = Purpose
