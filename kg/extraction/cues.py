"""Words that say what a paper does with a thing: verbs and phrases, each with the class it stands for.

To add a cue, add its word forms to a row; the learned components see classes and words both.
"""

from __future__ import annotations

#: class → word forms, lower case. A form stands in one class only.
CUE_FORMS: dict[str, str] = {
    "PROPOSE": """propose proposes proposed proposing introduce introduces introduced introducing present
        presents presented presenting release releases released releasing develop develops developed
        developing design designs designed designing devise devises devised devising create creates created
        creating construct constructs constructed constructing build builds built building contribute
        contributes contributed open-source open-sourced opensource publish curate curated curates curating
        formulate formulates formulated offer offers unveil describe describes described invent establish
        establishes established collect collected collects propounded suggest suggests suggested call called
        named dubbed termed coin coined define defines defined""",
    "USE": """use uses used using utilize utilizes utilized utilizing utilise utilises utilised utilising
        employ employs employed employing apply applies applied applying leverage leverages leveraged
        leveraging adopt adopts adopted adopting exploit exploits exploited exploiting incorporate
        incorporates incorporated incorporating integrate integrates integrated integrating combine combines
        combined combining via through harness harnesses harnessing adapt adapts adapted adapting implement
        implements implemented implementing perform performs performed""",
    "BASE": """based builds-on extend extends extended extending fine-tune fine-tuned finetune finetuned
        finetuning fine-tuning initialized initialised backbone backbones top upon inspired derived powered
        driven distilled variant variants adaptation modification""",
    "EVALUATE": """evaluate evaluates evaluated evaluating evaluation evaluations experiment experiments
        experimental test tests tested testing validate validates validated validating benchmark benchmarks
        benchmarked benchmarking assess assesses assessed assessing demonstrate demonstrates demonstrated
        demonstrating results show shows shown showing achieve achieves achieved achieving attain attains
        attained report reports reported measure measures measured measuring verify verified""",
    "COMPARE": """outperform outperforms outperformed outperforming surpass surpasses surpassed surpassing
        exceed exceeds exceeding beat beats beating superior baseline baselines compared compare compares
        comparing comparison comparisons versus vs than over against unlike contrast competitive comparable
        relative counterpart counterparts competing competitor competitors alternatives rival rivals rivaling
        matching matches match par""",
    "STUDY": """study studies studied studying investigate investigates investigated investigating analyze
        analyzes analyzed analyzing analyse analyses analysed analysing examine examines examined examining
        explore explores explored exploring survey surveys surveyed reviewing review reviews characterize
        characterizes understand understanding revisit revisits probe probing audit compare-with focus
        focuses focusing focused consider considers considered""",
    "ADDRESS": """address addresses addressed addressing tackle tackles tackled tackling solve solves solved
        solving mitigate mitigates mitigated mitigating overcome overcomes overcoming improve improves
        improved improving improvement improvements enhance enhances enhanced enhancing enable enables
        enabling enabled facilitate facilitates reduce reduces reduced reducing problem problems challenge
        challenges task tasks for towards toward aim aims goal bridge bridges bridging alleviate detect
        predict support supports supporting boost boosts""",
    "NEED": """however despite although while whereas yet but limited limitation limitations remain remains
        remained fail fails failed suffer suffers struggle struggles lack lacks lacking crucial critical
        essential fundamental important popular widely increasingly recently recent traditional conventional
        existing previous prior current typically often usually commonly have has become emerging emerged
        advances progress rapid rely relies relied relying require requires requiring""",
    "FUTURE": """future potential promising pave paves paving implications opportunities applications
        application directions could may might can such including like e.g. enabling-future""",
    "OURS": """we our ours us this paper work here novel new newly first proposed-here named""",
    "NOT": """not no without neither nor instead rather avoid avoids avoiding never eliminating""",
}

CUES: dict[str, str] = {form: cue for cue, forms in reversed(CUE_FORMS.items()) for form in forms.split()}
