"""Telling Indian languages in Latin letters from English, by words and endings of grammar.

A recogniser for warning, not for science: nine languages, some thirty words each, chosen so that no common English
word is among them. Urdu in Latin letters is taken for Hindi, whose grammar it shares.
"""

import re
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?")
_SHORT: Final = 4  # words; a text of so few is judged by one of them
_LEAST_SHARE: Final = 0.15

_ENGLISH_WORDS: Final = (
    "the a an of and is are was were be been being am to in on at by for with from as that this these those "
    "it its it's he she we they you i my your his her our their me him them us not no do does did don't "
    "doesn't didn't have has had will would can could should may might must shall if or but so than then "
    "there here what which who whom whose when where why how all any some many much more most other such "
    "only own same too very just about into over after before under again out up down off please hello "
    "thank thanks good new one two first time day dog cat i'm i'll i've you're isn't can't won't let's "
    "because while every today tomorrow yesterday"
)
_ENGLISH: Final = frozenset(_ENGLISH_WORDS.split())

# Words of grammar and everyday life. What is also an English word (to, main, me, is, us, par, do, so, he, one, or, an,
# man, hue, but, kind) is left out.
_WORDS: Final = {
    "hi": (
        "hai hain hoon hun tha thi hoga hogi kya kyun kyon nahi nahin mein mai mujhe mera meri mere tum "
        "tumhara aap aapka aapki aapko hum hamara hamari yeh ye woh wo kaise kaisa kaisi kahan kahaan kab "
        "kaun aur bhi ka ki ke ko kar karo karna karta karte karti raha rahe rahi gaya gayi diya liya accha "
        "acha achha bahut bohot abhi phir lekin magar kuch kuchh sab yaar bhai kutta ghar jao aao chalo "
        "chahiye wala wali waala sakta sakte sakti toh matlab namaste shukriya dhanyavaad dhanyavad theek "
        "thik roti paani dost apna apni apne uska uski unka iska isliye agar jab tab wahan yahan hota hoti "
        "hote sirf din raat aaj kal pehle baad"
    ),
    "mr": (
        "aahe ahe aahet ahet aahes ahes nahi nahiye mi mala majha majhi majhe maza mazi tu tula tujha tujhi "
        "tumhi tumhala tumcha amhi aamhi aani ani kay kaay kasa kashi kase kuthe kiti pahije khup khoop "
        "hota hoti hote chya cha chi ghari gela geli aala aali karto karte karaycha jato jate yeto yete "
        "udya aaj bhau mhanje mhanun zala zali jhala jhali kutra mulga mulgi pani baher sangto bagh "
        "namaskar dhanyawad"
    ),
    "bn": (
        "ami tumi apni tui amar tomar apnar amader tomader se tara keno kemon kothay kobe ki ache achhe "
        "achho acho achi achhi chilo chhilo hobe hoy hoye korbo korchi korchhi korche korchhe kore korte "
        "bhalo bhalobashi khub ekta ekti eta ota oi ebong kintu jodi tahole na nei jabo jacchi jachchi "
        "khabo khacchi khachchhi bari jol bhat kukur biral dada didi shokal rat dhonnobad nomoskar theke "
        "jonno shathe sathe onek kichu amake tomake bolo bolche"
    ),
    "ta": (
        "naan nan nee neenga nenga avan aval avanga avar enna enga engal epdi eppadi yeppadi yen eppo romba "
        "illai illa irukku iruku irukkiren irukken irukkum irukinga irukeenga irukkeenga unga ungal "
        "ungalukku enakku unakku oru intha indha antha andha inga anga panna pannu panren pannren vanakkam "
        "nandri nalla saptiya saapadu saapten sapten vaa vanga vaanga poda po ponga thambi akka amma appa "
        "paravala theriyum theriyathu theriyala vendum venum vendam seri sari aana aanal pesu pesalam "
        "nalaiku naalai inniku indru naai thanni thanneer veetil veettuku veetuku vittu"
    ),
    "te": (
        "nenu nuvvu meeru miru memu manam atanu ame vaaru vadu adi idi emi enti yenti ela yela enduku "
        "ekkada eppudu unnaru unnaaru unnavu unnav undi undhi ledu ledhu kadu kaadu avunu naku naaku neeku "
        "meeku naa nee mee maa chala chaala bagundi baagundi bagunnara baagunnara bagunnanu cheyandi "
        "cheyyandi cheppandi cheppu chestunna chestunnanu vastunna vastanu veltunna veltunnanu vellali "
        "kavali kaavali randi ra andi garu kuda kooda kani kaani inka ippudu repu nedu ninna intiki intlo "
        "neellu annam kukka dhanyavadalu namaskaram oka"
    ),
    "kn": (
        "naanu nanu neenu ninu neevu nivu avanu avalu avaru naavu navu nanna ninna nimma namma nanage nange "
        "nimage ninage yenu enu yaake yake elli yelli yavaga yaavaga hege hegidira hegiddira hegiddeera "
        "idhe ide illa beku beda gottu gottilla maadi madi maadu madu maduttene maadtini madtini hogi hogu "
        "hogona banni baa tumba thumba chennagi channagide chennagide ondu eradu mattu aadare adare manege "
        "mane neeru oota uta naayi nayi dhanyavadagalu dhanyavada namaskara swalpa iddini iddeene idini "
        "iddare"
    ),
    "ml": (
        "njan njaan nee ningal ningalude ningalkku avan aval avar njangal nammal ente ninte avante avalude "
        "enikku ninakku enthu entha enthanu enthaanu evide eppol eppozha engane enganeyundu sukhamano undo "
        "undu illa alla aanu anu aano oru ithu athu ee aa valare nalla venam venda ariyam ariyilla pokunnu "
        "povunnu pokam vaa varu varunnu cheyyu cheyyunnu kazhicho kazhichu parayu paranju innu nale naale "
        "innale veettil vellam choru patti pinne pakshe athe sheri nanni namaskaram chetta chechi mone"
    ),
    "gu": (
        "hu hun tame tamne tamaru tamari mane maru mari maro tu taru tari ame amaru che chhe chu chhu cho "
        "chho nathi hatu hati hato hata shu su shun kem kyan kyare kevi kevu majama maja ane pachi pachhi "
        "have nahi thayu thay thase thashe jau jaiye javu jaish karu karvu karo karish gayo gayi aavo avo "
        "ghare aaje kale kutro pani saru saras khub bahu badha bhai aabhar joie joiye"
    ),
    "pa": (
        "tusi tussi tuhada tuhadi tuhanu mainu menu tenu tainu sanu saada sada sadi mera tera assi asi haan "
        "hai si ki kiven kidda kiddan kithe kitthe kado kyon kyu nu nun da naal nal vich wich ate changa "
        "changi chang vadiya vadhiya bahut karda kardi karde karna janda jandi jande gaya gayi aaya aayi "
        "paji veer veerji kuri munda puttar akaal tuhade kutta ghar paani"
    ),
}
_ENDINGS: Final = {
    "hi": "(?:unga|ungi|oge|ogi|enge|engi|iye|iyega)",
    "mr": "(?:aycha|aychi|ayche|toy|tos|tey|anna|amadhe|achya|ichya)",
    "bn": "(?:chchi|chchhe|chhilo|chhilam|bena|guli|gulo)",
    "ta": "(?:kiren|kirom|kiran|kiral|kirathu|kiradhu|giren|girathu|kireenga|kkum|ukku|aadhu|athinga)",
    "te": "(?:tunnanu|tunnaru|tunnadu|tunnavu|tundi|tanu|taru|andi|aniki|ayindi|indhi)",
    "kn": "(?:uttene|uttade|uttare|uttide|uttiddene|iddene|iddare|annu|galu|alli|tini|tive)",
    "ml": "(?:unnu|unnundu|ikkum|ikkunnu|ittundu|athinu|ude|inte)",
    "gu": "(?:vanu|vani|shu|isho|ie chhe|anu chhe)",
    "pa": "(?:anda|andi|iyan|nde)",
}


