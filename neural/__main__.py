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
from neural.home import folder, sweeps
from neural.methods import METHODS
from neural.pool import EVERY
from neural.ready_sweeps import READY
from neural.recipes import RECIPES
from neural.sweep import OF_LANES, OF_RUNS

SWEEP_FILE = """\
A file with every method at every point of the grid, once for each seed; of what a method is tuned over the
best is shown, and all of it counts as its cost:
  {"methods": [{"method": "sam_sps"},
               {"method": "sam_cosine", "values": {"momentum": 0.9}, "tuned": {"lr": [0.1, 1.0]}}],
   "grid": {"rho": [0.1, 0.4]},
   "seeds": [0, 1, 2],
   "fixed": {"dataset": "mnist1d", "network": "mlp", "epochs": 15}}
The page Robustness writes such a file of its controls. Left or killed, the same command goes on: runs that
are done are not done again, and one that was cut short goes on from its last checkpoint.
"""


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
    sweep = which.add_parser(
        "sweep",
        help="train every run of a sweep that is not done, and write tables",
        epilog=SWEEP_FILE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sweep.add_argument(
        "file", metavar="FILE", help=f"JSON, see below, or one of {', '.join([*READY, *RECIPES])}"
    )
    where = sweep.add_mutually_exclusive_group()
    where.add_argument(
        "--out", type=Path, metavar="FOLDER", help="default: build/sweeps/ and the name of FILE"
    )
    _add_app(where)
    sweep.add_argument(
        "--workers", type=_workers, default=os.cpu_count() or 1, metavar="N", help="default: one a core"
    )
    _add_every(sweep)
    sweep.add_argument("--device", help="cpu, mps, cuda or cuda:N, for every run")
    sweep.set_defaults(command=commands.sweep)
    train = which.add_parser(
        "train",
        help="train one run and print what it measures",
        epilog=f"NAME is method, one of {', '.join(METHODS)}; a value of it: {', '.join(OF_LANES)}; "
        f"or one of the run: {', '.join((*OF_RUNS, 'seed'))}. neural/config.py says what each means.",
    )
    train.add_argument("values", nargs="*", metavar="NAME=VALUE", help="such as method=sam_sps rho=0.1")
    base = train.add_mutually_exclusive_group()
    base.add_argument(
        "--json", type=Path, metavar="FILE", help="a TrainConfig, to which the values are added"
    )
    base.add_argument("--recipe", choices=RECIPES, help="at full size, to which the values are added")
    train.add_argument("--csv", type=Path, metavar="FILE", help="every step, as CSV")
    where = train.add_mutually_exclusive_group()
    where.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="keep checkpoints there, go on from the last one, and keep the result as a sweep does",
    )
    _add_app(where)
    _add_every(train)
    train.set_defaults(command=train_command.train)
    which.add_parser("list", help="list the sweeps that are ready").set_defaults(command=commands.list_ready)
    return top


def _add_app(where: argparse._MutuallyExclusiveGroup) -> None:
    text = "as --out with the app's own folder (SAM_SPS_HOME): its page Robustness shows what is done"
    where.add_argument("--app", dest="out", action="store_const", const=sweeps(folder()), help=text)


def _add_every(command: argparse.ArgumentParser) -> None:
    text = f"steps between two checkpoints of a run; default: {EVERY}"
    command.add_argument("--every", type=_steps, default=EVERY, metavar="STEPS", help=text)


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
