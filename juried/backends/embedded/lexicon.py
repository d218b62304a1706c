"""Closed word lists of scholarly English: what bounds a phrase, what is too general, what states a direction."""

from __future__ import annotations

from juried.text.words import word_set

FUNCTION_WORDS = word_set(
    """a about above across after against all along also although am among an and another any anyone anything
    anywhere are aren't around as at be because been before being below between both but by can cannot commonly
    considerably could currently despite did directly do does doesn't doing don't done down due during e.g each
    easily effectively eg either else enough especially etc even ever every everything few first for from fully
    further furthermore generally get gets given go greatly had has have having he hence her here hers highly him
    his how however i i.e ie if in indeed instead into is isn't it it's its itself just largely least less let
    like made mainly make makes many may me might mine more moreover most mostly much must my namely near neither
    never nevertheless newly no nor not notably nothing now of off often on once one only onto or other others
    otherwise our ours out over own particularly per perhaps quite rather really recently regarding respectively
    same second several shall she should significantly simply since slightly so some somebody someone something
    somewhere specifically still strongly substantially such than that the their theirs them then there there's
    thereby therefore these they this those though three through thus to today together tomorrow too toward
    towards two typically under unless unlike until up upon us usually versus very via viz vs was we well were
    what what's whatever when where whereas whether which while who who's whom whose why widely will with within
    without would yesterday yet you your yours"""
)


VERBS = word_set(
    """achieve achieved achieves achieving address addressed addresses addressing adopt adopted adopts affect
    affected affecting affects aim aimed aims allow allowed allowing allows analyse analysed analyses analyze
    analyzed analyzes answer appear appears applied applies apply applying argue argues arise assess assessed
    assesses assessing associate associated associates associating attain bear bears become becomes benefit
    benefited benefits bring brings build builds built call called cause caused causes causing changed
    characterize characterized collect collected combine combined combines combining compare compared compares
    comparing compete concern concerns conduct conducted confirm confirmed confirms consider considered consist
    consists contain containing contains contribute contributes correlate correlated correlates cover covered
    covering covers create created creates creating decrease decreased decreases decreasing define defined degrade
    degraded degrades demonstrate demonstrated demonstrates demonstrating depend depends derive derived describe
    described describes designed detect detected determine determined determines develop developed develops differ
    differs discuss discussed discusses drop drops employ employed employs enable enabled enables encode encoded
    encodes enhance enhanced enhances enhancing ensure evaluate evaluated evaluates evaluating examine examined
    examines exceed exceeds exhibit exhibits exist existing exists expand expanded expanding expect expected
    experiment explain explains exploit exploited exploits explore explored explores exploring extend extended
    extends fail failed failing fails find finding finds focus focused focuses follow followed following follows
    found gain gained gains generalise generalises generalize generalizes give given gives handle happen happened
    happens help helped helping helps hold holds hurt hurts identified identifies identify identifying illustrate
    impact impacts implement implemented improve improved improves improving include included includes including
    incorporate incorporated increase increased increases increasing indicate indicated indicates induce induced
    induces inducing influence influenced influences inform inhibit inhibited inhibiting inhibits introduce
    introduced introduces investigate investigated investigates involve involved involves keep keeps know known
    lack lacks lag lags leading leads learn learned learns leave leaves led leverage leveraged leverages
    leveraging lie lies limit limits look looks lower lowered lowers maintain matter matters mean means measure
    measured measures mediate mediates mention need needed needs note observe observed observes obtain obtained
    obtaining occur occurring occurs offer offers operate outperform outperformed outperforming outperforms
    outweigh outweighs participate perform performed performing performs play plays point points pose posed poses
    predict predicted predicts present presented presents prevent prevented preventing prevents produce produced
    produces promote promoted promotes propose proposed proposes prove proven provide provided provides providing
    publish published quantify raise raises rank ranked reach reached reaches reduce reduced reduces reducing
    regulate regulated regulates relate related relies rely remain remains replace replaced report reported
    repress repressed represses suppress suppressed suppresses
    reports require required requires requiring rest rests result resulted resulting results retain reveal
    revealed reveals say says seem seems seen serve serves set share shared shares show showed showing shown shows
    solve solved spoken stay stays struggle struggles studied studies study suffer suffers suggest suggested
    suggests support supported supports surpass surpasses take taken takes tell tend tends test tested think
    thinks train trained transferred transferring treat treated treating tried try trying underperform
    underperforms understand understood use used uses using utilise utilised utilize utilized utilizing varied
    varies vary verified verifies verify verifying want work worked works written yield yielded yields"""
)

