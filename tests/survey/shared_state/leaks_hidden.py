"""Leaks that hide what is kept: by other spellings, names and helpers, and in objects of classes not in view."""

from __future__ import annotations

from tests.survey.shared_state.planted import command

LEAKS = (
    command(
        "hidden_type_made",
        """
        Kept = type('Kept', (), {'said': []})
        """,
        """
        Kept.said.append(self.message.plain_text)  # leak
        return True, str(Kept.said), True
        """,
    ),
    command(
        "hidden_type_attr",
        """
        Kept = type('Kept', (), {})
        """,
        """
        Kept.last = self.message.plain_text  # leak
        return True, Kept.last, True
        """,
    ),
    command(
        "hidden_simplens",
        """
        from types import SimpleNamespace
        kept = SimpleNamespace(said=[])
        """,
        """
        kept.said.append(self.message.plain_text)  # leak
        return True, str(kept.said), True
        """,
    ),
    command(
        "hidden_simplens_attr",
        """
        from types import SimpleNamespace
        kept = SimpleNamespace()
        """,
        """
        kept.last = self.message.plain_text  # leak
        return True, kept.last, True
        """,
    ),
    command(
        "hidden_object_setattr",
        """
        class Box:
            pass


        box = Box()
        """,
        """
        object.__setattr__(box, 'last', self.message.plain_text)  # leak
        return True, box.last, True
        """,
    ),
    command(
        "hidden_dunder_setattr",
        """
        class Box:
            pass


        box = Box()
        """,
        """
        box.__setattr__('last', self.message.plain_text)  # leak
        return True, box.last, True
        """,
    ),
    command(
        "hidden_enum_state",
        """
        import enum


        class Colour(enum.Enum):
            RED = []
        """,
        """
        Colour.RED.value.append(self.message.plain_text)  # leak
        return True, str(Colour.RED.value), True
        """,
    ),
    command(
        "hidden_enum_attr",
        """
        import enum


        class Colour(enum.Enum):
            RED = 1
        """,
        """
        Colour.RED.last = self.message.plain_text  # leak
        return True, str(Colour.RED.last), True
        """,
    ),
    command(
        "hidden_closures_list",
        """
        HOOKS = []


        def hook():
            seen = {}

            def add(user, text):
                seen[user] = text  # leak
                return seen

            HOOKS.append(add)


        hook()
        """,
        """
        return True, str(HOOKS[0](self.message.user_id, self.message.plain_text)), True
        """,
    ),
    command(
        "hidden_lock_attr2",
        """
        import asyncio
        lock = asyncio.Lock()
        """,
        """
        async with lock:
            lock.owner = self.message.user_id  # leak
        return True, lock.owner, True
        """,
    ),
    command(
        "hidden_count",
        """
        import itertools
        numbers = itertools.count()
        """,
        """
        return True, str(next(numbers)), True  # leak
        """,
    ),
    command(
        "hidden_cycle",
        """
        import itertools
        TURNS = itertools.cycle(['a', 'b'])
        """,
        """
        return True, next(TURNS), True  # leak
        """,
    ),
    command(
        "hidden_partialmethod",
        """
        import functools
        said = []
        add = functools.partial(said.append)
        """,
        """
        add(self.message.plain_text)  # leak
        return True, str(said), True
        """,
    ),
    command(
        "hidden_bound_method",
        """
        said = []
        add = said.append
        """,
        """
        add(self.message.plain_text)  # leak
        return True, str(said), True
        """,
    ),
    command(
        "hidden_unbound_method",
        """
        said = []
        """,
        """
        list.append(said, self.message.plain_text)  # leak
        return True, str(said), True
        """,
    ),
    command(
        "hidden_dict_setitem",
        """
        said = {}
        """,
        """
        said.__setitem__(self.message.user_id, self.message.plain_text)  # leak
        return True, str(said), True
        """,
    ),
    command(
        "hidden_op_setitem",
        """
        import operator
        said = {}
        """,
        """
        operator.setitem(said, self.message.user_id, self.message.plain_text)  # leak
        return True, str(said), True
        """,
    ),
    command(
        "hidden_op_iadd",
        """
        import operator
        said = []
        """,
        """
        operator.iadd(said, [self.message.plain_text])  # leak
        return True, str(said), True
        """,
    ),
    command(
        "hidden_methodcaller",
        """
        import operator
        said = []
        """,
        """
        operator.methodcaller('append', self.message.plain_text)(said)  # leak
        return True, str(said), True
        """,
    ),
    command(
        "hidden_getattr_append",
        """
        said = []
        """,
        """
        getattr(said, 'append')(self.message.plain_text)  # leak
        return True, str(said), True
        """,
    ),
    command(
        "hidden_map_append",
        """
        said = []
        """,
        """
        list(map(said.append, [self.message.plain_text]))  # leak
        return True, str(said), True
        """,
    ),
    command(
        "hidden_future",
        """
        import asyncio
        answer = None
        """,
        """
        global answer
        if answer is None:
            answer = asyncio.get_running_loop().create_future()  # leak
        answer.set_result(self.message.plain_text)
        return True, await answer, True
        """,
    ),
    command(
        "hidden_cached_property_mod",
        """
        import functools


        class Box:
            @functools.cached_property  # leak
            def rows(self):
                return list(Messages.select())


        BOX = Box()
        """,
        """
        return True, str(BOX.rows), True
        """,
    ),
    command(
        "hidden_clos_class",
        """
        class Keeper:
            def __init__(self):
                self.last = None

            def __call__(self, text):
                before, self.last = self.last, text  # leak
                return before


        keep = Keeper()
        """,
        """
        return True, str(keep(self.message.plain_text)), True
        """,
    ),
    command(
        "hidden_namedtuple",
        """
        from collections import namedtuple
        Box = namedtuple('Box', 'said')
        BOX = Box([])
        """,
        """
        BOX.said.append(self.message.plain_text)  # leak
        return True, str(BOX), True
        """,
    ),
    command(
        "hidden_itemgetter",
        """
        import operator
        said = {'a': []}
        """,
        """
        operator.itemgetter('a')(said).append(self.message.plain_text)  # leak
        return True, str(said), True
        """,
    ),
    command(
        "hidden_getattribute",
        """
        class Box:
            said = []
        """,
        """
        Box.__getattribute__(Box, 'said').append(self.message.plain_text)  # leak
        return True, str(Box.said), True
        """,
    ),
    command(
        "hidden_getattr_dyn",
        """
        class Box:
            said = []
            heard = []
        """,
        """
        getattr(Box, self.message.plain_text).append(self.message.user_id)  # leak
        return True, str(Box.said), True
        """,
    ),
    command(
        "hidden_match",
        """
        said = {'a': []}
        """,
        """
        match said:
            case {'a': rows}:
                rows.append(self.message.plain_text)  # leak
        return True, str(said), True
        """,
    ),
    command(
        "hidden_return_alias",
        """
        A = []


        def box():
            return A
        """,
        """
        box().append(self.message.plain_text)  # leak
        return True, str(A), True
        """,
    ),
    command(
        "hidden_ctxmgr",
        """
        from contextlib import contextmanager
        A = []


        @contextmanager
        def box():
            yield A
        """,
        """
        with box() as rows:
            rows.append(self.message.plain_text)  # leak
        return True, str(A), True
        """,
    ),
    command(
        "hidden_genalias",
        """
        A = []


        def box():
            yield A
        """,
        """
        for rows in box():
            rows.append(self.message.plain_text)  # leak
        return True, str(A), True
        """,
    ),
    command(
        "hidden_star_alias",
        """
        A = []


        def put(*boxes, text):
            boxes[0].append(text)
        """,
        """
        put(A, text=self.message.plain_text)  # leak
        return True, str(A), True
        """,
    ),
    command(
        "hidden_kwargs_alias",
        """
        A = []


        def put(text, **boxes):
            boxes['a'].append(text)
        """,
        """
        put(self.message.plain_text, a=A)  # leak
        return True, str(A), True
        """,
    ),
    command(
        "hidden_iter_kept",
        """
        WORDS = iter(['b', 'a'])
        """,
        """
        return True, next(WORDS), True  # leak
        """,
    ),
)
