"""数据库里的唯一性限定在租户之内：一个租户存了的值，别的租户也能存；写入也只写当前租户的行。

已有的数据库由 migrate_tenant_unique 改过来：python -m src.common.database.migrate_tenant_unique
"""

from collections.abc import Mapping
from typing import Any, Callable, Dict, List, Set, Tuple, Type, TypeVar

from peewee import Model, ModelInsert, ModelSelect

from src.common.logger import get_logger
from src.common.message.tenant_context import TenantAccessError, current_tenant_id, get_current_agent_id

logger = get_logger("tenant_unique")

M = TypeVar("M", bound=Type[Model])

# 每个模型在租户内唯一的列，一组是一起唯一的几列
_unique: Dict[Type[Model], List[Tuple[str, ...]]] = {}
# 已经检查过数据库中索引的模型
_checked: Set[Type[Model]] = set()


def unique_in_tenant(*columns: Any) -> Callable[[M], M]:
    """这些列各自在一个租户（和它的 agent）内唯一；写成元组的几列一起唯一。

    列的 unique=True 和 Meta.indexes 中的 True 因此只限于租户之内，在所有租户之间只剩普通索引。
    """

    def declare(model: M) -> M:
        _unique[model] = [(item,) if isinstance(item, str) else tuple(item) for item in columns]
        _forget_wider(model, _unique[model])
        meta: Any = model._meta
        meta.indexes = [*meta.indexes, *(((*owner_columns(model), *names), True) for names in _unique[model])]
        return model

    return declare


def _forget_wider(model: Any, unique: List[Tuple[str, ...]]) -> None:
    """这些列不再在所有租户之间唯一，原来的索引改为普通索引。"""
    meta = model._meta
    for field in (meta.fields[names[0]] for names in unique if len(names) == 1):
        field.index, field.unique = field.index or field.unique, False
    meta.indexes = [
        (item[0], False) if isinstance(item, (tuple, list)) and tuple(item[0]) in unique else item
        for item in meta.indexes
    ]


def declared() -> Dict[Type[Model], List[Tuple[str, ...]]]:
    """用 unique_in_tenant 声明过的模型，以及各自在租户内唯一的列。"""
    return dict(_unique)


def owner_columns(model: Any) -> List[str]:
    """模型中说明一行属于谁的列：tenant_id，有的话还有 agent_id。"""
    return [name for name in ("tenant_id", "agent_id") if name in model._meta.fields]


def old_indexes(model: Any, names: Tuple[str, ...]) -> List[Any]:
    """数据库中仍让这些列在所有租户之间唯一的索引。"""
    columns = {model._meta.fields[name].column_name for name in names}
    found = model._meta.database.get_indexes(model._meta.table_name, model._meta.schema)
    return [index for index in found if index.unique and set(index.columns) == columns]


class TenantWrites:
    """模型的基类：insert、insert_many、replace、replace_many 与 bulk_create 只写当前租户的行。

    没有写明租户的行归当前租户；写明了其他租户的抛出 TenantAccessError，没有租户时抛出 TenantContextError。
    """

    @classmethod
    def insert(cls: Any, data: Any = None, /, **columns: Any) -> Any:
        if data is not None and not isinstance(data, Mapping):
            return cls.insert_many(data)
        return _OwnInsert(cls, _own_row(cls, {**(data or {}), **columns}))

    @classmethod
    def insert_many(cls: Any, rows: Any, fields: Any = None) -> Any:
        meta = cls._meta
        names = fields or meta.sorted_fields[1 if meta.auto_increment else 0 :]
        named = (row if isinstance(row, Mapping) else dict(zip(names, row, strict=True)) for row in rows)
        return _OwnInsert(cls, [_own_row(cls, row) for row in named])


class _OwnInsert(ModelInsert):
    """一次写入；与已有的行冲突时，只会动当前租户自己的行。"""

    def __init__(self, model: Any, rows: Any) -> None:
        super().__init__(model, rows)
        self.rows = rows
        _warn_of_old_indexes(model)

    def on_conflict(self, *args: Any, **kwargs: Any) -> Any:
        own = _is_own(self.model)
        if own is None:
            return super().on_conflict(*args, **kwargs)
        if kwargs.get("conflict_target") is not None:
            kwargs["conflict_target"] = _own_target(self.model, kwargs["conflict_target"])
        if kwargs.get("update") or kwargs.get("preserve"):
            kwargs["where"] = own if kwargs.get("where") is None else own & kwargs["where"]
        elif "IGNORE" not in (*args[:1], kwargs.get("action")):
            _require_own_keys(self.model, self.rows, own)
        return super().on_conflict(*args, **kwargs)

    def on_conflict_replace(self, replace: bool = True) -> Any:
        return self.on_conflict("REPLACE") if replace else super().on_conflict_replace(False)


def _own_row(model: Any, row: Mapping) -> Dict[Any, Any]:
    """一行要写入的数据，加上当前租户；写明了其他租户时抛出 TenantAccessError。"""
    data = model._normalize_data(dict(row), {})
    for field, value in _owner(model).items():
        if data.get(field) not in (None, "", value):
            raise TenantAccessError(
                f"{model.__name__} 的数据属于 {field.name}={data[field]}，租户 {current_tenant_id()} 不能写入"
            )
        data[field] = value
    return data


def _owner(model: Any) -> Dict[Any, str]:
    """当前租户的行在这些列中的值；模型没有这些列时为空，上下文没有 agent 时不限定 agent。"""
    names = owner_columns(model)
    if not names:
        return {}
    own = {"tenant_id": current_tenant_id(), "agent_id": get_current_agent_id()}
    return {model._meta.fields[name]: value for name in names if (value := own[name])}


def _is_own(model: Any) -> Any:
    """一行属于当前租户的条件；模型不区分租户时为 None。"""
    condition: Any = None
    for field, value in _owner(model).items():
        condition = field == value if condition is None else condition & (field == value)
    return condition


def _own_target(model: Any, target: Any) -> List[Any]:
    """冲突所看的列：在租户内唯一的，前面加上说明一行属于谁的列。"""
    target = list(target) if isinstance(target, (list, tuple)) else [target]
    names = {getattr(column, "name", column) for column in target}
    if not any(names == set(unique) for base in model.__mro__ for unique in _unique.get(base, ())):
        return target
    return [*(model._meta.fields[name] for name in owner_columns(model)), *target]


def _require_own_keys(model: Any, rows: Any, own: Any) -> None:
    """要替换的行若写明了主键，那一行必须是当前租户自己的，或者还不存在。"""
    keys = model._meta.get_primary_keys()
    for row in rows if isinstance(rows, list) else [rows]:
        if not keys or any(row.get(key) is None for key in keys):
            continue
        taken = ModelSelect(model, keys).where(*(key == row[key] for key in keys))
        if taken.exists() and not taken.where(own).exists():
            raise TenantAccessError(f"{model.__name__} 的这一行不属于租户 {current_tenant_id()}")


def _warn_of_old_indexes(model: Any) -> None:
    """数据库还没有改过来时，在日志里说明如何去做；每个模型只查一次。"""
    if model in _checked:
        return
    _checked.add(model)
    for names in _unique.get(model, ()):
        for index in old_indexes(model, names):
            logger.error(
                f"表 {model._meta.table_name} 的索引 {index.name} 仍让 {', '.join(names)} 在所有租户之间唯一，"
                "请运行 python -m src.common.database.migrate_tenant_unique"
            )
