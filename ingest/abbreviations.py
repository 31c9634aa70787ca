"""What is known of the languages that news is written in: how they abbreviate, and the words that tell them.

Lists of our own. A word is written without its last full stop and in lower case.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import islice
from re import compile as pattern

_WORDS = pattern(r"[^\W\d_]+")

LOOKED_AT = 600
"""Words of a text by which its language is told."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


@dataclass(frozen=True)
class Language:
    """How one language abbreviates and how its sentences open.

    `titles` never end a sentence: something always follows. `short` ends one only when the next word opens one.
    `numbered` never ends one before a number. `final` mostly ends one before a capital, `units` do so after a number.
    `common` are the words that the language is told by.
    `ordinals` says that a full stop after a number counts, `dashes` that a dash may open what somebody says, `small`
    that what is written small may be abbreviated too.
    """

    titles: frozenset[str] = frozenset()
    short: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()
    final: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    starters: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    ordinals: bool = False
    dashes: bool = True
    small: bool = True


_ENGLISH = Language(
    titles=_set(
        "mr mrs ms dr prof gen sen rep gov lt col sgt capt maj cmdr adm pres rev hon messrs supt insp brig det cpl"
        " pvt fr amb atty sec msgr pte mme mlle sr. vs cf viz e.g i.e eg ie a.k.a aka n° nº mt"
    ),
    short=_set(
        "inc ltd co corp bros jr sr etc est dept ave blvd rd st mt ft univ assn intl govt tel ext approx min max"
        " avg no nos vol fig art ch sec pp p para ed eds jan feb mar apr jun jul aug sep sept oct nov dec mon tue"
        " tues wed thu thur thurs fri sat sun ph.d m.d b.a m.a ph mass calif fla tex ariz conn ill ind mich minn"
        " miss mo neb nev okla ore pa tenn va vt wash wis wyo colo del ga kan ky la md bn mn m k hr hrs sq ft lb lbs"
        " oz km al"
    ),
    numbered=_set("no nos vol fig art ch sec pp p para jan feb mar apr jun jul aug sep sept oct nov dec n° nº № num"),
    starters=_set(
        "the a an he she it they we i you in on at but and so if when while as for from with this that these those"
        " there his her its their our my your after before since because although though however still yet meanwhile"
        " both all some many most few several no not one two three another other what who why how where which during"
        " according asked by until under over then now later earlier last next also even despite it's he's she's"
        " they're there's that's i'm we're such each every any nobody everyone officials critics analysts did does"
        " do please"
    ),
    common=_set(
        "the of and to in a is that for it was on with as he be at by his from are this had not but have an they"
        " which she or were has their will would there been who its said after about when more we you her all out up"
    ),
)

_GERMAN = Language(
    titles=_set(
        "hr hrn fr frl dipl dipl.-ing dr.-ing med phil jur rer nat habil h.c bzw vgl evtl ggf inkl exkl zzgl abzgl"
        " sog kath ev geb gest verh bzgl betr hl hrsg allg bes bspw einschl insb röm urspr versch wg nördl südl östl"
        " westl mind ehem ff-"
    ),
    short=_set("mio mrd tsd usw etc uvm usf abs str ca stv jh jhd jr sr st min std sek ag co tel nr ff jan feb"),
    numbered=_set("abs art nr str bd kap ziff tel s st aufl hs az ca vol"),
    final=_set("usw etc uvm usf"),
    starters=_set(
        "der die das den dem des ein eine einer einem er sie es wir ich ihr man in im am an auf aus bei mit nach"
        " von vor zu zum zur doch aber und oder denn wenn als während weil obwohl dass danach dann dort hier so auch"
        " nur noch schon seit bis für gegen ohne über unter zwischen diese dieser dieses jeder alle viele einige"
        " mehr wie was wer wo wann warum nun jetzt heute gestern morgen damit dabei dagegen deshalb trotzdem jedoch"
        " außerdem laut"
    ),
    common=_set(
        "der die das und den dem des ein eine einer ist im am nicht mit auf für sich es auch von zu zum zur dass"
        " wird sind war hat haben nach bei aus wie über wir sie er ich noch sein seine werden wurde oder aber um vor"
        " durch wurden waren hatte hatten davon kamen kam ins vom beim ihre ihr kein keine mehr nur zwei drei vier fünf"
        " sechs sieben acht neun zehn"
    ),
    ordinals=True,
    dashes=False,
)

