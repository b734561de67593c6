"""Give every tenant a value of its own where one was shared: `x` becomes `x.value`, of a TenantLocal."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Sequence

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import written
from codemods.commands.editing.function_command import FunctionCommand
from codemods.commands.editing.imports import can_import, need_import
from codemods.messages import phrase
from codemods.places import Imported, Place, Role, State

_FACTORIES = {"{}": "dict", "[]": "list"}
# Where a name is only a label, and where it is given a meaning in a way that no attribute can be.
_LABELS: dict[type[cst.CSTNode], str] = {
    cst.Attribute: "attr",
    cst.Arg: "keyword",
    cst.Param: "name",
    cst.NameItem: "name",
    cst.MatchKeywordElement: "key",
}
_BINDING: dict[type[cst.CSTNode], str] = {
    cst.FunctionDef: "name",
    cst.ClassDef: "name",
    cst.NamedExpr: "target",
    cst.Del: "target",
    cst.MatchAs: "name",
    cst.MatchStar: "name",
    cst.MatchMapping: "rest",
}
# What does not mean the same in a function of its own, which a tenant's first read calls.
_AT_ONCE = m.NamedExpr() | m.Await() | m.Yield() | m.Name("super")


class MakePerTenant(FunctionCommand):
    """Wrap first values in a holder, and read and write the holder's `.value` everywhere else.

    A place is a use in a function (Start._task in "run"), a first value in a module, class or function (cache in
    "<module>", _task in "Start", self._task in "Start.__init__"), or an attribute of a class that has none.
    """

    DESCRIPTION = "Give every tenant a value of its own where one was shared."

    PLACE = State

    def __init__(self, context: CodemodContext, places: Sequence[State], *, holder: Imported) -> None:
        super().__init__(context)
        self.holder = holder
        self.name = holder.name
        # By scope: what is kept.
        self.uses, self.declared, self.lacking = (
            _by_scope(places, role) for role in (Role.USE, Role.FIRST, Role.LACKING)
        )
        self.wanted = {State(place.scope, place.text, place.role) for place in places}
        # What makes a first value ready, by its function and name.
        self.prepared = {(place.scope, place.text): place.prepared for place in places if place.prepared}
        self.preparing: dict[str, list[str]] = {}
        # How the file writes each of these statements, by what they say.
        self.as_written: dict[str, str] = {}
        self.found: set[State] = set()
        self.plain: set[int] = set()
        self.classes = frozenset((*self.declared, *self.lacking))
        self.emptied: set[int] = set()
        self.unclear = False

    def looks_into(self, places: Sequence[Place]) -> Iterable[str]:
        # What has its first value in a class, or gets one there, is a name of it; a function's is an attribute.
        in_class = {place.scope for place in self.wanted if place.role is not Role.USE and "." not in place.text}
        return {place.scope for place in self.wanted} - in_class

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        if (self.declared or self.lacking) and not can_import(self.context, tree, self.holder):
            self.warn(
                phrase("the name {name} is taken here, so its state stays shared: mend it by hand", name=self.name)
            )
            return tree
        self.targets = frozenset((*self.uses, *self.declared))
        changed = super().transform_module_impl(tree)
        for place in sorted(self.wanted - self.found):
            self.warn(
                phrase(
                    "{text} is not in {scope} as it was read: the state of this file must be mended by hand",
                    text=place.text,
                    scope=place.scope,
                )
            )
        if self.unclear:
            self.warn(
                phrase("a use of what it keeps cannot be one for each tenant: mend the state of this file by hand")
            )
        ready = sorted(text for prepared in self.prepared.values() for text in prepared)
        done = sorted(text for texts in self.preparing.values() for text in texts)
        if self.wanted != self.found or self.unclear or ready != done:
            return tree
        if self.declared or self.lacking:
            need_import(self.context, self.holder)
        return changed

    # Uses

    def on_visit(self, node: cst.CSTNode) -> bool:
        label = getattr(node, _LABELS.get(type(node), ""), None)
        self.plain.add(id(label))
        bound = getattr(node, _BINDING.get(type(node), ""), None)
        if isinstance(bound, cst.CSTNode):
            self._bound(bound)
        return super().on_visit(node)

    def _bound(self, target: cst.CSTNode) -> None:
        """What is bound otherwise than by an assignment must be none of the uses."""
        uses = self.uses.get(self.current, set())
        targets = [item.value for item in target.elements] if isinstance(target, (cst.Tuple, cst.List)) else [target]
        if any(isinstance(item, cst.BaseExpression) and written(item) in uses for item in targets):
            self.unclear = True
        if isinstance(target, cst.Name):
            self.plain.add(id(target))

    def visit_ImportAlias(self, node: cst.ImportAlias) -> None:
        self._leave_alone([node])  # what is imported is the holder, and keeps its name

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        self._leave_alone([node.module] if node.module is not None else [])

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        if node.name is not None:
            self._bound(node.name.name)

    def visit_Nonlocal(self, node: cst.Nonlocal) -> None:
        for item in node.names:
            self._bound(item.name)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool | None:
        # Decorators and defaults are read where the function is defined, and not in it.
        self._leave_alone((*node.decorators, node.params))
        for item in node.body.body if self.prepared else ():
            if (code := _expression_of(item)) is not None:
                self.as_written[ast.unparse(ast.parse(code))] = code
        return super().visit_FunctionDef(node)

    def visit_Annotation(self, node: cst.Annotation) -> None:
        self._leave_alone([node.annotation])

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self._leave_alone([node.body], {item.value for item in _parameters(node.params)})

    def visit_ListComp(self, node: cst.BaseSimpleComp) -> None:
        self._leave_alone([node.elt, *_inside(node.for_in)], _loop_names(node.for_in))

    visit_SetComp = visit_GeneratorExp = visit_ListComp

    def visit_DictComp(self, node: cst.DictComp) -> None:
        self._leave_alone([node.key, node.value, *_inside(node.for_in)], _loop_names(node.for_in))

    def _leave_alone(self, parts: Iterable[cst.CSTNode], names: set[str] | None = None) -> None:
        """Names that mean something else here; all of them where none are given."""
        for part in parts:
            for name in m.findall(part, m.Name()):
                if isinstance(name, cst.Name) and (names is None or name.value in names):
                    self.plain.add(id(name))

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return updated_node if id(original_node) in self.plain else self._of_tenant(original_node, updated_node)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return self._of_tenant(original_node, updated_node)

    def _of_tenant(self, original: cst.BaseExpression, updated: cst.BaseExpression) -> cst.BaseExpression:
        text = written(original)
        if self.in_class or text not in self.uses.get(self.current, ()) or id(_root(original)) in self.plain:
            return updated
        self.found.add(State(self.current, text))
        return cst.Attribute(updated, cst.Name("value"))

    def leave_Global(
        self, original_node: cst.Global, updated_node: cst.Global
    ) -> cst.BaseSmallStatement | cst.RemovalSentinel:
        """A function that sets the holder's value no longer sets the module's name."""
        gone = self.uses.get(self.current, set())
        kept = [item for item in updated_node.names if item.name.value not in gone]
        if not kept:
            return cst.RemoveFromParent()
        return updated_node.with_changes(names=[*kept[:-1], kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)])

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement:
        if self._prepares(original_node):
            updated_node = updated_node.with_changes(body=[])
        if not updated_node.body:
            self.emptied.add(id(original_node))  # LibCST drops the line
        return updated_node

    def _prepares(self, node: cst.SimpleStatementLine) -> bool:
        """Whether a statement only makes ready what is kept: that is done where a tenant's own is made."""
        known = {text for (scope, _), texts in self.prepared.items() if scope == self.current for text in texts}
        code = _expression_of(node) if known else None
        text = ast.unparse(ast.parse(code)) if code is not None else ""
        if text in known:
            self.preparing.setdefault(self.current, []).append(text)
        return text in known

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """The comments above a line that is dropped stay, above the next one."""
        body: list[cst.BaseStatement] = []
        above: list[cst.EmptyLine] | None = None
        left = iter(updated_node.body)
        for item in original_node.body:
            if isinstance(item, cst.SimpleStatementLine) and id(item) in self.emptied:
                above = [*(above or ()), *item.leading_lines]
            elif above is None:
                body.append(next(left))
            else:
                statement = next(left)
                lines = _joined(above, getattr(statement, "leading_lines", ()), is_first=not body)
                body.append(statement.with_changes(leading_lines=lines))
                above = None
        return updated_node.with_changes(body=body, footer=[*(above or ()), *updated_node.footer])

    # First values

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        texts = [written(target.target) for target in original_node.targets]
        if len(texts) != 1 or not self._declares(texts[0], original_node.value):
            return updated_node
        target = updated_node.targets[0].with_changes(target=original_node.targets[0].target)
        value = self._ready(texts[0], self._held(updated_node.value))
        return updated_node.with_changes(targets=[target], value=value)

    def leave_AnnAssign(self, original_node: cst.AnnAssign, updated_node: cst.AnnAssign) -> cst.AnnAssign:
        if not self._declares(written(original_node.target), original_node.value):
            return updated_node
        annotation = updated_node.annotation.with_changes(
            annotation=self._annotated(updated_node.annotation.annotation)
        )
        value = self._ready(written(original_node.target), self._held(updated_node.value or cst.Name("None")))
        equal = updated_node.equal if updated_node.value else cst.AssignEqual()
        return updated_node.with_changes(target=original_node.target, annotation=annotation, value=value, equal=equal)

    def _declares(self, text: str, value: cst.BaseExpression | None) -> bool:
        scope = self.current_class or self.current
        if text not in self.declared.get(scope, ()) or (value is not None and not self._can_hold(value)):
            return False
        self.found.add(State(scope, text, Role.FIRST))
        return True

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool | None:
        return self.current in self.targets or self.current_class in self.declared

    def _can_hold(self, value: cst.BaseExpression) -> bool:
        """Whether a value is none yet that is held, and means the same where it is worked out for each tenant."""
        if isinstance(value, cst.Call) and written(value.func) == self.name:
            return False
        held = self._held(value).args[0].value
        hidden = self.names_of_class
        names = {item.value for item in m.findall(held, m.Name()) if isinstance(item, cst.Name)}
        is_later = isinstance(held, cst.Lambda)
        return not is_later or not (m.findall(held, _AT_ONCE) or names & hidden)

    def _annotated(self, annotation: cst.BaseExpression) -> cst.BaseExpression:
        """`Optional[Task]` becomes `TenantLocal[Optional[Task]]`, also inside ClassVar and Final."""
        if written(annotation).endswith(("ClassVar", "Final")):
            return annotation
        if isinstance(annotation, cst.Subscript) and written(annotation.value).endswith(("ClassVar", "Final")):
            (element,) = annotation.slice
            if isinstance(element.slice, cst.Index):
                inner = element.slice.with_changes(value=self._annotated(element.slice.value))
                return annotation.with_changes(slice=[element.with_changes(slice=inner)])
        return cst.Subscript(cst.Name(self.name), [cst.SubscriptElement(cst.Index(annotation))])

    def _held(self, value: cst.BaseExpression) -> cst.Call:
        plain = (cst.Name, cst.SimpleString, cst.Integer, cst.Float, cst.UnaryOperation)
        if isinstance(value, plain):
            return cst.Call(cst.Name(self.name), [cst.Arg(value)])
        text = cst.Module([]).code_for_node(value)
        if isinstance(value, cst.Tuple) and not value.lpar:
            value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        factory: cst.BaseExpression = cst.Lambda(cst.Parameters(), value)
        if text in _FACTORIES:
            factory = cst.Name(_FACTORIES[text])
        elif isinstance(value, cst.Call) and text == written(value) and written(value).count("(") == 1:
            factory = value.func
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        return cst.Call(cst.Name(self.name), [cst.Arg(factory, cst.Name("factory"), equal)])

    def _ready(self, text: str, held: cst.Call) -> cst.Call:
        """A held value with what makes each tenant's ready."""
        prepared = self.prepared.get((self.current, text), ())
        if not prepared:
            return held
        said = [self.as_written.get(call, call) for call in prepared]
        calls = [f"{text}.value{call[len(text) :]}" if call.startswith(f"{text}.") else call for call in said]
        code = calls[0] if len(calls) == 1 else f"({', '.join(calls)})"
        is_plain = len(calls) == 1 and calls == said and code.endswith("()")
        ready = cst.parse_expression(code.removesuffix("()") if is_plain else f"lambda: {code}")
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        first = held.args[0].with_changes(comma=comma)
        return held.with_changes(args=[first, cst.Arg(ready, cst.Name("prepare"), equal)])

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        name = self.current_class
        updated_node = super().leave_ClassDef(original_node, updated_node)
        lacking = sorted(self.lacking.get(name, ()))
        if not lacking or not isinstance(updated_node.body, cst.IndentedBlock):
            return updated_node
        body = list(updated_node.body.body)
        place = next((index for index, item in enumerate(body) if isinstance(item, cst.FunctionDef)), len(body))
        place = next(
            (index for index in range(place, 0, -1) if isinstance(body[index - 1], cst.SimpleStatementLine)), 0
        )
        for attribute in lacking:
            self.found.add(State(name, attribute, Role.LACKING))
            value = self._held(cst.Name("None"))
            target = cst.AssignTarget(cst.Name(attribute))
            body.insert(place, cst.SimpleStatementLine([cst.Assign([target], value)]))
            place += 1
        return updated_node.with_changes(body=updated_node.body.with_changes(body=body))


