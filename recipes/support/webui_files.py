"""请求给出的路径：拼接到一个文件夹之后，仍在这个文件夹之内。"""

import os

from fastapi import HTTPException


def below(folder, *parts):
    """folder 与请求给出的各段拼成的路径，类型与 folder 相同；越出 folder 的请求得到 404。

    只看路径的写法，不解析符号链接：链接是管理员自己放在文件夹里的。
    """
    texts = [os.fspath(part) for part in parts]
    joined = os.path.join(folder, *texts)
    if any("\0" in text for text in texts) or not _is_below(os.path.abspath(folder), os.path.abspath(joined), texts):
        raise HTTPException(status_code=404, detail="路径不存在")
    return type(folder)(joined)


def _is_below(folder, path, texts):
    if path == folder:  # 文件夹自身：空的一段可以，“.”或“a/..”这样绕回来的不可以
        return not any(texts)
    return path.startswith(os.path.join(folder, ""))