# Words of any scholarly question or abstract: alone they name no subject.
GENERAL = word_set(
    """ability accuracy actual additional advantage advantages aim aims amongst amount amounts analyses analysis
    answer answers application applications approach approaches appropriate area areas article articles aspect
    aspects assessment author authors available average baseline baselines basis begin beginning behavior
    behaviour benchmark benchmarks benefit benefits best better capabilities capability case cases certain
    challenge challenges change changes characteristics choice choices class classes common comparison component
    components conclusion conclusions condition conditions consequence consequences context contexts contribution
    contributions cost costs crucial current data dataset datasets day days degree design development difference
    differences different difficulty direction directions diverse domain domains effect effective effectiveness
    effects efficiency efficient effort efforts end error errors essential evaluation evidence example examples
    experiment experimental experiments extent extents f1 fact factor factors feature features field fields
    finding findings form forms framework frameworks full future gain gains general goal good great group groups
    growing half high higher hypothesis idea ideas impact impacts implication implications importance important
    improvement improvements individual influence influences information insight insights interest issue issues
    item items key kind kinds knowledge large larger latest level levels limit limitation limitations limited list
    lists literature little long low lower main major manner means measure measures mechanism mechanisms method
    methodology methods metric metrics model models modern multiple name nature new novel number numbers objective
    optimal order outcome outcomes output outputs overall overview pair pairs paper papers part particular parts
    people percent percentage performance performances perspective phenomenon place point points poor popular
    possible potential practice precision presence present previous prior problem problems procedure process
    processes prominent promising properties property proportion purpose quality quantity quarter question
    questions range rate rates real reason reasons recall recent region relation relations relationship
    relationships relative relevance relevant report reports research result results review reviews risk robust
    role roles same sample samples scale scenario scenarios scheme score scores sentence set sets setting settings
    short significance significant similar simple single size small solution solutions source sources specific
    standard start state state-of-the-art step steps strategies strategy strength strong structure studies study
    subject success successful sufficient suitable superior survey system systems task tasks technique techniques
    technologies technology term terms test tests text texts theory thing things third time times today tool tools
    topic topics total trend trends type types typical understanding usage use useful user users usual value
    values variation variety various version view way ways weakness work works world worse worst year years zero"""
)

# General words that name the sort of thing at a phrase's end ("cross-lingual NER models"): a search does without them.
HEADS = word_set(
    """ability accuracy algorithm algorithms amount application applications approach approaches benchmark benchmarks
    better dangerous data dataset datasets effect effective effectiveness effects efficient evaluation experiment
    experiments f1 feasible framework frameworks good helpful important issue issues level levels literature
    method methods metric metrics model models necessary performance possible problem problems quality rate rates
    reliable research result results safe scenario scenarios score scores setting settings strategies strategy
    studies study successful sufficient suitable system systems task tasks technique techniques tool tools usage
    use useful worse"""
)

UP = word_set(
    """advantage advantageous advantages alleviates beneficial benefit benefited benefits best better boost boosted
    boosts competitive effective effectively effectiveness enhance enhanced enhances enhancing exceed exceeded
    exceeds gain gains help helped helpful helps higher improve improved improvement improvements improves
    improving increase increased increases increasing narrowed narrows outperform outperformed outperforming
    outperforms positive positively promising promote promoted promotes protective protects robust
    state-of-the-art strengthen strengthens strong success successful successfully superior surpass surpassed
    surpasses viability viable"""
)
DOWN = word_set(
    """decline declined declines decrease decreased decreases decreasing degradation degrade degraded degrades
    deteriorate deteriorates deterioration detrimental drop dropped dropping drops fail failed failing fails
    failure failures harm harmed harmful harms hinder hindered hinders hurt hurting hurts impair impaired impairs
    inadequate ineffective inferior insufficient lag lagging lags limited loss losses lower lowered lowers
    negative negatively poor poorer poorly reduce reduced reduces struggle struggled struggles struggling suffer
    suffered suffers underperform underperformed underperforms unreliable weak weaker worse worsen worsens worst"""
)
# Falling, these are a gain; rising, a loss.
UNWANTED = word_set(
    """bias biases complexity cost costs death deaths disease error errors forgetting gap gaps hallucination
    hallucinations incidence infection infections interference latency loss losses mortality noise overfitting
    pain perplexity risk risks symptoms time toxicity wer"""
)
COMPARATIVES = word_set(
    """beat beats exceed exceeded exceeds outperform outperformed outperforming outperforms over surpass surpassed
    surpasses than"""
)
