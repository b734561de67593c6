"""目录的名字由 id 得来：不同的 id 不会同名，也不会离开所在的目录。"""

import hashlib


def whole_name(shortened: str, whole: str) -> str:
    """由 id（whole）得来、可能丢失了字符的名字（shortened）：丢失了的加上整个 id 的摘要。"""
    if shortened == whole and not set(whole) & set("/\\~\0") and whole.strip("."):
        return shortened
    kept = "".join("_" if letter in "/\\\0" else letter for letter in shortened).strip(".")
    return f"{kept}~{hashlib.sha256(whole.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