def _expression_of(node: cst.CSTNode) -> str | None:
    """The code of a line that is one expression, and nothing else."""
    if not m.matches(node, m.SimpleStatementLine([m.Expr()])):
        return None
    return cst.Module([]).code_for_node(cst.ensure_type(node, cst.SimpleStatementLine).body[0]).strip()


def _by_scope(places: Iterable[State], role: Role) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for place in places:
        if place.role is role:
            found[place.scope].add(place.text)
    return found


def _root(node: cst.BaseExpression) -> cst.BaseExpression:
    """The name that a dotted expression begins with."""
    while isinstance(node, (cst.Attribute, cst.Subscript)):
        node = node.value
    return node


def _parameters(node: cst.Parameters) -> list[cst.Name]:
    stars = [item for item in (node.star_arg, node.star_kwarg) if isinstance(item, cst.Param)]
    return [item.name for item in (*node.posonly_params, *node.params, *node.kwonly_params, *stars)]


def _inside(loop: cst.CompFor) -> list[cst.CSTNode]:
    """What of a comprehension's loops is worked out inside of it: all but what the first goes through."""
    return [loop.target, *loop.ifs, *([loop.inner_for_in] if loop.inner_for_in else [])]


def _loop_names(loop: cst.CompFor | None) -> set[str]:
    found: set[str] = set()
    while loop is not None:
        found |= {item.value for item in m.findall(loop.target, m.Name()) if isinstance(item, cst.Name)}
        loop = loop.inner_for_in
    return found


def _joined(above: Sequence[cst.EmptyLine], below: Sequence[cst.EmptyLine], *, is_first: bool) -> list[cst.EmptyLine]:
    """What stood above and below a line that is gone: one empty line for two, and none at the start of a block."""
    if below and below[0].comment is None and (is_first if not above else above[-1].comment is None):
        below = below[1:]
    return [*above, *below]
