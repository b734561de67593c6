"""私聊的回复器"""

from src.chat.replyer.group_generator import DefaultReplyer


class PrivateReplyer(DefaultReplyer):
    """私聊与群聊的区别只在用途的名字"""

    async def llm_generate_content(self, prompt: str):
        return await super().llm_generate_content(f"[私聊] {prompt}")
