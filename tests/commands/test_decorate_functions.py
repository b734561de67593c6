"""DecorateFunctions: where the line goes, and where it does not."""

from __future__ import annotations

import libcst as cst
from libcst.codemod import CodemodContext, CodemodTest

from codemods.commands.decorate_functions import DecorateFunctions
from codemods.commands.editing.imports import place_imports
from codemods.places import Decorators, Imported

DECORATOR = Imported("src.webui.tenant", "webui_tenant")


class TestDecorateFunctions(CodemodTest):
    TRANSFORM = DecorateFunctions

    def decorated(self, before: str, after: str, *places: Decorators) -> None:
        self.assertCodemod(before, after, decorator=DECORATOR, places=places)

    def test_no_function_named_no_change(self) -> None:
        code = '@router.get("/a")\nasync def a(): pass\n'
        self.decorated(code, code)

    def test_a_decorated_function_stays(self) -> None:
        code = """
            from src.webui.tenant import webui_tenant

            @router.get("/a")
            @webui_tenant
            async def a(): pass
        """
        self.decorated(code, code, Decorators("a", 1))

    def test_a_taken_name_stays_and_is_reported(self) -> None:
        code = """
            from somewhere import webui_tenant

            @router.get("/a")
            async def a(): pass
        """
        self.assertCodemod(
            code,
            code,
            decorator=DECORATOR,
            places=[Decorators("a", 1)],
            expected_warnings=["the name webui_tenant is taken here: decorate its handlers by hand"],
        )

    def test_below_the_route_above_the_rest(self) -> None:
        before = """
            from fastapi import APIRouter

            @router.get("/a")
            @logged
            async def a(): pass
        """
        after = """
            from fastapi import APIRouter
            from src.webui.tenant import webui_tenant

            @router.get("/a")
            @webui_tenant
            @logged
            async def a(): pass
        """
        self.decorated(before, after, Decorators("a", 1))

    def test_below_what_makes_a_method_a_class_or_static(self) -> None:
        for binding in ("staticmethod", "classmethod"):
            before = f"""
                import x

                class A:
                    @router.get("/a")
                    @logged
                    @{binding}
                    async def a(cls): pass
            """
            after = f"""
                import x
                from src.webui.tenant import webui_tenant

                class A:
                    @router.get("/a")
                    @logged
                    @{binding}
                    @webui_tenant
                    async def a(cls): pass
            """
            self.decorated(before, after, Decorators("A.a", 1))

    def test_a_route_below_another_decorator(self) -> None:
        before = """
            import x

            @logged
            @router.get("/a")
            async def a(): pass
        """
        after = """
            import x
            from src.webui.tenant import webui_tenant

            @logged
            @router.get("/a")
            @webui_tenant
            async def a(): pass
        """
        self.decorated(before, after, Decorators("a", 2))

    def test_comments_stay_above_the_function(self) -> None:
        before = """
            import x

            # 说明
            async def a(): pass
        """
        after = """
            import x
            from src.webui.tenant import webui_tenant

            # 说明
            @webui_tenant
            async def a(): pass
        """
        self.decorated(before, after, Decorators("a", 0))

    def test_an_enclosing_use_of_the_name_stays_and_is_reported(self) -> None:
        code = """
            class A:
                webui_tenant = "a"

                @router.get("/a")
                async def a(self): pass
        """
        report = "A.a cannot be decorated here, so it is left alone: decorate it by hand"
        self.assertCodemod(code, code, decorator=DECORATOR, places=[Decorators("A.a", 1)], expected_warnings=[report])

    def test_only_the_named_one_of_several(self) -> None:
        before = """
            import x

            class A:
                def a(self): pass

                def b(self):
                    def a(): pass

            def a(): pass

            def a(): pass
        """
        after = """
            import x
            from src.webui.tenant import webui_tenant

            class A:
                def a(self): pass

                def b(self):
                    @webui_tenant
                    def a(): pass

            def a(): pass

            @webui_tenant
            def a(): pass
        """
        self.decorated(before, after, Decorators("A.b.<locals>.a", 0), Decorators("a#2", 0))


def test_nothing_comes_before_a_future_import_on_a_line_with_others() -> None:
    code = "from __future__ import annotations; import os\n\n\nasync def a(): pass\n"
    context = CodemodContext()
    command = DecorateFunctions(context, decorator=DECORATOR, places=[Decorators("a", 0)])
    after = place_imports(context, command.transform_module_impl(cst.parse_module(code))).code
    assert after.startswith(
        "from __future__ import annotations; import os\nfrom src.webui.tenant import webui_tenant\n"
    )
    compile(after, "a.py", "exec", dont_inherit=True)
