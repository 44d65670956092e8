"""The pace in Redis: shared by all hosts, on the server's clock, and without the server."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import redis
import redis.asyncio

from sesinsights import RetryPolicy, SESInsights
from sesinsights.errors import PaceTimeoutError, PacingStoreError
from sesinsights.pacing import RedisPacer
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def pacer(redis_server: Any) -> Iterator[RedisPacer]:
    """A pacer on the server."""
    with RedisPacer.from_url(redis_server.url) as pacer:
        yield pacer


@pytest.fixture
def silent_url() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}"


def test_pacers_on_one_server_share_the_slots(pacer: RedisPacer, redis_server: Any) -> None:
    """What one host was granted another one is not granted again."""
    first = pacer.reserve("op", 0.1)
    assert first.wait == 0
    with RedisPacer.from_url(redis_server.url) as other:
        assert other.reserve("op", 0.1).slot - first.slot == pytest.approx(10.2)


def test_a_slot_that_one_gives_back_goes_to_another(pacer: RedisPacer, redis_server: Any) -> None:
    """A released slot is free for all hosts."""
    granted = [pacer.reserve("op", 0.1) for _ in range(3)]
    pacer.release(granted[1])
    with RedisPacer.from_url(redis_server.url) as other:
        assert other.reserve("op", 0.1).slot == granted[1].slot


def test_a_penalty_holds_for_all(pacer: RedisPacer, redis_server: Any) -> None:
    """If any host is throttled, all pause; a caller that would not wait so long gets an error."""
    pacer.penalize("op", 100)
    with (
        RedisPacer.from_url(redis_server.url) as other,
        pytest.raises(PaceTimeoutError) as caught,
    ):
        other.reserve("op", 1, max_wait=1)
    assert 90 < caught.value.wait <= 100
    assert caught.value.key == "op"


def test_keys_and_namespaces_do_not_wait_for_each_other(
    pacer: RedisPacer, redis_server: Any
) -> None:
    """Each account has a quota of its own, and so has each operation."""
    pacer.reserve("op", 0.1)
    assert pacer.reserve("another", 0.1).wait == 0
    with RedisPacer.from_url(redis_server.url, namespace="staging") as other:
        assert other.reserve("op", 0.1).wait == 0
    assert pacer.reserve("op", 0.1).wait > 1


@pytest.mark.parametrize("decodes", [False, True])
def test_a_client_of_the_callers_will_do(redis_server: Any, decodes: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A caller's client works whether or not it decodes responses, and stays open."""
    with redis.Redis(port=redis_server.port, decode_responses=decodes) as client:
        pacer = RedisPacer(client)
        assert pacer.reserve("op", 0.1).wait == 0
        with pytest.raises(PaceTimeoutError):
            pacer.reserve("op", 0.1, max_wait=1)
        pacer.close()
        assert client.ping()


def test_a_grant_is_one_command(redis_server: Any) -> None:
    """Reserving is a single step at the server, once it knows the script."""
    with redis.Redis(port=redis_server.port) as client:
        pacer = RedisPacer(client)
        pacer.reserve("op", 0.1)
        before = client.info("commandstats")
        for _ in range(5):
            pacer.reserve("op", 0.1)
        after = client.info("commandstats")
    grown = {
        name
        for name, seen in after.items()
        if seen["calls"] > before.get(name, {"calls": 0})["calls"]
    }
    inside = {"cmdstat_hmget", "cmdstat_time", "cmdstat_hset", "cmdstat_pexpire"}
    assert grown - inside == {"cmdstat_evalsha", "cmdstat_info"}
    assert after["cmdstat_evalsha"]["calls"] - before["cmdstat_evalsha"]["calls"] == 5


def test_keys_expire_and_stay_together_in_a_cluster(pacer: RedisPacer, redis_server: Any) -> None:
    """An hour after its last slot nothing of a key is left; its name has a hash tag."""
    pacer.reserve("eu-west-1/op", 0.01)
    with redis.Redis(port=redis_server.port, decode_responses=True) as client:
        assert client.keys() == ["sesinsights:pace:{default/eu-west-1/op}"]
        (name,) = client.keys()
        assert 3600 < client.ttl(name) <= 3600 + 103


