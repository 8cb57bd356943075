"""Authentication: verifies the token and compares its subject with the path."""

from typing import Annotated

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from settings import AUDIENCE, ISSUER, SECRET

Bearer = Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]


async def authenticate(user_id: str, bearer: Bearer) -> str:
    try:
        claims = jwt.decode(
            bearer.credentials,
            SECRET,
            algorithms=["HS256"],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": ["exp", "sub", "iss", "aud"]},
        )
    except jwt.InvalidTokenError:
        raise HTTPException(401, "invalid token", {"WWW-Authenticate": "Bearer"}) from None
    if claims["sub"] != user_id:
        raise HTTPException(403, "another user's tasks")
    return user_id


UserId = Annotated[str, Depends(authenticate)]