_SPANISH = Language(
    titles=_set(
        "sr sra srta srs sres sras dra dres lic lcda lcdo ing arq profa gral cnel tte sgto dña mons pbro rvdo excmo"
        " excma ilmo ilma avda núm nº ej párr párrf pág págs aprox d sto sta admón dir dpto depto fdo ntra ntro"
    ),
    short=_set("etc cía ltda hnos hab uds ud vds vd min máx mín hrs av s.a ee.uu pza tel izq dcha"),
    numbered=_set(
        "núm nº n° art arts pág págs párr párrf cap vol fig tel lun mar mié mier jue vie sáb dom ene feb abr may"
        " jun jul ago sep sept set oct nov dic c"
    ),
    starters=_set(
        "el la los las un una unos unas lo él ella ellos ellas y pero en de del por para con sin según cuando donde"
        " como si no se su sus este esta estos estas ese esa eso esto aquel también además sin ya hoy ayer mañana"
        " desde hasta entre sobre tras durante mientras aunque porque qué quién cómo dónde cuándo todo todos muchos"
        " algunos otro otros luego entonces así al a e"
    ),
    common=_set(
        "el la los las de del que y en un una es por para con no se su al lo como más pero sus le ha fue son este"
        " esta entre cuando muy sin sobre también ser hasta desde hay donde quien todo nos durante dijo a o fue fueron"
        " era eran tiene antes dos tres cuatro cinco seis siete ocho nueve diez"
    ),
)

_FRENCH = Language(
    titles=_set("mm mme mmes mlle mlles mgr me pr drs m vve ste env ex chap éd cf"),
    short=_set("etc cie hab tél av bd apr j.-c min max st s.a r.-v"),
    numbered=_set("art arts p pp fig vol chap no n n° nº al janv févr avr juil juill sept oct nov déc éd t"),
    starters=_set(
        "le la les l un une des du de il elle ils elles on nous vous je ce cet cette ces son sa ses leur leurs et"
        " mais ou donc or ni car en à au aux dans pour par sur sous avec sans selon après avant depuis pendant lors"
        " lorsque quand si comme que qui où pourquoi comment ainsi alors aussi enfin puis mardi lundi tous toutes"
        " plusieurs certains d'autres aujourd'hui hier demain cependant pourtant c'est d'après"
    ),
    common=_set(
        "le la les de des du un une et est en que qui dans pour pas sur au aux plus par avec ce il elle sont ne se"
        " son sa ses nous vous ou mais a à été cette ont leur comme ces y où elles ils était après sans dit"
    ),
)

_ITALIAN = Language(
    titles=_set(
        "sig sigg sig.ra sig.na sigra dott dott.ssa dr.ssa prof.ssa avv ing arch geom rag mons psicol gent egr"
        " spett dir amm es ecc.mo on pagg pag artt sen s ss cap min.ro v c.so v.le p.zza st"
    ),
    short=_set("ecc etc s.p.a s.r.l tel min max ca d.c a.c"),
    numbered=_set("art artt pag pagg fig vol cap n nr n° tel gen feb mar apr mag giu lug ago set ott nov dic"),
    starters=_set(
        "il lo la i gli le un uno una l' di a da in con su per tra fra e ma o se non che chi come quando dove"
        " perché questo questa questi quello quella egli ella loro noi voi io lui lei anche poi ora oggi ieri domani"
        " dopo prima durante mentre secondo tutti molti alcuni così infine inoltre però dal dalla nel nella al alla"
        " del della"
    ),
    common=_set(
        "il lo la i gli le di a da in con su per e che non è un una del della dei delle al alla nel nella si sono"
        " come ma più anche dal dalla ha hanno era questo questa o se chi ci suo sua loro dopo quando ai alle"
    ),
)

