"""More of what objects and classes keep: by setattr, mixins, singletons, handlers and tools."""

from __future__ import annotations

from tests.survey.shared_state.planted import Piece, command

LEAKS = (
    command(
        "object_among_others",
        """
        class Engine:
            def __init__(self):
                self.moves = []

            def play(self, move):
                self.moves.append(move)  # leak
                return str(self.moves)


        ENGINES = {}


        def register(name, engine):
            ENGINES[name] = engine


        register("chess", Engine())
        """,
        """
        return True, ENGINES["chess"].play(self.message.plain_text), True
        """,
    ),
    command(
        "object_of_another_class",
        """
        class Engine:
            def __init__(self):
                self.moves = []

            def play(self, move):
                self.moves.append(move)  # leak
                return str(self.moves)


        class Game:
            engine = None


        Game.engine = Engine()
        """,
        """
        return True, Game.engine.play(self.message.plain_text), True
        """,
    ),
    command(
        "objects_that_a_base_notes_down",
        """
        KINDS = {}


        class Kind:
            def __init_subclass__(cls):
                KINDS[cls.__name__] = cls()

            def __init__(self):
                self.seen = []


        class Text(Kind):
            pass
        """,
        """
        KINDS["Text"].seen.append(self.message.plain_text)  # leak
        return True, str(KINDS["Text"].seen), True
        """,
    ),
    command(
        "decorator_of_a_class_that_is_called",
        """
        class counted:
            def __init__(self, name):
                self.name, self.seen = name, []

            def __call__(self, function):
                def inner(text):
                    self.seen.append(text)  # leak
                    return function(text) + str(self.seen)

                return inner


        @counted("say")
        def say(text):
            return text
        """,
        """
        return True, say(self.message.plain_text), True
        """,
    ),
    command(
        "memo_of_a_class",
        """
        class memo:
            def __init__(self, function):
                self.function, self.kept = function, {}

            def __call__(self, *args):
                if args not in self.kept:
                    self.kept[args] = self.function(*args)  # leak
                return self.kept[args]


        @memo
        def texts(user):
            return [row.processed_plain_text for row in Messages.select()]
        """,
        """
        return True, str(texts(self.message.user_id)), True
        """,
    ),
    command(
        "folder_made_on_import",
        """
        import tempfile
        from pathlib import Path
        FOLDER = Path(tempfile.mkdtemp())
        """,
        """
        path = FOLDER / f"{self.message.user_id}.txt"
        path.write_text(self.message.plain_text)  # leak
        return True, path.read_text(), True
        """,
    ),
    Piece(
        "also_setattr",
        "plugin",
        """
        class Bag:
            pass


        bag = Bag()


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                setattr(bag, 'last', self.message.plain_text)  # leak
                return True, bag.last, True
        """,
    ),
    Piece(
        "also_instance_dict",
        "plugin",
        """
        class Bag:
            pass


        bag = Bag()


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                bag.__dict__['last'] = self.message.plain_text  # leak
                return True, bag.last, True
        """,
    ),
    Piece(
        "also_with_target",
        "plugin",
        """
        class Box:
            last = None


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                with open('/dev/null') as Box.last:  # leak
                    pass
                return True, str(Box.last), True
        """,
    ),
    Piece(
        "also_class_getattr",
        "plugin",
        """
        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                self.__class__.last = self.message.plain_text  # leak
                return True, self.last, True
        """,
    ),
    Piece(
        "also_type_self",
        "plugin",
        """
        class Do(BaseCommand):
            command_name = 'do'
            said = []

            async def execute(self):
                type(self).said += [self.message.plain_text]  # leak
                return True, str(self.said), True
        """,
    ),
    Piece(
        "also_mixin",
        "plugin",
        """
        class Memory:
            said = []

            def remember(self, text):
                self.said.append(text)  # leak


        class Do(Memory, BaseCommand):
            command_name = 'do'

            async def execute(self):
                self.remember(self.message.plain_text)
                return True, str(self.said), True
        """,
    ),
    Piece(
        "also_handler_dict",
        "plugin",
        """
        class Hear(BaseEventHandler):
            event_type = EventType.ON_MESSAGE
            handler_name = 'hear'

            def __init__(self):
                super().__init__()
                self.seen = {}

            async def execute(self, message):
                self.seen[message.user_id] = message.plain_text  # leak
                return True, True, str(self.seen), None, None
        """,
    ),
    Piece(
        "also_handler_flag",
        "plugin",
        """
        class Hear(BaseEventHandler):
            event_type = EventType.ON_MESSAGE
            handler_name = 'hear'

            def __init__(self):
                super().__init__()
                self.muted = False

            async def execute(self, message):
                self.muted = message.plain_text == 'mute'  # leak
                return True, True, str(self.muted), None, None
        """,
    ),
    Piece(
        "also_dataclass_default",
        "plugin",
        """
        from dataclasses import dataclass, field


        @dataclass
        class Box:
            items: list = field(default_factory=list)


        box = Box()


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                box.items.append(self.message.plain_text)  # leak
                return True, str(box.items), True
        """,
    ),
    Piece(
        "also_singleton_function",
        "plugin",
        """
        class Store:
            def __init__(self):
                self.rows = []


        _store = None


        def store():
            global _store
            if _store is None:
                _store = Store()
            return _store


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                store().rows.append(self.message.plain_text)  # leak
                return True, str(store().rows), True
        """,
    ),
    Piece(
        "also_cached_singleton",
        "plugin",
        """
        from functools import cache


        class Store:
            def __init__(self):
                self.rows = []


        @cache
        def store():
            return Store()


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                store().rows.append(self.message.plain_text)  # leak
                return True, str(store().rows), True
        """,
    ),
    Piece(
        "also_zip_object",
        "plugin",
        """
        class Box:
            def __init__(self):
                self.last = None


        boxes = [Box()]


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                for box in boxes:
                    box.last = self.message.plain_text  # leak
                return True, str(boxes[0].last), True
        """,
    ),
    Piece(
        "also_tool_class",
        "plugin",
        """
        class Find(BaseTool):
            name = 'find'
            found = {}

            async def execute(self, function_args):
                self.found[function_args['q']] = [r.processed_plain_text for r in Messages.select()]  # leak
                return {'name': self.name, 'content': self.found}
        """,
    ),
)
