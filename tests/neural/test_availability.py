import threading
import time
import urllib.error

import pytest

from neural import availability as module
from neural.availability import Availability, all_availabilities, availability, kept_file, reachable
from neural.catalog import DATASETS

DOWNLOADED = {key for key, choice in DATASETS.items() if choice.source == "openml"}


@pytest.fixture(autouse=True)
def _empty_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))


def keep(key):
    kept_file(key).parent.mkdir(parents=True, exist_ok=True)
    kept_file(key).touch()


def never():
    raise AssertionError("the network was asked for nothing")


def test_packaged_generated_and_kept_sets_need_no_network():
    keep("mnist")
    for key in ("digits", "textures", "mnist"):
        assert availability(key, never) == Availability(True)


def test_other_sets_need_the_site():
    assert {"mnist", "fashion_mnist", "cifar10"} == DOWNLOADED
    for key in DOWNLOADED:
        assert availability(key, lambda: True) == Availability(True, downloads=True)
        offline = availability(key, lambda: False)
        assert not offline.available
        assert DATASETS[key].label in offline.reason
        assert "openml.org cannot be reached" in offline.reason
        assert str(module.data_home()) in offline.reason, "what to do about it"


def test_the_site_is_asked_once_for_all():
    asked = []
    keep("cifar10")
    every = all_availabilities(lambda: bool(asked.append(1)))
    assert {key for key, found in every.items() if not found.available} == {
        "mnist",
        "fashion_mnist",
        "cifar100",
    }
    assert list(every) == list(DATASETS)
    assert len(asked) == 1


def test_unknown_data_set_is_named():
    with pytest.raises(ValueError, match=r"dataset.*digits.*'imagenet'"):
        availability("imagenet")


class Answer:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


def failing(error):
    def urlopen(request, timeout):
        raise error

    return urlopen


@pytest.mark.parametrize(
    ("urlopen", "expected"),
    [
        (lambda request, timeout: Answer(), True),
        (failing(urllib.error.HTTPError("", 405, "", None, None)), True),
        (failing(urllib.error.HTTPError("", 503, "", None, None)), False),
        (failing(urllib.error.URLError("Name or service not known")), False),
        (failing(TimeoutError()), False),
    ],
)
def test_what_an_answer_means(urlopen, expected, monkeypatch):
    monkeypatch.setattr(module.urllib.request, "urlopen", urlopen)
    assert reachable(timeout=10) is expected


def test_a_site_that_hangs_holds_nobody_up(monkeypatch):
    leave = threading.Event()

    def hang(request, timeout):
        leave.wait(60)
        return Answer()

    monkeypatch.setattr(module.urllib.request, "urlopen", hang)
    start = time.monotonic()
    assert reachable(timeout=0.05) is False
    assert time.monotonic() - start < 5
    leave.set()
