"""The certificate that every proxy shows where clients speak TLS: EC P-256, made for one run and signed by itself."""

import subprocess

from .process import Failed, tool

SUBJECT = "/CN=127.0.0.1"


def make(folder):
    """Writes certificate, key, and both in one file, which HAProxy wants. Gives the folder."""
    if not tool("openssl"):
        raise Failed("openssl is not installed; it makes the certificate.")
    command = [tool("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-days", "2", "-subj", SUBJECT, "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(folder / "site.key"), "-out", str(folder / "site.pem")]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"openssl made no certificate: {done.stderr.strip()[-500:]}")
    both = (folder / "site.pem").read_text() + (folder / "site.key").read_text()
    (folder / "site.both").write_text(both)
    return folder
