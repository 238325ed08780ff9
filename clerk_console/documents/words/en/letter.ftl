# The words of the letters. The German ones always stand; those of the second language explain them.

case-number = Case number
date = Date
clerk = Handled by
channel = Recorded
channel-value = Video consultation
page = Page
case-short = Case
telephone = Telephone
email = E-mail
website = Web
specimen = SPECIMEN
specimen-note = Specimen without legal effect: no authority has been entered in this installation yet.
on-behalf = On behalf of the authority
electronic = This letter was made electronically and is not signed.
explanation-title = Explanation
identity-title = Verification of identity
identity-verified = On { $date } the person presented an official document ({ $document }) during the video consultation. The data of its chip were verified electronically: signature, certificate chain and integrity are valid. Matching the chip: { $same }.
identity-by-pin = On { $date } the person identified during the video consultation with the online function of the ID card and its PIN (section 18 PAuswG). Matching the chip: { $same }.
identity-differs = Recorded differently from the chip: { $different }.
identity-not-verified = The identity was not verified with a chip.

document-P = passport
document-I = identity card
document-A = residence permit
document-other = identity document
