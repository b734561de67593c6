"""笔记本自己的表，没有用机器人的基础模型"""

from peewee import Model, TextField

from src.common.database.database import db


class Note(Model):
    """一条笔记，记着是谁的"""

    tenant_id = TextField(index=True)
    agent_id = TextField(default="")
    title = TextField(index=True)
    content = TextField(default="")

    class Meta:
        database = db


class Word(Model):
    """单词表，所有人共用"""

    word = TextField(index=True)
    meaning = TextField(default="")

    class Meta:
        database = db


db.create_tables([Note, Word], safe=True)