_PORTUGUESE = Language(
    titles=_set(
        "sr sra srs sras dra drs profa profs eng enga arq dom sto sta cel ten sgto exmo exma ilmo núm nº pág págs"
        " ex pça d s av trav jr. r dep ver"
    ),
    short=_set("etc ltda cia hab s.a min máx mín aprox tel jr"),
    numbered=_set("núm nº n° art arts pág págs p fig vol cap tel n jan fev mar abr mai jun jul ago set out nov dez km"),
    starters=_set(
        "o a os as um uma uns umas ele ela eles elas nós eu e mas ou se não que quem como quando onde porque por"
        " para de do da dos das em no na nos nas com sem segundo este esta esse essa isso isto aquele também ainda"
        " já hoje ontem amanhã desde até entre sobre após durante enquanto embora todos muitos alguns outro outros"
        " depois então assim ao à"
    ),
    common=_set(
        "o a os as de do da dos das em no na nos nas um uma que e é para com não por se mais como mas foi ao à ele"
        " ela são também pelo pela ou ser tem já está sua seu muito há até isso entre depois sem quando disse"
    ),
)

_POLISH = Language(
    titles=_set(
        "ul al pl os prof inż mgr hab ks św gen płk mjr kpt por sierż im np tzw m.in tj zob red wg ok ppłk o.o bp"
        " abp kard lek dyr hr adw"
    ),
    short=_set("r w tys mln mld itd itp proc woj pow gm b.r ub.r bm wiek godz max min jr"),
    numbered=_set("nr str rys tab s godz ust art pkt poz t rozdz ul tel ok"),
    final=_set("itd itp"),
    units=_set("r w"),
    starters=_set(
        "w we z ze na do od po przed przez pod nad o u i a ale lub jednak ten ta to te ci on ona ono oni one my ja"
        " jego jej ich nie jak kiedy gdy gdzie kto co dlaczego czy który która które potem teraz dziś wczoraj jutro"
        " także również według podczas po wszyscy wiele niektórzy tak więc gdyby jeśli aby żeby"
    ),
    common=_set(
        "w we z ze na do od po i a ale nie się jest to że jak o za przez przy ten ta te jego jej ich który która"
        " które są był była było być tym tego oraz dla po co tak już tylko został może pod"
    ),
)

_DUTCH = Language(
    titles=_set("dhr mevr mw drs ir jhr ds bijv bv resp incl excl mr jl sint"),
    short=_set("enz etc nr blz tel min max st"),
    numbered=_set("nr blz art tel jan feb mrt apr jun jul aug sep okt nov dec"),
    starters=_set(
        "de het een hij zij ze wij we ik je u dit dat deze die er in op aan bij met naar van voor uit om en maar of"
        " dus want als toen terwijl omdat volgens na tijdens ook nu vandaag gisteren morgen daar hier waarom hoe wat"
        " wie waar"
    ),
    common=_set(
        "de het een en van in is dat op te zijn met voor niet aan er om ook als bij maar hij ze naar uit door over"
        " nog wordt werd heeft dit deze die zich of tot je"
    ),
)

_SCANDINAVIAN = Language(
    titles=_set("hr fru frk bl.a f.eks t.ex jf jfr pga mfl kl"),
    short=_set("osv mio mia mrd kr nr ca"),
    numbered=_set("nr kl ca s kap jan feb mar apr jun jul aug sep sept okt nov dec des"),
    starters=_set("det den de der en et ett han hun hon vi jeg jag på i og och men som når när da då efter etter"),
    common=_set("og och det er är som på til till av for för ikke inte med den de der en et ett han hun hon var har"),
    ordinals=True,
)

_RUSSIAN = Language(
    titles=_set(
        "ул просп пр-т пер пл наб корп тел им св проф акад доц инж гр гл ред см ср напр пгт пос дер р-н ген полк мл"
        " т и.о зам пом бул бульв ст-ца оз ж.-д нач худ реж дир т.е т.н т.к"
    ),
    short=_set("г гг в вв н.э тыс млн млрд руб коп чел обл ст кв д стр рис табл эт мин сек ч экз долл м км"),
    numbered=_set("ул кв д стр рис табл ст корп т п гл тел ч разд пп №"),
    final=_set("др т.д т.п"),
    units=_set("г гг в вв руб коп ст"),
    starters=_set(
        "в во на по при за из от до с со к ко о об у и а но или он она оно они мы я вы ты это этот эта эти тот та"
        " те его её их не как когда где кто что почему если чтобы потом теперь сейчас сегодня вчера завтра также"
        " однако после перед для все многие некоторые там здесь так уже ещё затем позже тогда"
    ),
    common=_set("в и на не что он она с по это как из у за от так о для но к мы было был была его их я вы при до"),
)

