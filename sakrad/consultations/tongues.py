"""The languages of versions: how each is written in addresses and markup, its own name, and what every version says in it.

The sentences are short, so that somebody who knows the language can check them. Nobody who speaks it has: neither the large
languages nor Meänkieli, Northern Sami, Yiddish, Somali and Tigrinya, where errors are likeliest. Have them checked before the
first version in that language is published. Lule Sami, South Sami and Romani have none: there they stand in English. The same
stands in Swedish on every version.
"""

from __future__ import annotations

from dataclasses import dataclass

from sakrad.consultations.models.versions import ContentLanguage
from sakrad.core import i18n


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language, as pages need it."""

    language: ContentLanguage
    key: str  # in addresses
    tag: str  # BCP 47, of the words; Swedish sign language leads to a film with words in Swedish
    name: str  # what its own call it
    original: str = ""  # "This is a translation. The original is in Swedish."
    changed: str = ""  # "The Swedish text has been changed since."
    questions: str = ""  # the heading over them
    read: str = ""  # where the original is read
    follows_right: bool = False  # written from right to left

    @property
    def is_swedish(self) -> bool:
        return self.tag == "sv"

    @property
    def is_easy(self) -> bool:
        """Swedish that is easy to read: a sentence a line, and the lines stay."""
        return self.language is ContentLanguage.easy

    @property
    def inline(self) -> str:
        """What the page calls it inside a sentence: "på arabiska", "in Arabic"."""
        name = i18n.label(self.language)
        return i18n.inline(name) if i18n.language() == "sv" else name

    @property
    def direction(self) -> str:
        return "rtl" if self.follows_right else "ltr"


ENGLISH = Tongue(
    *(ContentLanguage.english, "en", "en", "English"),
    "This is a translation. The original text is in Swedish, and it is the one that counts.",
    "The Swedish text has been changed since this translation was made.",
    "The questions",
    "Read the original in Swedish",
)
TONGUES = {
    tongue.language: tongue
    for tongue in (
        Tongue(
            *(ContentLanguage.easy, "lattlast", "sv", "Lättläst"),
            "Det här är en lättläst text. Det finns också en längre text. Det är den längre texten som gäller.",
            "Den längre texten har ändrats sedan den här skrevs.",
            "Frågorna",
            "Läs den längre texten",
        ),
        ENGLISH,
        Tongue(
            *(ContentLanguage.finnish, "fi", "fi", "suomi"),
            "Tämä on käännös. Alkuperäinen teksti on ruotsiksi, ja se on voimassa.",
            "Ruotsinkielistä tekstiä on muutettu tämän käännöksen jälkeen.",
            "Kysymykset",
            "Lue alkuperäinen teksti ruotsiksi",
        ),
        Tongue(
            *(ContentLanguage.meankieli, "fit", "fit", "meänkieli"),
            "Tämä oon käänös. Alkuperänen teksti oon ruottiksi.",
            "Ruottinkielistä tekstiä oon muutettu tämän käänöksen jälkhiin.",
            "Kysymykset",
            "Lue alkuperänen teksti ruottiksi",
        ),
        Tongue(
            *(ContentLanguage.northern_sami, "se", "se", "davvisámegiella"),
            "Dát lea jorgalus. Álgoteaksta lea ruoŧagillii.",
            "Ruoŧagielat teaksta lea rievdaduvvon dán jorgalusa maŋŋil.",
            "Gažaldagat",
            "Loga álgoteavstta ruoŧagillii",
        ),
        Tongue(ContentLanguage.lule_sami, "smj", "smj", "julevsámegiella"),
        Tongue(ContentLanguage.southern_sami, "sma", "sma", "åarjelsaemien gïele"),
        Tongue(ContentLanguage.romani, "rom", "rom", "romani chib"),
        Tongue(
            *(ContentLanguage.yiddish, "yi", "yi", "ייִדיש"),
            "דאָס איז אַן איבערזעצונג. דער אָריגינעלער טעקסט איז אויף שוועדיש.",
            "דער שוועדישער טעקסט איז געביטן געוואָרן זינט דער איבערזעצונג.",
            "פֿראַגעס",
            "לייענט דעם אָריגינעלן טעקסט אויף שוועדיש",
            follows_right=True,
        ),
        Tongue(
            *(ContentLanguage.arabic, "ar", "ar", "العربية"),
            "هذه ترجمة. النص الأصلي باللغة السويدية، وهو المعتمد.",
            "تغيّر النص السويدي بعد إعداد هذه الترجمة.",
            "الأسئلة",
            "اقرأ النص الأصلي بالسويدية",
            follows_right=True,
        ),
        Tongue(
            *(ContentLanguage.somali, "so", "so", "Soomaali"),
            "Kani waa turjumaad. Qoraalka asalka ah waa af-Iswiidhish.",
            "Qoraalka af-Iswiidhishka ah waa la beddelay tan iyo turjumaaddan.",
            "Su’aalaha",
            "Akhri qoraalka asalka ah ee af-Iswiidhishka",
        ),
        Tongue(
            *(ContentLanguage.persian, "fa", "fa", "فارسی"),
            "این یک ترجمه است. متن اصلی به زبان سوئدی است و همان معتبر است.",
            "متن سوئدی پس از این ترجمه تغییر کرده است.",
            "پرسش‌ها",
            "متن اصلی را به سوئدی بخوانید",
            follows_right=True,
        ),
        Tongue(
            *(ContentLanguage.tigrinya, "ti", "ti", "ትግርኛ"),
            "እዚ ትርጉም እዩ። እቲ መበቆላዊ ጽሑፍ ብሽወደንኛ እዩ።",
            "እቲ ናይ ሽወደንኛ ጽሑፍ ድሕሪ እዚ ትርጉም ተቐይሩ እዩ።",
            "ሕቶታት",
            "እቲ መበቆላዊ ጽሑፍ ብሽወደንኛ ኣንብቡ",
        ),
        Tongue(
            *(ContentLanguage.ukrainian, "uk", "uk", "українська"),
            "Це переклад. Оригінал написано шведською мовою, і саме він є чинним.",
            "Шведський текст змінено після цього перекладу.",
            "Запитання",
            "Прочитати оригінал шведською",
        ),
        Tongue(
            *(ContentLanguage.polish, "pl", "pl", "polski"),
            "To jest tłumaczenie. Tekst oryginalny jest po szwedzku i to on obowiązuje.",
            "Tekst szwedzki został zmieniony po wykonaniu tego tłumaczenia.",
            "Pytania",
            "Przeczytaj oryginał po szwedzku",
        ),
        Tongue(
            *(ContentLanguage.turkish, "tr", "tr", "Türkçe"),
            "Bu bir çeviridir. Asıl metin İsveççedir ve geçerli olan odur.",
            "İsveççe metin bu çeviriden sonra değiştirildi.",
            "Sorular",
            "Aslını İsveççe okuyun",
        ),
        Tongue(
            *(ContentLanguage.spanish, "es", "es", "español"),
            "Esta es una traducción. El texto original está en sueco y es el que vale.",
            "El texto en sueco se ha modificado después de esta traducción.",
            "Las preguntas",
            "Leer el original en sueco",
        ),
        Tongue(
            *(ContentLanguage.sign_language, "teckensprak", "sv", "Svenskt teckenspråk"),
            "Här finns en film på svenskt teckenspråk. Det är den skrivna texten på svenska som gäller.",
            "Den skrivna texten har ändrats sedan filmen gjordes.",
            "Frågorna",
            "Läs den skrivna texten",
        ),
    )
}
BY_KEY = {tongue.key: tongue for tongue in TONGUES.values()}
