"""What kind of thing a web address leads to: what its host is for, and what the words beside it say."""

from __future__ import annotations

import re

#: Beginnings of addresses (host and path) by what is kept there. The longest that fits counts. To teach
#: kg another host, add a line. Where a kind ends in "?", clear words beside the address outweigh it.
PLACES: dict[str, str] = {
    "github.com": "code?",
    "gist.github.com": "code",
    "raw.githubusercontent.com": "code?",
    "gitlab.com": "code?",
    "bitbucket.org": "code?",
    "codeberg.org": "code?",
    "gitee.com": "code?",
    "sourceforge.net": "code",
    "anonymous.4open.science": "code?",
    "colab.research.google.com": "code",
    "pypi.org": "code",
    "crates.io": "code",
    "npmjs.com": "code",
    "cran.r-project.org": "code",
    "anaconda.org": "code",
    "hub.docker.com": "code",
    "codeocean.com": "code",
    "kaggle.com/code": "code",
    "huggingface.co": "model?",
    "huggingface.co/datasets": "data",
    "huggingface.co/spaces": "project",
    "huggingface.co/papers": "paper",
    "hf.co": "model?",
    "hf.co/datasets": "data",
    "hf.co/spaces": "project",
    "hf.co/papers": "paper",
    "modelscope.cn": "model?",
    "modelscope.cn/models": "model",
    "modelscope.cn/datasets": "data",
    "ollama.com": "model",
    "replicate.com": "model",
    "civitai.com": "model",
    "zenodo.org": "data?",
    "osf.io": "data?",
    "figshare.com": "data?",
    "datadryad.org": "data",
    "kaggle.com": "data",
    "data.mendeley.com": "data",
    "dataverse.harvard.edu": "data",
    "physionet.org": "data",
    "ieee-dataport.org": "data",
    "opendatalab.com": "data",
    "archive.ics.uci.edu": "data",
    "commoncrawl.org": "data",
    "openml.org": "data",
    "cancerimagingarchive.net": "data",
    "openneuro.org": "data",
    "doi.org": "paper",
    "dx.doi.org": "paper",
    "doi.org/10.5281": "data?",  # Zenodo
    "doi.org/10.6084": "data?",  # Figshare
    "doi.org/10.17605": "data?",  # Open Science Framework
    "doi.org/10.7910": "data",  # Harvard Dataverse
    "doi.org/10.17632": "data",  # Mendeley Data
    "doi.org/10.5061": "data",  # Dryad
    "doi.org/10.21227": "data",  # IEEE DataPort
    "doi.org/10.13026": "data",  # PhysioNet
    "doi.org/10.57967": "data?",  # Hugging Face
    "arxiv.org": "paper",
    "openreview.net": "paper",
    "aclanthology.org": "paper",
    "biorxiv.org": "paper",
    "medrxiv.org": "paper",
    "researchgate.net": "paper",
    "semanticscholar.org": "paper",
    "papers.ssrn.com": "paper",
    "ssrn.com": "paper",
    "hal.science": "paper",
    "ieeexplore.ieee.org": "paper",
    "dl.acm.org": "paper",
    "link.springer.com": "paper",
    "sciencedirect.com": "paper",
    "nature.com/articles": "paper",
    "pubmed.ncbi.nlm.nih.gov": "paper",
    "ncbi.nlm.nih.gov/pmc": "paper",
    "mdpi.com": "paper",
    "openaccess.thecvf.com": "paper",
    "proceedings.mlr.press": "paper",
    "papers.nips.cc": "paper",
    "jmlr.org/papers": "paper",
    "eprint.iacr.org": "paper",
    "youtube.com": "other?",
    "youtu.be": "other?",
    "vimeo.com": "other?",
    "bilibili.com": "other?",
    "wikipedia.org": "other",
    "twitter.com": "other",
    "x.com": "other",
    "linkedin.com": "other",
    "discord.gg": "other",
    "reddit.com": "other",
    "drive.google.com": "data?",
    "dropbox.com": "data?",
    "pan.baidu.com": "data?",
    "1drv.ms": "data?",
    "docs.google.com": "other?",
    "forms.gle": "other",
    "bit.ly": "other?",
    "tinyurl.com": "other?",
    "tiny.cc": "other?",
    "goo.gl": "other?",
    "cutt.ly": "other?",
    "aka.ms": "other?",
    "t.co": "other?",
    "rb.gy": "other?",
    "shorturl.at": "other?",
    "t.ly": "other?",
    "github.io": "project?",
    "gitlab.io": "project?",
    "readthedocs.io": "project",
    "hf.space": "project",
    "streamlit.app": "project",
    "vercel.app": "project",
    "netlify.app": "project",
}
_PAGE = re.compile(
    r"\b(?:web ?-?(?:site|page)s?|home ?page|project (?:page|site|link|url)|"
    r"(?:our|the|project|online|live|interactive) (?:page|site|portal|platform)|"
    r"web (?:interface|app\w*|service|demo|portal|tool)|demos?|demonstrations?|gallery|"
    r"blog|playground|documentation|video (?:results|demos?))\b"
)
_CODE = re.compile(
    r"\b(?:codes?|codebase|source|implementations?|scripts?|software|toolkits?|toolbox|libraries|library|packages?|"
    r"plugins?|repositor(?:y|ies)|repo|notebooks?|framework|pipelines?|suites?|tools?|systems?|simulator|environments?|"
    r"agents?|algorithm|method|project|github|materials?|resources?|artifacts?|api)\b"
)
_DATA = re.compile(
    r"\b(?:datasets?|data|databases?|corpus|corpora|annotations?|prompts|outputs|recordings|transcripts|images|"
    r"embeddings|questions|samples|test set|collection)\b"
)
_BENCHMARK = re.compile(r"\b(?:benchmarks?|leaderboards?|challenge|\w+-?bench)\b")
_MODEL = re.compile(r"\b(?:models?|weights|checkpoints?|llms?|vlms?|adapters?)\b")
_SOURCE = re.compile(
    r"\b(?:codes?|codebase|source|software|implementations?|scripts?|repository)\b", re.IGNORECASE
)
_WEIGHTS = re.compile(r"\b(?:weights|checkpoints?)\b", re.IGNORECASE)
_RELEASED = re.compile(
    r".*\b(?:releas\w+|provid\w+|open-?sourc\w+|publish\w*|share[sd]?|make|host\w*)\b(.*)", re.DOTALL
)
_DOCUMENT = re.compile(r"\.pdf$|/pdf/", re.IGNORECASE)


