"""Average the weights of networks that one training led through: one network, better than each of them.

    average.py MODEL.pt MODEL.pt [...] --out MODEL.pt

Networks that were trained on from one another lie in one valley of the loss, and the middle of the valley
reads unseen texts better than the places on its sides where the training stopped (Izmailov et al. 2018,
"Averaging Weights Leads to Wider Optima and Better Generalization"). All must have the same shape.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    saved = [torch.load(path, map_location="cpu", weights_only=True) for path in args.models]
    shapes = [{k: v for k, v in each.items() if k != "network"} for each in saved]
    for path, shape in zip(args.models, shapes, strict=True):
        if shape != shapes[0]:
            print(f"{path}: of another shape than {args.models[0]}: {shape}", file=sys.stderr)
            return 1
    networks = [each["network"] for each in saved]
    mean = {name: sum(n[name].double() for n in networks) / len(networks) for name in networks[0]}
    torch.save({"network": {k: v.float() for k, v in mean.items()}} | shapes[0], args.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
