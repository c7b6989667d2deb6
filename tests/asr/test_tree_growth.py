import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.prefix_tree import PrefixTree, build_prefix_tree
from audiolab.asr.tree_growth import Spoken, grown
from tests.asr import small_language as small
from tests.asr.test_prefix_tree import spelled

CLASSES = 5
FORMS = st.lists(st.binary(min_size=1, max_size=6).map(lambda form: bytes(c % CLASSES for c in form)), min_size=1)


def looked_ahead(tree: PrefixTree) -> dict[bytes, float]:
    """What each node looks ahead to by the labels that lead there."""
    result: dict[bytes, float] = {}
    waiting = [(0, b"")]
    while waiting:
        node, form = waiting.pop()
        result[form] = float(tree.look_ahead[node])
        children = range(tree.first_child[node], tree.first_child[node] + tree.children[node])
        waiting += ((child, form + bytes([tree.label[child]])) for child in children)
    return result


def entries(forms: list[bytes], first: int, unigrams: np.ndarray) -> list[Spoken]:
    return [Spoken(form, word, float(unigrams[word])) for word, form in enumerate(forms, first)]


@given(FORMS, FORMS)
def test_a_grown_tree_is_the_one_that_is_built_of_all(known: list[bytes], more: list[bytes]) -> None:
    count = len(known) + len(more)
    unigrams = np.random.default_rng(count).uniform(-5, -1, count).astype(np.float32)
    built = build_prefix_tree(known + more, np.arange(count), unigrams, CLASSES)
    tree = build_prefix_tree(known, np.arange(len(known)), unigrams, CLASSES)
    tree = grown(tree, entries(more, len(known), unigrams))
    assert spelled(tree) == spelled(built)
    assert looked_ahead(tree) == looked_ahead(built)
    exits = slice(tree.exits, tree.exits + CLASSES)
    assert tree.label[exits].tolist() == list(range(CLASSES))
    assert set(tree.first_child[exits].tolist()) == {tree.first_child[0]}
    assert set(tree.children[exits].tolist()) == {tree.children[0]}
    assert not tree.word_count[exits].any()


@given(FORMS, FORMS, FORMS)
def test_it_can_grow_again(known: list[bytes], more: list[bytes], most: list[bytes]) -> None:
    words = np.arange(len(known) + len(more) + len(most))
    unigrams = -1.0 - words.astype(np.float32)
    tree = build_prefix_tree(known, words[: len(known)], unigrams, CLASSES)
    once = grown(tree, entries(more + most, len(known), unigrams))
    twice = grown(grown(tree, entries(more, len(known), unigrams)), entries(most, len(known) + len(more), unigrams))
    assert spelled(once) == spelled(twice)
    assert looked_ahead(once) == looked_ahead(twice)


def test_the_first_tree_stays_as_it_is() -> None:
    tree = small.tree()
    for values in (tree.label, tree.first_child, tree.children, tree.look_ahead, tree.first_word, tree.words):
        values.flags.writeable = False  # as where it is mapped from a file
    before = spelled(tree), looked_ahead(tree)
    grown(tree, [Spoken(b"\2\1", 6, -1.0), Spoken(b"\0", 2, -0.1)])
    assert (spelled(tree), looked_ahead(tree)) == before


def test_what_is_there_is_only_raised() -> None:
    tree = small.tree()
    raised = grown(tree, [Spoken(b"\0\1\2", small.WORDS.index("abc"), -0.2)])
    assert spelled(raised) == spelled(tree)
    assert raised.exits == tree.exits
    ahead = looked_ahead(raised)
    assert [round(ahead[form], 3) for form in (b"", b"\0", b"\0\1", b"\0\1\2")] == [0.0, -0.2, -0.2, -0.2]
    assert ahead[b"\0\2"] == looked_ahead(tree)[b"\0\2"]