def test_slots_are_on_the_clock_of_the_server(
    pacer: RedisPacer, redis_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slots are on the server's clock, whatever a host's clock says."""
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: 5.0)
        slot = pacer.reserve("op", 1).slot
    with redis.Redis(port=redis_server.port) as client:
        seconds, _ = client.time()
    assert abs(seconds - slot) < 30


# Without the store


@pytest.fixture
def dead_url(unused_endpoint: str) -> str:
    """The URL of a store that is not there."""
    return unused_endpoint.replace("http://", "redis://:secret@")


def test_a_store_that_is_down_is_named_without_its_password(dead_url: str) -> None:
    """The error says where the store is, what happened and what to do."""
    pacer = RedisPacer.from_url(dead_url)
    with pytest.raises(
        PacingStoreError, match=r"Redis server at 127\.0\.0\.1:\d+: .*'local'"
    ) as caught:
        pacer.reserve("op", 1)
    assert isinstance(caught.value.__cause__, redis.ConnectionError)
    assert "secret" not in f"{caught.value} {caught.value!r} {pacer!r} {caught.value.store}"


def test_a_store_that_is_slow_is_not_waited_for(silent_url: str) -> None:
    """A slow store is an error after the timeout."""
    pacer = RedisPacer.from_url(silent_url, timeout=0.05)
    with pytest.raises(PacingStoreError, match="Timeout"):
        pacer.reserve("op", 1)


def test_giving_back_and_resting_tell_nothing_of_a_store_that_is_down(
    pacer: RedisPacer, dead_url: str
) -> None:
    """Releasing and penalizing raise no error if the store cannot be used."""
    granted = pacer.reserve("op", 1)
    dead = RedisPacer.from_url(dead_url)
    dead.release(granted)
    dead.penalize("op", 1)
    with pytest.raises(PacingStoreError):
        dead.reserve("op", 1)


def test_a_process_keeps_a_pace_of_its_own_without_the_store(
    dead_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With on_store_error='local' slots are granted, given back and rested all the same."""
    pacer = RedisPacer.from_url(dead_url, on_store_error="local")
    granted = [pacer.reserve("op", 0.1) for _ in range(3)]
    assert granted[1].slot - granted[0].slot == pytest.approx(10.2)
    pacer.release(granted[1])
    assert pacer.reserve("op", 0.1).slot == granted[1].slot
    pacer.penalize("op", 100)
    with pytest.raises(PaceTimeoutError):
        pacer.reserve("op", 0.1, max_wait=90)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("sesinsights", logging.WARNING)
    assert "until it can" in record.message
    assert "secret" not in record.message


def test_the_pace_is_shared_again_when_the_store_answers(
    redis_server: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A store that was away for a while is used by itself; it is logged once each way."""
    monkeypatch.setattr("sesinsights.pacing.redis._REST_AFTER_FAILURE", 0)
    pacer = RedisPacer.from_url(redis_server.url, on_store_error="local")
    with caplog.at_level("INFO", logger="sesinsights"):
        pacer.reserve("op", 0.1)
        redis_server.kill()
        for _ in range(3):
            pacer.reserve("op", 0.1)
        redis_server.start()
        for _ in range(2):
            pacer.reserve("op", 0.1)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    with RedisPacer.from_url(redis_server.url) as other:
        assert other.reserve("op", 0.1).wait > 15


def test_a_store_that_failed_is_not_asked_again_at_once(silent_url: str) -> None:
    """A slow store does not delay every call."""
    pacer = RedisPacer.from_url(silent_url, on_store_error="local", timeout=0.2)
    pacer.reserve("op", 50)
    asked = list[object]()
    pacer._script = lambda **_: asked.append(None)
    pacer.reserve("op", 50)
    assert asked == []


def test_a_store_that_is_killed_and_started_loses_no_lookup(redis_server: Any) -> None:
    """Lookups go on without the store and with it again; none is made twice or left out."""
    found = list[str]()
    with SESEmulator(paces={"GetMessageInsights": 50}) as emulator:
        ids = [emulator.add_message() for _ in range(90)]
        halfway = threading.Event()

        def look_up(mine: list[str]) -> None:
            pacer = RedisPacer.from_url(redis_server.url, on_store_error="local")
            with SESInsights(
                endpoint_url=emulator.endpoint_url,
                region_name="us-east-1",
                paces={"GetMessageInsights": 50},
                retry=RetryPolicy(max_attempts=50, backoff=0.05),
                pacer=pacer,
            ) as ses:
                for number, lookup in enumerate(ses.iter_message_insights(mine)):
                    assert lookup.message, lookup.error
                    found.append(lookup.message_id)
                    if number == 10:
                        halfway.set()

        threads = [threading.Thread(target=look_up, args=(ids[n::3],)) for n in range(3)]
        for thread in threads:
            thread.start()
        assert halfway.wait(30)
        redis_server.kill()
        time.sleep(0.2)
        redis_server.start()
        for thread in threads:
            thread.join()
    assert sorted(found) == sorted(ids)


def test_a_lookup_without_a_store_can_be_made_up_for(redis_server: Any) -> None:
    """By default the lookups stop with an error, and go on with the same id when it is back."""
    with SESEmulator(paces={"GetMessageInsights": None}) as emulator:
        ids = [emulator.add_message() for _ in range(3)]
        with SESInsights(
            endpoint_url=emulator.endpoint_url,
            region_name="us-east-1",
            paces={"GetMessageInsights": 50},
            pacer=RedisPacer.from_url(redis_server.url),
        ) as ses:
            lookups = ses.iter_message_insights(ids)
            found = [next(lookups).message_id]
            redis_server.kill()
            with pytest.raises(PacingStoreError):
                next(lookups)
            assert lookups.pending == ids[1]
            redis_server.start()
            found += [lookup.message_id for lookup in lookups]
        assert found == ids
        assert len(emulator.requests) == 3


# A cluster


def test_a_cluster_shares_the_slots_as_a_server_does(redis_cluster: Any) -> None:
    """In a cluster, all operations of the pacer work as on a server."""
    with redis.RedisCluster("127.0.0.1", redis_cluster.port) as client:
        pacer = RedisPacer(client)
        granted = [pacer.reserve("op", 0.1) for _ in range(3)]
        assert pacer.holds(granted[2], 0)
        pacer.release(granted[1])
        assert pacer.reserve("op", 0.1).slot == granted[1].slot
        pacer.penalize("op", 100)
        with pytest.raises(PaceTimeoutError):
            pacer.reserve("op", 0.1, max_wait=90)


def test_a_cluster_that_is_down_is_a_store_that_is_down(doomed_cluster: Any) -> None:
    """Errors of a cluster are store errors, although their class differs."""
    with redis.RedisCluster("127.0.0.1", doomed_cluster.port, socket_timeout=0.5) as client:
        strict, lenient = RedisPacer(client), RedisPacer(client, on_store_error="local")
        held = strict.reserve("op", 0.1)
        doomed_cluster.kill()
        with pytest.raises(PacingStoreError, match="Redis"):
            strict.reserve("op", 0.1)
        strict.release(held)
        assert strict.holds(held, 0)
        assert lenient.reserve("op", 0.1).wait == 0
        assert lenient.reserve("op", 0.1).wait > 1


def test_a_fork_renews_the_locks_of_a_cluster(redis_cluster: Any) -> None:
    """A fork renews the locks of a cluster's client, which another thread may hold."""
    with redis.RedisCluster("127.0.0.1", redis_cluster.port) as client:
        pacer = RedisPacer(client)
        pacer.reserve("op", 1)
        (node,) = client.nodes_manager.nodes_cache.values()
        held = [
            client._lock,
            client.nodes_manager._lock,
            client.nodes_manager._initialization_lock,
            node.redis_connection.connection_pool._lock,
        ]
        # As in a child: the threads that hold them are not there.
        threads = [threading.Thread(target=lock.acquire) for lock in held]
        for thread in threads:
            thread.start()
            thread.join()
        pacer._renew_locks()
        granted: list[float] = []
        asking = threading.Thread(target=lambda: granted.append(pacer.reserve("op", 1).wait))
        asking.daemon = True
        asking.start()
        asking.join(10)
        assert granted


# What cannot be


def test_a_client_for_asyncio_is_refused() -> None:
    """An asyncio client of Redis is refused, since it would return coroutines."""
    with pytest.raises(TypeError, match=r"redis\.Redis"):
        RedisPacer(redis.asyncio.Redis())  # type: ignore[arg-type]  # refused is what is tried


def test_another_way_to_meet_errors_is_refused() -> None:
    """Only the two values of `on_store_error` are accepted."""
    with pytest.raises(ValueError, match="'raise' or 'local'"):
        RedisPacer(redis.Redis(), on_store_error="ignore")  # type: ignore[arg-type]  # as above


def test_the_extra_is_named_when_it_is_missing() -> None:
    """Pacing can be imported without the package, which is only needed for this pacer."""
    script = (
        "import sys\n"
        "sys.modules['redis'] = None\n"
        "from sesinsights.pacing import FilePacer, LocalPacer, RedisPacer\n"
        "for make in RedisPacer.from_url, RedisPacer:\n"
        "    try: make('redis://localhost')\n"
        "    except ImportError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True, timeout=30
    )
    assert (
        done.stdout.splitlines()
        == ["RedisPacer needs an extra: pip install 'sesinsights[redis]'"] * 2
    )
