"""图片与 base64"""

import base64
from pathlib import Path


def image_path_to_base64(image_path: str) -> str:
    return base64.b64encode(Path(image_path).read_bytes()).decode("ascii")


def base64_to_image(image_base64: str, output_path: str) -> bool:
    """写入文件，返回是否成功"""
    try:
        with open(output_path, "wb") as f:
            f.write(base64.b64decode(image_base64))
        return True
    except (OSError, ValueError):
        return False
