"""Closed word lists of scholarly English: what bounds a phrase, what is too general to search for, what states a direction."""

from __future__ import annotations

FUNCTION_WORDS = frozenset(
    """a about above across after against all along also although am among an and another any anyone anything are around as at
    be because been before being below between both but by can cannot could despite did do does doing done down due during each either else
    enough etc even ever every few first for from further furthermore get gets given go had has have having he hence her here hers
    him his how however i if in indeed instead into is it its itself just least less let like made mainly make makes many may me might
    mine more moreover most much must my namely near neither never nevertheless no nor not notably now of off often on once one only onto or
    other others otherwise our ours out over own particularly per perhaps quite rather really regarding respectively same second several shall she should since so
    some something still such than that the their theirs them then there thereby therefore these they this those though three through thus to
    together too toward towards two under unless unlike until up upon us versus very via vs was we well were what whatever when where
    whereas whether which while who whom whose why will with within without would yet you your yours e.g i.e eg ie viz
    anywhere everything nothing somebody someone somewhere today tomorrow yesterday currently recently generally specifically especially
    there's it's don't doesn't isn't aren't what's who's mostly commonly typically usually widely mainly highly largely
    significantly substantially considerably slightly strongly greatly newly directly fully simply easily effectively""".split()
)

QUESTION_WORDS = frozenset(
    "what which who whom whose when where why how whether does do did is are was were can could should would will may might".split()
)

VERBS = frozenset(
    """achieve achieves achieved achieving address addresses addressed addressing adopt adopts adopted affect affects affected affecting aim aims aimed
    allow allows allowed allowing analyse analyses analysed analyze analyzes analyzed answer appear appears applied apply applies applying arise argue argues
    assess assessed assesses assessing attain become becomes benefit benefits benefited bring brings build builds built call called cause causes caused causing
    changed characterize characterized collect collected combine combines combined combining compare compared compares comparing
    conduct conducted confirm confirms confirmed consider considered consist consists contain contains containing contribute contributes
    correlate correlates correlated create creates created creating decrease decreases decreased decreasing define defined
    degrade degrades degraded demonstrate demonstrated demonstrates demonstrating depend depends derive derived describe described describes designed
    detect detected determine determined determines develop developed develops differ differs discuss discussed discusses
    drop drops employ employed employs enable enables enabled encode encodes encoded
    enhance enhanced enhances enhancing ensure evaluate evaluated evaluates evaluating examine examined examines exceed exceeds exhibit exhibits
    exist exists existing expect expected experiment explain explains exploit exploited exploits explore explored explores exploring expand expanded expanding extend extended extends
    fail fails failed find finds finding found focus focuses focused follow followed following follows gain gained gains
    generalise generalises generalize generalizes give gives given handle help helps helped helping hold holds hurt hurts identify identified identifies identifying
    illustrate impact impacts implement implemented improve improved improves improving include included includes including incorporate incorporated
    increase increased increases increasing indicate indicates indicated induce induced induces inducing influence influenced influences inform inhibit inhibits inhibited inhibiting introduce introduced introduces
    investigate investigated investigates involve involved involves keep keeps know known lack lacks lag lags leading leads learn learned learns leave leaves led leverage
    leveraged leverages leveraging lie lies limit limits maintain mean means measure measured measures mediate mediates mention need needed needs
    note observe observed observes obtain obtained obtaining occur occurs occurring offer offers operate outperform outperformed outperforming outperforms
    participate perform performed performing performs play plays predict predicted predicts present presented presents prevent prevents prevented preventing
    produce produced produces promote promotes promoted propose proposed proposes prove proven provide provided provides providing publish published quantify
    raise raises reach reached reaches reduce reduced reduces reducing regulate regulates regulated relate related rely relies remain remains replace replaced
    report reported reports require required requires requiring result resulted resulting results retain reveal reveals revealed say says
    seem seems seen serve serves set show showed showing shown shows solve solved studied study studies suffer suffers suggest suggested suggests
    support supported supports surpass surpasses take taken takes tend tends test tested train trained transferring treat treated treating tried try trying
    understand use used uses using utilise utilised utilize utilized utilizing vary varies varied want work works worked yield yielded yields written spoken
    tell happen happens happened matter matters think thinks compete look looks exploring shared struggle struggles
    rank ranked pose posed poses point points concern concerns rest rests share shares allow transferred
    outweigh outweighs underperform underperforms lower lowers lowered raise apply bear bears stay stays differ relies cover covers covered covering""".split()
)

