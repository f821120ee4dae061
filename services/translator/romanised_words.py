"""Words and endings by which Indian languages in Latin letters are told from English, and from each other."""

from typing import Final

_ENGLISH: Final = (
    "the a an of and is are was were be been being am to in on at by for with from as that this these those "
    "it its it's he she we they you i my your his her our their me him them us not no do does did don't "
    "doesn't didn't have has had will would can could should may might must shall if or but so than then "
    "there here what which who whom whose when where why how all any some many much more most other such "
    "only own same too very just about into over after before under again out up down off please hello "
    "thank thanks good new one two first time day dog cat i'm i'll i've you're isn't can't won't let's "
    "because while every today tomorrow yesterday said say says go goes going went gone get gets got make "
    "makes made take takes took come comes came see saw know knew think like likes want wants need needs "
    "use used never always often still also away around through without between well both each few least "
    "really something nothing everything someone everyone nobody another until since"
)
ENGLISH: Final = frozenset(_ENGLISH.split())

# Words of grammar and everyday life. What English grammar has too (to, main, me, is, us, par, do, so, he, one, or, an,
# man, hue, but, kind, have) is left out.
WORDS: Final = {
    "hi": (
        "hai hain hoon hun tha thi hoga hogi kya kyun kyon nahi nahin mein mai mujhe mera meri mere tum "
        "tumhara tumhare tumhari aap aapka aapki aapke aapko hum hamara hamari yeh ye woh wo kaise kaisa kaisi "
        "kahan kahaan kab kaun aur bhi ka ki ke ko kar karo karna karta karte karti karunga raha rahe rahi gaya "
        "gaye gayi diya liya accha acha achha bahut bohot abhi phir lekin magar kuch kuchh sab yaar bhai kutta "
        "ghar jao aao chalo chahiye wala wali waala sakta sakte sakti toh matlab namaste shukriya dhanyavaad "
        "dhanyavad theek thik roti paani dost apna apni apne uska uski unka iska isliye agar jab tab wahan yahan "
        "hota hoti hote sirf din raat aaj kal pehle baad hua hui thaa aaya aaye aayi jata jati jate samajh aisa "
        "waisa itna kitna kitne kitni zyada jyada thoda thodi bilkul zaroor pata dekho dekha suno khana khaya "
        "doodh dudh barish baarish ladka ladki bachcha bachche aadmi aurat jaldi kabhi hamesha saath sabse sabhi "
        "tumhe humein unhe usne maine tumne humne koi kisi sota soti milna"
    ),
    "mr": (
        "aahe ahe aahet ahet aahes ahes aahot ahot nahi nahiye mi mala majha majhi majhe majhya maza mazi tu tula "
        "tujha tujhi tumhi tumhala tumcha tumchya amhi aamhi amcha aamcha amchya aani ani kay kaay kasa kashi "
        "kase kuthe kiti pahije khup khoop hota hoti hote chya cha chi ghari gela geli aala aali karto karte "
        "karat karaycha jato jate yeto yete yenar janar udya aaj bhau mhanje mhanun zala zali jhala jhali nako "
        "nakos kutra mulga mulgi pani baher sangto bagh lagli lagla tyacha ticha tyala tila kinva mitra rahto "
        "namaskar dhanyawad"
    ),
    "bn": (
        "ami tumi apni tui amar tomar apnar amader tomader tomra amra se tara keno kemon kothay kobe kokhon ki "
        "ache achhe achho acho achi achhi chilo chhilo hobe hoy hoye korbo korbe korchi korchhi korche korchhe "
        "kore korte bhalo bhalobashi khub ekta ekti eta ota oi ebong kintu jodi tahole na nei jabo jabe jacchi "
        "jachchi jachche jachchhe hochchhe hocche khabo khacchi khachchhi khete jete dekhte ekhane okhane "
        "sekhane ekhon tokhon bari jol bhat kukur biral dada didi shokal rat brishti bondhu dhonnobad nomoskar "
        "theke jonno shathe sathe onek kichu kichhu amake tomake bolo bolche bolchi bolbe asbe ashbe lagche "
        "lagchhe jani jano"
    ),
    "ta": (
        "naan nan nee neenga nenga avan aval avanga avar enna enga engal epdi eppadi yeppadi yen eppo ippo appo "
        "romba illai illa irukku iruku irukkiren irukken irukkum irukinga irukeenga irukkeenga irundhuchu unga "
        "ungal ungalukku enakku enaku unakku ennoda unnoda oru intha indha antha andha inga anga panna pannu "
        "panren pannren vanakkam nandri nalla konjam saptiya saapadu saapten sapten vaa vanga vaanga varen poda "
        "po ponga poren poreenga sollu sollunga paaru paarunga thambi akka amma appa paravala theriyum "
        "theriyathu theriyala vendum venum vendam seri sari aana aanal pesu pesalam nalaiku naalai inniku indru "
        "naai thanni thanneer veedu veetil veettuku veetuku vittu padam"
    ),
    "te": (
        "nenu nuvvu meeru miru memu manam mana atanu ame vaaru vadu adi idi emi enti yenti ela yela evaru "
        "enduku ekkada akkada ikkada ekkadiki eppudu ippudu appudu unnaru unnaaru unnavu unnav unnanu untanu "
        "undi undhi ledu ledhu kadu kaadu avunu naku naaku neeku meeku naa nee mee maa chala chaala bagundi "
        "baagundi bagunnara baagunnara bagunnanu cheyandi cheyyandi cheyyali cheppandi cheppu chesanu "
        "chestunna chestunnanu chestunnaru vastunna vastunnanu vastanu vachanu veltunna veltunnanu vellali "
        "vellanu kavali kaavali randi ra andi garu kuda kooda kani kaani inka repu nedu ninna intiki intlo illu "
        "neellu annam aakali akali kukka snehitudu dhanyavadalu namaskaram oka"
    ),
    "kn": (
        "naanu nanu neenu ninu neevu nivu avanu avalu avaru naavu navu nanna ninna nimma namma nanage nange "
        "nimage ninage avanige avalige yenu enu yaake yake yaaru elli yelli illi yavaga yaavaga hege hegidira "
        "hegiddira hegiddeera idhe ide iddira iddeera illa beku beda gottu gottilla maadi madi maadu madu "
        "maadona madona maduttene maadtini madtini hogi hogu hogona hogtini bartini banni baa tumba thumba "
        "chennagi channagide chennagide agide aagide ondu eradu mattu aadare adare manege mane neeru oota uta "
        "hasivu naale ivattu geleya naayi nayi dhanyavadagalu dhanyavada namaskara swalpa iddini iddeene idini "
        "iddare"
    ),
    "ml": (
        "njan njaan nee ningal ningalude ningalkku avan aval avar njangal nammal ente ninte avante avalude "
        "enikku ninakku enthu entha enthanu enthaanu enthina evide evideyaanu eppol eppozha ippol engane "
        "enganeyundu sukhamano undo undu illa alla aanu anu aano oru ithu athu ee aa valare nalla nallathu "
        "venam venda ariyam ariyilla pokunnu povunnu pokam poyi vannu vaa varu varunnu cheyyu cheyyunnu "
        "kazhicho kazhichu vishakkunnu parayu paranju innu nale naale innale veedu veettil vellam choru patti "
        "pinne pakshe athe sheri nanni namaskaram chetta chechi mone koottukaran"
    ),
    "gu": (
        "hu hun tame tamne tamaru tamara tamari mane maru mari maro tu taru tari ame amaru amara amari che chhe "
        "chu chhu cho chho chhiye chie nathi hatu hati hato hata shu su shun kem kyan kyare kone ketla ketlu "
        "kevi kevu majama maja ane etle pachi pachhi nahi thayu thay thase thashe jau jaiye jaishu javu jaish "
        "karu karvu karo karish karishu gayo gayi aavo avo aavyo avyo ghare aaje kale kutro pani saru saras khub "
        "bahu badha badhu bhai mitra bhukh aabhar joie joiye"
    ),
    "pa": (
        "tusi tussi tuhada tuhade tuhadi tuhanu mainu menu tenu tainu sanu saanu saada sada sadi mera tera assi "
        "asi haan hai si ki kiven kidda kiddan kidhar kithe kitthe kado kinna kyon kyu nu nun da naal nal vich "
        "wich ate changa changi chang vadiya vadhiya bahut karda kardi karde karna karange janda jandi jande "
        "jaavange rehnda rehndi rehnde hunda hundi hunde gaya gayi aaya aayi gall gallan ohda ohdi ehda "
        "chahida chahidi laggi milange paji veer veerji kuri munda puttar akaal kutta ghar paani"
    ),
}

