"""Short words of English and French that are names as well: "le van", "an old", "do so".

Pure data. A name is looked for in lower case too; where one of its parts is such a word, nobody
but a person can tell the name from a sentence.
"""

from __future__ import annotations

__all__ = ["ORDINARY"]

_ENGLISH = """
able about act add age ago aid aim air all also am amber an and any april are area arm art as ask
at august autumn away back bad ball band bank bar bay be beer bell best big bill bird bishop black
bless blue boat bob bold bond book booth both bow boy brand bridge brook brown buck bud bush but
by call came camp can cap car care carol cart case cash cat chance chip city clay clear clerk
close cloud coal cold cole come con cook cool core corn cost crew cross crow cup cut dad dale date
dawn day days deal dean deep den did do does dog done door down draw drew drop dry due duke each
earl early east easy edge else end even ever eye faith fall far farm fast fat fee few field file
fine fire firm first fish fit five flat flow fly foot for ford form four fox frank free from full
game gave gay gem gene get gift give glad go goal god gold gone good got grace grant gray great
green grew guy had hall ham hand hard has have he head heath help her herb here high hill him his
hit hold holly home hope hot hour house how hunt ice if in into iris is it ivy jack jade jean job
joy june just keen keep kept key kid kind king kit lake lamb lance land lane large last late law
lay lead league leave left less let light like lily line link list little live loan long look lord
lot love low made mail main major make man many march mark marsh mason may me mean means meet
mercy met mild mill mine miss mo moon more morning moss most much must my nan near need new next
nice night no noble none noon nor north not note now oak of off old olive on once one only open or
order other our out over own page paid parish park part past pat path pay peace pearl per pet pick
pike pine plan plus pole pool poor pope port post pot pound power price pride prince pro prose put
rain ran rank raw ray read real red rest rice rich ride right rise river road rob robin rock rod
room root rose row royal ruby rule run rush sad said sale same sand say sea see self sell send
sent set shall she shop short show side sign silver six skip small smart smith snow so sold some
son song soon south speed spring star start state stay steel stone stop storm street strong such
sue sum summer sun sure tab take talk tall tan team tell ten term test than that the them then
there these they thing this thorn three thus tie till time tip to today told tom too top tour town
trade true turn two under until up us use van via vice view violet wade walk wall want ward was
watch water way we weak web week well went were west what when white who whole why wide wild will
win wind wine wing winter wise wish with wolf wood word work worth would yard year yes yet york
you young your
"""
_FRENCH = """
ai aime aimé air ait alors an ancien ange ans as au auto aux avant avec avoir avril bas beau bel
belle bien blanc bleu blond bois bon bonne boucher bout bref brun but car carré cas ce cela ces
cette chef cher chez ci clair claire clé comte coq cor cour court cru dans de des deux devant dire
dit dix doit donc dont doux droit du duc dur début eau elle en encore entre es est et eu eux fait
fer feu fin fleur fois fond font fort fou froid gai garde gentil grand gras gris gros haut heure
homme hors hui ici il ils jean jeu jour juge juin jus juste la lac le les leur lieu loi long louis
lui lundi là léger ma mai main mais mal marché mardi marin mars me mer mes mi mieux mil mode moi
moins mois mon mont mort mot mur même ne neuf ni noble noir noirs nom non nos notre nous noël nu
ou oui où page pain paix par pas pays petit peu peut pic pied place plus point pont port pour prix
pro près pré puis pur père qu quand que qui quoi rang rare ras repos reste riche rien roi rond
rose rouge roux rue sa sac sage saint salle sans sauf se sec sel sept serre ses seul si six soi
soir soit sol son sont sort sot sous sud suis sur ta tard te temps tes tour tous tout toute trois
trop très tu tôt un une va van vent vers vert veut vie vieux vif ville vin vite voie voir voix vos
vous vrai vu vue ça été être
"""
ORDINARY = frozenset(_ENGLISH.split()) | frozenset(_FRENCH.split())
"""Our choice: what both languages use daily, up to some seven letters."""
