"""人物信息"""

from typing import List, Optional

from fastapi import APIRouter, Cookie, Header, HTTPException, Query
from pydantic import BaseModel

from src.common.database.database_model import PersonInfo
from src.common.logger import get_logger
from src.webui.auth import verify_auth_token_from_cookie_or_header

logger = get_logger("webui.person")

router = APIRouter(prefix="/person", tags=["Person"])


class PersonInfoResponse(BaseModel):
    """一个人物"""

    person_id: str
    platform: str
    user_id: str
    nickname: str
    person_name: Optional[str] = None
    know_times: int = 0


class PersonListResponse(BaseModel):
    """人物列表"""

    success: bool
    total: int
    page: int
    data: List[PersonInfoResponse]


class PersonDetailResponse(BaseModel):
    """人物详情"""

    success: bool
    data: PersonInfoResponse


class PersonUpdateRequest(BaseModel):
    """要修改的字段"""

    person_name: Optional[str] = None
    nickname: Optional[str] = None


class PersonActionResponse(BaseModel):
    """修改或删除的结果"""

    success: bool
    message: str


def verify_auth_token(maibot_session: Optional[str] = None, authorization: Optional[str] = None) -> bool:
    """验证令牌"""
    return verify_auth_token_from_cookie_or_header(maibot_session, authorization)


def person_to_response(person: PersonInfo) -> PersonInfoResponse:
    return PersonInfoResponse(
        person_id=person.person_id,
        platform=person.platform,
        user_id=person.user_id,
        nickname=person.nickname,
        person_name=person.person_name,
        know_times=person.know_times,
    )


def _get_person(person_id: str) -> PersonInfo:
    person = PersonInfo.get_or_none(PersonInfo.person_id == person_id)
    if person is None:
        raise HTTPException(status_code=404, detail=f"未找到 ID 为 {person_id} 的人物信息")
    return person


@router.get("/list", response_model=PersonListResponse)
async def get_person_list(
    page: int = Query(1, ge=1, description="页码"),
    page_size: int = Query(20, ge=1, le=100, description="每页数量"),
    search: Optional[str] = Query(None, description="搜索关键词"),
    maibot_session: Optional[str] = Cookie(None),
    authorization: Optional[str] = Header(None),
):
    """人物列表"""
    try:
        verify_auth_token(maibot_session, authorization)

        query = PersonInfo.select()
        if search:
            query = query.where(PersonInfo.nickname.contains(search) | PersonInfo.person_name.contains(search))
        persons = query.order_by(PersonInfo.last_know.desc()).paginate(page, page_size)
        return PersonListResponse(
            success=True, total=query.count(), page=page, data=[person_to_response(person) for person in persons]
        )
    except HTTPException:
        raise
    except Exception as e:
        logger.exception(f"获取人物列表失败: {e}")
        raise HTTPException(status_code=500, detail=f"获取人物列表失败: {str(e)}") from e


@router.get("/{person_id}", response_model=PersonDetailResponse)
async def get_person_detail(
    person_id: str, maibot_session: Optional[str] = Cookie(None), authorization: Optional[str] = Header(None)
):
    """人物详情"""
    try:
        verify_auth_token(maibot_session, authorization)
        return PersonDetailResponse(success=True, data=person_to_response(_get_person(person_id)))
    except HTTPException:
        raise
    except Exception as e:
        logger.exception(f"获取人物详情失败: {e}")
        raise HTTPException(status_code=500, detail=f"获取人物详情失败: {str(e)}") from e


@router.patch("/{person_id}", response_model=PersonActionResponse)
async def update_person(
    person_id: str,
    request: PersonUpdateRequest,
    maibot_session: Optional[str] = Cookie(None),
    authorization: Optional[str] = Header(None),
):
    """修改人物"""
    try:
        verify_auth_token(maibot_session, authorization)

        person = _get_person(person_id)
        for name, value in request.model_dump(exclude_unset=True).items():
            setattr(person, name, value)
        person.save()
        return PersonActionResponse(success=True, message="人物信息已更新")
    except HTTPException:
        raise
    except Exception as e:
        logger.exception(f"更新人物信息失败: {e}")
        raise HTTPException(status_code=500, detail=f"更新人物信息失败: {str(e)}") from e


@router.delete("/{person_id}", response_model=PersonActionResponse)
async def delete_person(
    person_id: str, maibot_session: Optional[str] = Cookie(None), authorization: Optional[str] = Header(None)
):
    """删除人物"""
    try:
        verify_auth_token(maibot_session, authorization)
        _get_person(person_id).delete_instance()
        return PersonActionResponse(success=True, message="人物信息已删除")
    except HTTPException:
        raise
    except Exception as e:
        logger.exception(f"删除人物信息失败: {e}")
        raise HTTPException(status_code=500, detail=f"删除人物信息失败: {str(e)}") from e
