import gc

from audiolab.core.bulk import many_objects


def test_what_is_made_within_is_not_looked_at_again() -> None:
    with many_objects():
        assert not gc.isenabled()
        made = [[index] for index in range(10_000)]
    assert gc.isenabled()
    assert not any(item is made for item in gc.get_objects())
    gc.unfreeze()
    assert any(item is made for item in gc.get_objects())


def test_it_can_be_nested() -> None:
    with many_objects():
        with many_objects():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.unfreeze()
