"""More of what code keeps in memory: other spellings, nested, aliased, by helpers and through classes."""

from __future__ import annotations

from tests.survey.shared_state.planted import Piece

LEAKS = (
    Piece(
        "also_tuple_of_lists",
        "plugin",
        """
        store = ([], {})


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                store[0].append(self.message.plain_text)  # leak
                return True, str(store), True
        """,
    ),
    Piece(
        "also_nested_dict",
        "plugin",
        """
        store = {'a': {}}


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                store['a'][self.message.user_id] = self.message.plain_text  # leak
                return True, str(store), True
        """,
    ),
    Piece(
        "also_deque_extend",
        "plugin",
        """
        from collections import deque

        last = deque(maxlen=5)


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                last.extend([self.message.plain_text])  # leak
                return True, str(last), True
        """,
    ),
    Piece(
        "also_dict_update",
        "plugin",
        """
        seen = dict()


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                seen.update({self.message.user_id: self.message.plain_text})  # leak
                return True, str(seen), True
        """,
    ),
    Piece(
        "also_dict_or",
        "plugin",
        """
        seen = {}


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                global seen
                seen |= {self.message.user_id: 1}  # leak
                return True, str(seen), True
        """,
    ),
    Piece(
        "also_slice",
        "plugin",
        """
        seen = []


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                seen[:] = [*seen, self.message.plain_text]  # leak
                return True, str(seen), True
        """,
    ),
    Piece(
        "also_walrus_global",
        "plugin",
        """
        last = None


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                global last
                if (last := self.message.plain_text):  # leak
                    pass
                return True, last, True
        """,
    ),
    Piece(
        "also_for_target",
        "plugin",
        """
        last = None


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                global last
                for last in self.message.plain_text.split():  # leak
                    pass
                return True, last, True
        """,
    ),
    Piece(
        "also_helper_default",
        "plugin",
        """
        def remember(text, said=[]):
            said.append(text)  # leak
            return said


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                return True, str(remember(self.message.plain_text)), True
        """,
    ),
    Piece(
        "also_closure",
        "plugin",
        """
        def make():
            said = []

            def add(text):
                said.append(text)  # leak
                return said

            return add


        add = make()


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                return True, str(add(self.message.plain_text)), True
        """,
    ),
    Piece(
        "also_function_attr",
        "plugin",
        """
        def remember(text):
            remember.last = text  # leak


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                remember(self.message.plain_text)
                return True, remember.last, True
        """,
    ),
    Piece(
        "also_lru_method",
        "plugin",
        """
        from functools import lru_cache


        @lru_cache  # leak
        def last_row():
            return Messages.select().first()


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                return True, str(last_row()), True
        """,
    ),
    Piece(
        "also_alias_cache",
        "plugin",
        """
        import functools as f


        @f.cache  # leak
        def last_row(name):
            return [r.processed_plain_text for r in Messages.select()]


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                return True, str(last_row('a')), True
        """,
    ),
    Piece(
        "also_other_file",
        "plugin",
        """
        from src.chat.heart_flow import heartflow as hf


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                hf.noted = self.message.plain_text  # leak
                return True, 'ok', True
        """,
    ),
    Piece(
        "also_chat_module",
        "chat",
        """
        _by_user = {}


        async def accept(message):
            await heard(message)
            _by_user[message.user_id] = message  # leak
        """,
    ),
    Piece(
        "also_chat_alias",
        "chat",
        """
        _by_user = {}
        _same = _by_user


        async def accept(message):
            await heard(message)
            _same[message.user_id] = message  # leak
        """,
    ),
    Piece(
        "also_import_inside",
        "plugin",
        """
        last = []


        def keep(text):
            from plugins.also_import_inside import plugin

            plugin.last.append(text)  # leak


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                keep(self.message.plain_text)
                return True, str(last), True
        """,
    ),
    Piece(
        "also_action_global",
        "plugin",
        """
        score = 0


        class Win(BaseAction):
            action_name = 'win'

            async def execute(self):
                global score
                score = score + 1  # leak
                return True, str(score)
        """,
    ),
    Piece(
        "also_del",
        "plugin",
        """
        waiting = {}


        class Do(BaseCommand):
            command_name = 'do'

            async def execute(self):
                waiting[self.message.user_id] = 1  # leak
                return True, 'ok', True


        class Other(BaseCommand):
            command_name = 'do'

            async def execute(self):
                waiting.pop(self.message.user_id, None)
                return True, str(len(waiting)), True
        """,
    ),
)
