"""Command line: python -m neural sweep FILE, python -m neural train NAME=VALUE ..., python -m neural list.

Several GPUs: torchrun --nproc-per-node 4 -m neural train --recipe cifar10_resnet32 device=cuda
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from neural import commands, train_command
from neural.ready_sweeps import READY
from neural.recipes import RECIPES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status: 1 where something could not be done, 2 for wrong usage."""
    options = parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"error: {error.filename or 'the standard output'}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nLeft; the same command goes on from here.", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="python -m neural", description="Train networks without the app.")
    which = top.add_subparsers(required=True, metavar="COMMAND")
    sweep = which.add_parser("sweep", help="train every run of a sweep that is not done, and write tables")
    sweep.add_argument(
        "file",
        metavar="FILE",
        help=f"JSON as of SweepConfig.to_dict(), or one of {', '.join([*READY, *RECIPES])}",
    )
    sweep.add_argument(
        "--out", type=Path, metavar="FOLDER", help="default: build/sweeps/ and the name of FILE"
    )
    sweep.add_argument("--workers", type=_workers, default=os.cpu_count() or 1, help="default: one a core")
    sweep.add_argument("--device", help="cpu, mps, cuda or cuda:N, for every run")
    sweep.set_defaults(command=commands.sweep)
    train = which.add_parser("train", help="train one run and print what it measures")
    train.add_argument(
        "values", nargs="*", metavar="NAME=VALUE", help="of TrainConfig or LaneConfig: method=sam_sps rho=0.1"
    )
    base = train.add_mutually_exclusive_group()
    base.add_argument(
        "--json", type=Path, metavar="FILE", help="a TrainConfig, to which the values are added"
    )
    base.add_argument("--recipe", choices=RECIPES, help="at full size, to which the values are added")
    train.add_argument("--csv", type=Path, metavar="FILE", help="every step, as CSV")
    train.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="keep checkpoints there, go on from the last one, and keep the result as a sweep does",
    )
    train.add_argument("--every", type=_steps, default=500, help="steps between two checkpoints")
    train.set_defaults(command=train_command.train)
    which.add_parser("list", help="list the sweeps that are ready").set_defaults(command=commands.list_ready)
    return top


def _steps(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000_000:
        raise argparse.ArgumentTypeError(f"must be an integer in [1, 10⁹], got {text!r}")
    return int(text)


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"must be an integer in [1, 256], got {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
