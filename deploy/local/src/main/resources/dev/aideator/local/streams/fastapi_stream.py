"""Server-Sent Events from Redis pub/sub, as FastAPI's and redis-py's documentation have it."""

import os

import redis.asyncio as redis
from fastapi import FastAPI, Response
from fastapi.responses import StreamingResponse

app = FastAPI()
client = redis.from_url(os.environ["REDIS_URL"])


@app.get("/ready")
async def ready():
    return Response()


@app.get("/subscribe/{channel}")
async def subscribe(channel: str):
    async def events():
        async with client.pubsub() as subscription:
            await subscription.subscribe(channel)
            # Only so that the bench knows from when on nothing is missed.
            yield ": subscribed\n\n"
            async for message in subscription.listen():
                if message["type"] == "message":
                    yield f"data: {message['data'].decode()}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")
