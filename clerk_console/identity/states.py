"""Issuing states: the three-letter code of a machine-readable zone against the two-letter one of a certificate.

Data from ISO 3166-1, and ICAO 9303-3, section 5 for what deviates from it.
"""

from __future__ import annotations

from typing import Final

# Each word: three-letter code, then two-letter code.
_iso_3166: Final = """
ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI
BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT
BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU
CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET
FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR
GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR
IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB
LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH
MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE
NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL
PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ
SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC
TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY
USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW
"""

_icao: Final = {
    "D": {"DE"},
    "EUE": {"EU"},
    "GBD": {"GB"},
    "GBN": {"GB"},
    "GBO": {"GB"},
    "GBP": {"GB"},
    "GBS": {"GB"},
    "RKS": {"KS", "XK", "RK"},
    "UNA": {"UN"},
    "UNK": {"UN"},
    "UNO": {"UN"},
    "XOM": {"XM", "SM", "IT", "XO"},
    "XPO": {"XP", "IO"},
    "HKG": {"HK", "CN"},
    "MAC": {"MO", "CN"},
}
"""Codes that ISO does not have, and places whose certificates may name another country."""

_territories: Final = {
    "DK": "FRO GRL",
    "FR": "ATF BLM GLP GUF MAF MTQ MYT NCL PYF REU SPM WLF",
    "GB": "AIA BMU CYM FLK GGY GIB IMN IOT JEY MSR PCN SGS SHN TCA VGB",
    "NL": "ABW BES CUW SXM",
    "NO": "BVT SJM",
    "NZ": "COK NIU TKL",
    "US": "ASM GUM MNP PRI VIR",
}
"""Places whose documents the state they belong to may sign."""

_countries: Final = {word[:3]: {word[3:]} for word in _iso_3166.split()} | _icao
for _state, _places in _territories.items():
    for _place in _places.split():
        _countries[_place].add(_state)


def is_state_of(issuing_state: str, country: str) -> bool:
    """Whether certificates of `country` (two letters) may sign documents of `issuing_state` (zone's code). A code
    nobody knows matches nothing."""
    return country.upper() in _countries.get(issuing_state, set())