# Of these: what is an English word, an abbreviation or a name too, or known to every speaker of Indian English. It
# counts a half, and only beside a word that is nothing of the kind.
_SHARED: Final = (
    "aa aap accha acha ache adi ahe akaal akka alla amar ame ami amma andi ani anu apni appa asi assi atanu "
    "ate aur aval avan avar baa bari beda bhai bhat bolo cha chalo chang che chechi chetta chi cho choru "
    "chu da dada didi din dost ee ela emi ente eta gall garu gaya ghar hai hata hati hoy hu hua hum hun ide "
    "idi illa inga inka jab janda jani jao jodi jol ka kado kale kani kar karo kashi kay ke kem ki ko koi "
    "kone kooda kuda kukur kuri kutta ledu maa madi madu mai maja mala mana manam mane mari maro maru "
    "matlab maza mazi mee menu mere meri mi mitra mone munda na naa naan nal namaskar namaskara namaskaram "
    "namaste nan nandri nanu navu nee nei nenga nivu nu nun oi oka oota ota paani padam paji pani panna "
    "pata patti po poda ponga ra raat randi rat repu roti sab sada sadi sanu saras sari saru sathe se seri "
    "si su suno tab tamari tame tara tari taru tera tha thambi thi thik toh tomar tu tui tum undi undo uta "
    "vaa vadu vanakkam varu veer vich wala wo woh yaar yake ye yen"
)
SHARED: Final = frozenset(_SHARED.split())

ENDINGS: Final = {
    "hi": "(?:unga|ungi|oge|ogi|enge|engi|iye|iyega)",
    "mr": "(?:aycha|aychi|ayche|anna|amadhe|achya|ichya)",
    "bn": "(?:chchi|chchhe|chhilo|chhilam|bena|guli|gulo)",
    "ta": "(?:kiren|kirom|kiran|kiral|kirathu|kiradhu|giren|girathu|kireenga|kkum|ukku|aadhu|athinga)",
    "te": "(?:tunnanu|tunnaru|tunnadu|tunnavu|tundi|tanu|taru|andi|aniki|ayindi|indhi)",
    "kn": "(?:uttene|uttade|uttare|uttide|uttiddene|iddene|iddare|annu|galu|alli|tini)",
    "ml": "(?:unnu|unnundu|ikkum|ikkunnu|ittundu|athinu|inte)",
    "gu": "(?:vanu|vani|shu|isho)",
    "pa": "(?:anda|andi|iyan)",
}