@dataclass(frozen=True, slots=True)
class Romanised:
    """The ISO 639-1 code of the likeliest language, and a confidence of 0 to 1."""

    code: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Grammar:
    words: frozenset[str]
    ending: re.Pattern[str]

    def count(self, words: list[str]) -> float:
        """Words of grammar count one, endings on longer words a half."""
        hits = [word in self.words for word in words]
        endings = (
            not hit and word not in _ENGLISH and self.ending.fullmatch(word) is not None
            for hit, word in zip(hits, words, strict=True)
        )
        return sum(hits) + sum(endings) / 2


_GRAMMARS: Final = {
    code: _Grammar(frozenset(words.split()) - _ENGLISH, re.compile(rf"[a-z]{{3,}}{_ENDINGS[code]}"))
    for code, words in _WORDS.items()
}


def has_english(text: str) -> bool:
    """Whether a text has a word of English grammar."""
    return not _ENGLISH.isdisjoint(_words(text))


def find_romanised(text: str) -> Romanised | None:
    """The Indian language that a text in Latin letters is in; None for English or anything else.

    Takes time linear in the text.
    """
    words = _words(text)
    counts = {code: grammar.count(words) for code, grammar in _GRAMMARS.items()}
    code = max(counts, key=counts.__getitem__)
    best, english = counts[code], sum(word in _ENGLISH for word in words)
    if best <= english or best / len(words) < _LEAST_SHARE or best < (1 if len(words) <= _SHORT else 1.5):
        return None
    second = sorted(counts.values())[-2]
    # One more than is counted: a little evidence is no certainty.
    return Romanised(code, best / (best + second / 2 + english + 1))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))
