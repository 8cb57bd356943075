"""Who is calling: the token's subject, which the path has to name."""

from typing import Annotated

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from settings import AUDIENCE, ISSUER, SECRET

Bearer = Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]


async def caller(user_id: str, bearer: Bearer) -> str:
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
        raise HTTPException(403, "not your tasks")
    return user_id


Caller = Annotated[str, Depends(caller)]