# Words of any scholarly question or abstract: alone they name no subject.
GENERAL = frozenset(
    """ability accuracy advantage advantages aim aims amount amounts analysis analyses answer answers application applications approach approaches area areas
    article articles aspect aspects assessment author authors average baseline baselines basis behavior behaviour benchmark benchmarks benefit benefits
    best better case cases challenge challenges change changes characteristics choice choices class classes comparison component components
    conclusion conclusions condition conditions consequence consequences context contexts contribution contributions cost costs current data dataset datasets day days
    degree design development difference differences different difficulty direction directions diverse domain domains effect effective effectiveness effects
    efficiency efficient effort efforts error errors evaluation evidence example examples experiment experimental experiments extent extents f1 fact factor factors feature features field fields
    finding findings form forms framework frameworks full future gain gains general goal good great group groups growing high higher hypothesis idea ideas impact
    impacts implication implications importance important improvement improvements individual influence influences information insight insights interest issue issues key kind kinds
    knowledge large larger latest level levels limit limitation limitations limited literature little long low lower main major manner means measure measures mechanism
    mechanisms method methodology methods metric metrics model models modern multiple name nature new novel number numbers objective order outcome outcomes output outputs overall overview
    paper papers part parts people performance performances perspective phenomenon point points poor possible potential practice precision presence present previous prior problem problems procedure process
    processes property properties proportion purpose quality quantity question questions range rate rates reason reasons recall recent region relation relations relationship relationships relative relevance report reports
    research result results review reviews risk role roles same sample samples scale scenario scenarios scheme score scores sentence set sets setting settings short
    significance significant similar simple single size small solution solutions source sources specific standard state state-of-the-art step steps strategies strategy strength
    strong structure studies study subject success suitable superior survey system systems task tasks technique techniques technologies technology
    term terms test tests text texts theory thing things time times today tool tools topic topics total trend trends type types understanding
    usage use useful user users value values variation variety various version view way ways weakness work works world worse worst year years
    zero capability capabilities popular promising essential crucial successful strong robust available additional certain common particular common
    appropriate optimal prominent sufficient typical usual useful relevant different real actual effective amongst
    half third quarter percent percentage point pair pairs list lists item items end start begin beginning place""".split()
)

# General words that name the sort of thing at a phrase's end ("cross-lingual NER models"): a search does without them.
HEADS = frozenset(
    """model models method methods approach approaches system systems task tasks performance score scores technique techniques algorithm algorithms
    framework frameworks dataset datasets data benchmark benchmarks strategy strategies tool tools setting settings result results
    accuracy quality evaluation study studies experiment experiments scenario scenarios effect effects f1 metric metrics rate rates level levels
    application applications problem problems issue issues use usage ability effectiveness amount research literature
    useful effective efficient possible better worse good important helpful suitable successful reliable feasible sufficient necessary dangerous safe""".split()
)

UP = frozenset(
    """improve improves improved improving improvement improvements outperform outperforms outperformed outperforming gain gains better best increase increases increased increasing
    superior effective effectively effectiveness benefit benefits beneficial benefited boost boosts boosted exceed exceeds exceeded surpass surpasses surpassed enhance enhances enhanced enhancing
    helps help helped helpful higher success successful successfully viable viability advantage advantages advantageous protects protective alleviates
    narrows narrowed strengthens strengthen promising strong robust positive positively state-of-the-art competitive promote promotes promoted""".split()
)
DOWN = frozenset(
    """worse worst worsen worsens drop drops dropped dropping degrade degrades degraded degradation fail fails failed failing failure failures decrease decreases decreased decreasing decline declines
    declined lower lowers lowered poor poorly poorer hurt hurts hurting harm harms harmful harmed lag lags lagging struggle struggles struggled struggling insufficient inferior underperform underperforms
    underperformed limited negative negatively ineffective suffer suffers suffered impair impairs impaired detrimental inadequate unreliable
    reduce reduces reduced loss losses deteriorate deteriorates deterioration hinder hinders hindered weak weaker""".split()
)
# Falling, these are a gain; rising, a loss.
UNWANTED = frozenset(
    """error errors cost costs gap gaps risk risks mortality perplexity latency loss losses wer bias biases toxicity overfitting hallucination
    hallucinations interference forgetting complexity time disease symptoms pain infection infections incidence death deaths noise""".split()
)
NEGATIONS = frozenset("not no never neither nor cannot without hardly barely rarely n't don't doesn't didn't isn't aren't wasn't".split())
COMPARATIVES = frozenset("than over outperform outperforms outperformed outperforming surpass surpasses surpassed exceed exceeds exceeded beats beat".split())
