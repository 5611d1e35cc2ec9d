import sys
from pathlib import Path

import numpy as np

import crossroads
from crossroads.analysis.kernels import compile_loop


def double_all(numbers, doubled) -> None:
    """A loop that calls a part."""
    for place in range(len(numbers)):
        doubled[place] = double_one(numbers[place])


def double_one(number) -> float:
    return 2.0 * number


def test_a_loop_gives_the_same_compiled_as_it_stands():
    numbers, slow, quick = np.arange(5.0), np.zeros(5), np.zeros(5)
    double_all(numbers, slow)
    compile_loop(double_all, double_one)(numbers, quick)
    assert slow.tolist() == quick.tolist() == [0, 2, 4, 6, 8]


def test_what_is_compiled_lies_in_the_cache_of_the_user_and_not_in_the_package():
    loop = compile_loop(double_all, double_one)
    assert compile_loop(double_all, double_one) is loop
    file = Path(sys.modules[loop.__module__].__file__)
    package = Path(crossroads.__file__).parent
    assert package not in file.parents
    loop(np.zeros(1), np.zeros(1))
    assert list((file.parent / "__pycache__").glob(f"{file.stem}.double_all*.nbi"))
    assert not [*package.rglob("*double_all*.nbi"), *Path(__file__).parent.rglob("*double_all*.nbi")]
