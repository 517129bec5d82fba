from random import Random
import pytest
from tests.attacks.test_masked_words import *
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_x(app):
    world = World(Random(7))
    search_writer.rebuild(at=clock.now())
    print("MISSING", INDEXED - indexed(), "EXTRA", indexed()-INDEXED)
    world.mask()
    print("LEFT", indexed())
    assert not indexed()