def link_kind(url: str, context: str, *, own: bool) -> str:
    """What `url` leads to (one of `schema.LINK_KINDS`).

    `context` is what stands before it in its sentence, `own` whether it is the paper's own.

    >>> link_kind("https://github.com/org/repo", "Our dataset is available at", own=True)
    'data'
    >>> link_kind("https://org.github.io/x", "Code and data are available at", own=True)
    'project'
    """
    place = _place(url)
    kind = place.rstrip("?")
    if place and place == kind:
        return kind
    said = _said(context.casefold())
    if kind == "other":  # behind a short address may be anything
        return "data" if said == "benchmark" else said or kind
    if not kind:
        if _DOCUMENT.search(url):
            return "paper"
        return said if said in ("data", "model") else "project" if own or said == "project" else "other"
    if kind == "code":  # models on a code host come with their code, unless only their weights are named
        return said if said == "data" or (said == "model" and _WEIGHTS.search(context)) else kind
    if kind in ("model", "project"):
        named = kind == "model" and _MODEL.search(context.casefold())
        return said if said == "data" and not named else kind
    # A place for data holds other files too.
    return said if said == "model" or (said == "code" and _SOURCE.search(context)) else kind


def _place(url: str) -> str:
    """The entry of PLACES that fits best, "" where none does."""
    address = re.sub(r"^https?://(?:www\.)?", "", url.casefold())
    host, _, path = address.partition("/")
    labels = host.partition(":")[0].split(".")
    folders = path.split("/")
    for first in range(len(labels) - 1):
        candidate = ".".join(labels[first:])
        for key in (f"{candidate}/{folders[0]}", candidate):
            if key in PLACES:
                return PLACES[key]
    return "code?" if labels[0] in ("git", "gitlab", "gitea") else ""


def _said(context: str) -> str:
    """The kind that the words name, "benchmark" where they name only that, "" where they name none."""
    released = _RELEASED.search(context)
    if released and any(pattern.search(released.group(1)) for pattern in (_CODE, _DATA, _MODEL, _BENCHMARK)):
        context = released.group(1)
    if _PAGE.search(context):
        return "project"
    if _CODE.search(context):
        return "code"
    if _DATA.search(context):
        return "data"
    if _MODEL.search(context):
        return "model"
    return "benchmark" if _BENCHMARK.search(context) else ""
