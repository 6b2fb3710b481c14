"""Where webhooks may go: a subscriber must not make Amends call what stands beside it."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from infra.webhooks.addresses import SETTING, URL_MAX_CHARACTERS, check_url, is_public
from infra.webhooks.secrets import Keys
from infra.webhooks.sender import NO_PUBLIC_ADDRESS, Sender
from tests.support.receiver import Receiver
from workflows.contract.errors import AmendsError, ErrorCode

MASTER = SecretStr("0" * 32)

NOT_PUBLIC = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address to be refused, not listened on
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "fec0::1",
    "5f00::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b:1::7f00:1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused_however_it_is_wrapped(address: str) -> None:
    """Private, local, link-local (where clouds keep credentials), shared, multicast, and those inside others."""
    assert not is_public(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(AmendsError) as refused:
        check_url(f"https://{host}/hook", private_allowed=False)
    assert (refused.value.code, refused.value.field) == (ErrorCode.INVALID_INPUT, "url")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_a_public_address_is_not(address: str) -> None:
    """Nor where it is wrapped."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "https://user:password@hooks.example.org/",
        "https://user@hooks.example.org/",
        "https://hooks.example.org/#part",
        "https:///hook",
        "https://hooks.example.org:port/",
        "ftp://hooks.example.org/",
        "file:///etc/passwd",
        "hooks.example.org",
        "https://localhost/",
        "http://localhost:8000/",
        "http://127.0.0.1:8000/",
        "https://hooks.example.org/\n",
        "https://hooks.example.org/a b",
        "https://例子.example/",
        "https://hooks.example.org/" + "a" * URL_MAX_CHARACTERS,
    ],
)
def test_a_url_that_leads_astray_is_refused(url: str) -> None:
    """By its own words, before anything is called."""
    with pytest.raises(AmendsError) as refused:
        check_url(url, private_allowed=False)
    assert refused.value.field == "url"


def test_with_the_setting_this_machine_may_be_called_without_encryption_and_no_other() -> None:
    """For trying it out."""
    for url in ("http://127.0.0.1:8000/", "http://localhost:8000/", "http://[::1]:8000/", "https://10.0.0.1/"):
        check_url(url, private_allowed=True)
    with pytest.raises(AmendsError):
        check_url("http://10.0.0.1/", private_allowed=True)


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "127.1"])
async def test_a_name_is_checked_by_the_address_that_is_called(endpoint: Receiver, host: str) -> None:
    """Whatever a name or a strange spelling stands for at that moment: there is no second look-up."""
    sender = Sender(MASTER, private_allowed=False)
    attempt = await sender.send(f"http://{host}:{endpoint.port}/hook", Keys("sub", 1, None), "X:1", "{}")
    await sender.close()
    assert (attempt.meaning, attempt.said) == ("away", NO_PUBLIC_ADDRESS)
    assert endpoint.arrivals == []


async def test_a_subscriber_learns_nothing_of_what_names_stand_for() -> None:
    """One that leads to this machine and one that there is not are the same; operators find the address in the log."""
    sender = Sender(MASTER, private_allowed=False)
    with capture_logs() as log:
        said = {
            host: (await sender.send(f"https://{host}/hook", Keys("sub", 1, None), "X:1", "{}")).said
            for host in ("localhost", "nobody.invalid")
        }
    await sender.close()
    assert set(said.values()) == {NO_PUBLIC_ADDRESS}
    logged = "\n".join(entry["reason"] for entry in log)
    assert "localhost stands for" in logged
    assert SETTING in logged
    assert "nobody.invalid has no address" in logged


async def test_with_the_setting_it_is_called(endpoint: Receiver) -> None:
    """The same name."""
    sender = Sender(MASTER, private_allowed=True)
    attempt = await sender.send(f"http://localhost:{endpoint.port}/hook", Keys("sub", 1, None), "X:1", "{}")
    await sender.close()
    assert attempt.meaning == "accepted"
    assert [arrival.event_id for arrival in endpoint.arrivals] == ["X:1"]


async def test_an_environment_with_a_proxy_changes_nothing(endpoint: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would look the name up by itself."""
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")
    sender = Sender(MASTER, private_allowed=True)
    attempt = await sender.send(endpoint.url, Keys("sub", 1, None), "X:1", "{}")
    await sender.close()
    assert attempt.meaning == "accepted"
