import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiolab.asr.prefix_tree import PrefixTree, build_prefix_tree
from tests.asr import small_language as small


def spelled(tree: PrefixTree) -> dict[bytes, list[int]]:
    """The words of each node by the labels that lead there, found by walking the tree from its root."""
    result: dict[bytes, list[int]] = {}
    waiting = [(0, b"")]
    while waiting:
        node, form = waiting.pop()
        first = tree.first_word[node]
        words = tree.words[first : first + tree.word_count[node]].tolist()
        if words:
            result[form] = sorted(words)
        children = range(tree.first_child[node], tree.first_child[node] + tree.children[node])
        waiting += ((child, form + bytes([tree.label[child]])) for child in children)
    return result


def test_shared_beginnings_are_one_node() -> None:
    tree = small.tree()
    # root; a, b; a-b, a-c; a-b-c
    assert tree.exits == 6
    assert tree.label[: tree.exits].tolist() == [-1, 0, 1, 1, 2, 2]
    assert tree.children[: tree.exits].tolist() == [2, 2, 0, 1, 0, 0]
    names = {form: [small.WORDS[word] for word in words] for form, words in spelled(tree).items()}
    assert names == {
        b"\0": ["a"],
        b"\1": ["bee"],
        b"\0\1": ["ab", "bee"],
        b"\0\2": ["ab"],
        b"\0\1\2": ["abc"],
    }


def test_looks_ahead_to_the_best_word_below() -> None:
    np.testing.assert_allclose(small.tree().look_ahead[:6], [0.0, -0.6, -0.7, -0.7, -0.9, -1.4])


def test_an_exit_is_the_root_after_a_class() -> None:
    tree = small.tree()
    exits = slice(tree.exits, tree.exits + small.CLASSES)
    assert tree.label[exits].tolist() == list(range(small.CLASSES))
    assert set(tree.first_child[exits].tolist()) == {tree.first_child[0]}
    assert set(tree.children[exits].tolist()) == {tree.children[0]}
    assert not tree.word_count[exits].any()
    assert not tree.look_ahead[exits].any()


@given(st.lists(st.binary(min_size=1, max_size=6).map(lambda form: bytes(c % 7 for c in form)), min_size=1))
def test_holds_all_pronunciations_and_no_others(forms: list[bytes]) -> None:
    unigrams = -np.arange(1, len(forms) + 1, dtype=np.float32)
    tree = build_prefix_tree(forms, np.arange(len(forms)), unigrams, 7)
    wanted: dict[bytes, list[int]] = {}
    for word, form in enumerate(forms):
        wanted.setdefault(form, []).append(word)
    assert spelled(tree) == wanted
    prefixes = {form[:length] for form in forms for length in range(len(form) + 1)}
    assert tree.exits == len(prefixes)


def test_words_of_one_sound_each() -> None:
    tree = build_prefix_tree([b"\1", b"\0"], np.array([5, 4]), np.full(6, -1.0, np.float32), 2)
    assert tree.exits == 3
    assert tree.words.tolist() == [4, 5]
    assert tree.look_ahead.tolist() == pytest.approx([0, -1, -1, 0, 0])