_UKRAINIAN = Language(
    titles=_set(
        "вул просп пров бул бульв пл наб корп тел ім св проф акад доц інж див напр смт пос р-н ген полк мол т м с"
        " зам пп гр оз т.зв зв"
    ),
    short=_set("р рр ст н.е тис млн млрд грн коп обл буд кв стор рис табл хв год ос чол"),
    numbered=_set("вул кв буд стор рис табл ст корп т п гл тел ч розд №"),
    final=_set("ін т.д т.п"),
    units=_set("р рр ст грн коп"),
    starters=_set(
        "у в на по при за із від до з зі к о об і й та а але або він вона воно вони ми я ви ти це цей ця ці той те"
        " його її їх не як коли де хто що чому якщо щоб потім тепер зараз сьогодні вчора завтра також однак після"
        " перед для усі всі багато деякі там тут так уже вже ще тоді"
    ),
    common=_set("у в і та на не що він вона з із по це як за від так для але до ми було був була його її їх я ви при"),
)

LANGUAGES = {
    "en": _ENGLISH,
    "de": _GERMAN,
    "es": _SPANISH,
    "fr": _FRENCH,
    "it": _ITALIAN,
    "pt": _PORTUGUESE,
    "pl": _POLISH,
    "nl": _DUTCH,
    "da": _SCANDINAVIAN,
    "ru": _RUSSIAN,
    "uk": _UKRAINIAN,
}

_AMBIGUOUS = _set(
    "on me es ex ok os al am in im st art arch cap dir d m s t r v c pl pr por ten don min max med nat phil jur ev wg"
    " bes mind red sto set ver dep hon dom ing cel hab ill pop ste env cf geb gest ds mw ir mr fr por dir lek"
)
"""What is a word, or opens a name, in another language: taken for an abbreviation in its own alone."""

_SHARED = frozenset[str]().union(*(language.titles for language in LANGUAGES.values())) - _AMBIGUOUS
_NUMBERED = frozenset[str]().union(*(language.numbered for language in LANGUAGES.values())) - _set("s t c d n al mar")


@cache
def _tellers() -> dict[str, list[str]]:
    """The names of the languages by the words that tell them."""
    tellers: dict[str, list[str]] = {}
    for name, known in LANGUAGES.items():
        for word in known.common:
            tellers.setdefault(word, []).append(name)
    return tellers


def language_of(text: str) -> str:
    """The name in LANGUAGES of the language that a text seems to be in, by its first words; English when none is.

    `"Das kostet 1,9 Mio. Euro."` → `"de"`
    """
    tellers = _tellers()
    votes: Counter[str] = Counter()
    for match in islice(_WORDS.finditer(text), LOOKED_AT):
        word = match[0].lower()
        votes.update(tellers.get(word, ()))
        if not word.isascii():
            votes.update(name for name, letters in _LETTERS.items() if not letters.isdisjoint(word))
    best = max(votes.values(), default=0)
    return next((name for name in LANGUAGES if best and votes[name] == best), "en")


_LETTERS = {
    "de": frozenset("äöüß"),
    "es": frozenset("ñ¿¡"),
    "fr": frozenset("çèêœ"),
    "it": frozenset("ìò"),
    "pt": frozenset("ãõç"),
    "pl": frozenset("ąęłńśźż"),
    "da": frozenset("åæø"),
    "ru": frozenset("ыэёъ"),
    "uk": frozenset("іїєґ"),
}


@cache
def language(name: str) -> Language:
    """The language with what is never anything but an abbreviation in any of the others."""
    own = LANGUAGES[name]
    return Language(
        titles=own.titles | (_SHARED - own.common - own.short - own.starters),
        short=own.short,
        numbered=own.numbered | _NUMBERED,
        final=own.final,
        units=own.units,
        starters=own.starters,
        ordinals=own.ordinals,
        dashes=own.dashes,
        small=own.small,
    )
