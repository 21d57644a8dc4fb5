"""A real S3 server on this machine, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def server() -> Iterator[str]:
    """A server; gives what is to be put behind an address such as `s3://bucket/file`."""
    moto = pytest.importorskip("moto.server", reason="needs an S3 server: pip install 'moto[s3,server]'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        running = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        running.start()
        try:
            host, port = running.get_host_and_port()
            yield f"?endpoint_override={host}:{port}&scheme=http&allow_bucket_creation=true"
        finally:
            running.stop()
