"""The file store in a bucket: the same functions against something that speaks S3, and a backup from there to a folder."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from sakrad.core import files
from sakrad.core.files import FileKind


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of an empty bucket, credentials apart."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    endpoint = f"http://127.0.0.1:{port}"
    known = {"aws_access_key_id": "prov", "aws_secret_access_key": "prov"}
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **known).create_bucket(Bucket="sakrad")
    yield f"s3://sakrad/ekhamra/filer?endpoint={endpoint}&region=us-east-1"
    server.stop()


@pytest.fixture
def stored_there(app: Flask, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application's files lie in the bucket; who we are comes from the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "prov")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "prov")
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], storage_url=bucket))
    monkeypatch.setitem(app.extensions, "sakrad_store", {})


@pytest.mark.usefixtures("stored_there")
def test_a_bucket_does_all_that_a_folder_does(app: Flask) -> None:
    content = b"%PDF-1.7 " + b"x" * 3_000_000
    upload = files.put(content, "Års plan.pdf", FileKind.pdf)
    assert files.read(upload.key) == content
    size, chunks = files.stream(upload.key)
    assert size == len(content) and b"".join(chunks) == content
    assert list(files.list_keys()) == [upload.key], "the prefix is no part of the name"
    with pytest.raises(FileExistsError):
        files.put_back(upload.key, io.BytesIO(b"%PDF-1.7 other"))
    assert files.read(upload.key) == content, "overwritten"
    assert files.is_writable()
    with files.discarded_unless_kept():
        files.put(b"%PDF-1.7 refused", "x.pdf", FileKind.pdf)
    files.discard(upload.key)
    files.discard(upload.key)
    assert list(files.list_keys()) == []
    with pytest.raises(FileNotFoundError):
        files.stream(upload.key)


def test_without_an_answer_the_store_is_at_fault_soon(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = "s3://sakrad?endpoint=http://127.0.0.1:1&region=us-east-1"
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], storage_url=gone))
    monkeypatch.setitem(app.extensions, "sakrad_store", {})
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "prov")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "prov")
    assert not files.is_writable()


NO_STORES = {
    "empty": "",
    "path": "/var/files",
    "ftp": "ftp://x/y",
    "bucket": "s3:///p",
    "secret": "s3://key:secret@bucket",
    "folder": "file:",
}


@pytest.mark.parametrize("url", NO_STORES.values(), ids=NO_STORES)
def test_an_address_that_is_no_store_is_told(url: str) -> None:
    with pytest.raises(ValueError, match="SAKRAD_STORAGE_URL must be"):
        files.open_store(url)


def test_a_folder_is_made(tmp_path: Path) -> None:
    files.open_store(f"file://{tmp_path}/new/files")
    assert (tmp_path / "new" / "files").is_dir()
