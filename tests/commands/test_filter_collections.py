"""FilterCollections: what counts as going through a collection, and what does not."""

from __future__ import annotations

from libcst.codemod import CodemodTest

from codemods.commands.filter_collections import FilterCollections
from codemods.places import Expression, Imported

FILTER = Imported("src.webui.tenant", "own_connections")


class TestFilterCollections(CodemodTest):
    TRANSFORM = FilterCollections

    def filtered(self, before: str, after: str, site: Expression, *warnings: str) -> None:
        self.assertCodemod(before, after, by=FILTER, places=[site], expected_warnings=list(warnings))

    def test_one_item_by_its_key_stays_and_is_reported(self) -> None:
        code = """
            class Room:
                def send(self, key):
                    return self.items[key]
        """
        report = "Room.send goes through self.items in a way that is not understood"
        self.filtered(code, code, Expression("Room.send", "self.items"), report)

    def test_what_goes_through_it_stays(self) -> None:
        code = """
            from src.webui.tenant import own_connections

            def all():
                return [item for item in own_connections(items)]
        """
        self.filtered(code, code, Expression("all", "own_connections()"))

    def test_other_functions_and_collections_stay(self) -> None:
        code = """
            import x

            class Room:
                def all(self):
                    return [item for item in own_connections(self.items)]

                def others(self):
                    return [item for item in self.items] + list(self.more)
        """
        before = code.replace("own_connections(self.items)", "self.items", 1)
        after = code.replace("import x", "import x\n            from src.webui.tenant import own_connections")
        self.filtered(before, after, Expression("Room.all", "self.items"))

    def test_what_is_compared_with_a_limit_stays(self) -> None:
        before = """
            import x

            def take():
                if len(hub.items) >= MOST or MOST <= len(hub.items.values()):
                    return
                if len(hub.items) > 0:
                    print(len(hub.items))
        """
        after = """
            import x
            from src.webui.tenant import own_connections

            def take():
                if len(hub.items) >= MOST or MOST <= len(hub.items.values()):
                    return
                if len(own_connections(hub.items)) > 0:
                    print(len(own_connections(hub.items)))
        """
        self.filtered(before, after, Expression("take", "hub.items"))

    def test_every_way_through_a_collection(self) -> None:
        before = """
            import x

            def all():
                for item in hub.items: pass
                for key, item in hub.items.items(): pass
                print(len(hub.items), list(hub.items.keys()), [i for i in hub.items.values()])
                return hub.items.copy()
        """
        after = """
            import x
            from src.webui.tenant import own_connections

            def all():
                for item in own_connections(hub.items): pass
                for key, item in own_connections(hub.items).items(): pass
                print(len(own_connections(hub.items)), list(own_connections(hub.items).keys()), """
        after += """[i for i in own_connections(hub.items).values()])
                return own_connections(hub.items).copy()
        """
        self.filtered(before, after, Expression("all", "hub.items"))
