"""说话风格的设置，由启动时的配置决定"""


class Settings:
    """前缀与语气词的个数"""

    def __init__(self) -> None:
        self.prefix = ""
        self.excited = 0

    def configure(self, prefix: str, excited: int) -> None:
        self.prefix = prefix
        self.excited = excited


settings = Settings()
