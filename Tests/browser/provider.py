"""Glewlwyd, a provider of OpenID Connect, set up for one test."""

import base64
import http.cookiejar
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from desk import free_port

START_SECONDS_MAX = 20
SCHEMA = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"
PAGES = "/usr/share/glewlwyd/webapp"
# The library's parts lie in /usr/lib/glewlwyd.
PARTS = "/usr/lib/glewlwyd"
ADMINISTRATOR = {"username": "admin", "password": "password"}
SECRET = "the-secret-of-this-client-0123456789"


def there():
    """Whether this machine has it."""
    return shutil.which("glewlwyd") is not None


def private_key(name):
    """A new RSA key as a JSON Web Key, read from the DER of PKCS #1."""
    made = subprocess.run(
        "openssl genrsa -traditional 2048 | openssl rsa -traditional -outform DER",
        shell=True, capture_output=True, check=True,
    ).stdout
    numbers, at = [], 4
    while at < len(made):
        length = made[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(made[at:at + count], "big")
            at += count
        numbers.append(int.from_bytes(made[at:at + length], "big"))
        at += length

    def text(number):
        data = number.to_bytes((number.bit_length() + 7) // 8, "big")
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    members = dict(zip(["n", "e", "d", "p", "q", "dp", "dq", "qi"], map(text, numbers[1:])))
    return {"kty": "RSA", "kid": name, "alg": "RS256", "use": "sig", **members}


class Provider:
    """A running provider with one person and one client."""

    def __init__(self, ours):
        """`ours`: the address of the server that it signs people on for."""
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.issuer = f"{self.address}/api/oidc"
        self.ours = ours
        self.folder = tempfile.mkdtemp(prefix="provider-")
        with sqlite3.connect(os.path.join(self.folder, "data.db")) as data:
            with open(SCHEMA, encoding="utf-8") as script:
                data.executescript(script.read())
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen(
            ["glewlwyd", "-c", self._settings()], stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log,
        )
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        self._wait()

    def _settings(self):
        types = "".join(
            f'{{extension=".{ending}" mime_type="{kind}"}},'
            for ending, kind in [
                ("html", "text/html"), ("css", "text/css"), ("js", "application/javascript"),
                ("json", "application/json"), ("svg", "image/svg+xml"),
            ]
        ).rstrip(",")
        path = os.path.join(self.folder, "settings.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"""
port={self.port}
bind_address="127.0.0.1"
external_url="{self.address}/"
login_url="login.html"
api_prefix="api"
log_mode="console"
log_level="WARNING"
session_key="PROVIDER_SESSION"
admin_scope="g_admin"
profile_scope="g_profile"
login_api_enabled=true
user_module_path="{PARTS}/user"
client_module_path="{PARTS}/client"
user_auth_scheme_module_path="{PARTS}/scheme"
plugin_module_path="{PARTS}/plugin"
hash_algorithm="SHA512"
static_files_path="{PAGES}"
static_files_mime_types=({types})
database={{type="sqlite3" path="{self.folder}/data.db"}}
""")
        return path

    def _wait(self):
        end = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                self.ask("POST", "/auth/", ADMINISTRATOR)
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.address}/api{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with self._opener.open(request) as answer:
            text = answer.read().decode()
            return json.loads(text) if text else None

    def set_up(self, login, password):
        """A client for our server and a person who has an account there."""
        self.ask("POST", "/mod/plugin/", self._plugin([private_key("first")]))
        self.ask("POST", "/user/", {
            "username": login, "name": login, "password": password, "enabled": True,
            "scope": ["openid"],
        })
        self.ask("POST", "/client/", {
            "client_id": "civicloop", "name": "CivicLoop", "confidential": True, "enabled": True,
            "client_secret": SECRET, "authorization_type": ["code"],
            "token_endpoint_auth_method": ["client_secret_basic"],
            "redirect_uri": [f"{self.ours}/api/v1/session/openid/callback"],
            "backchannel_logout_uri": f"{self.ours}/api/v1/session/openid/logout",
            "backchannel_logout_session_required": "1",
        })

    def change_keys(self):
        """It signs with another key from now on, and has forgotten the first."""
        self.ask("PUT", "/mod/plugin/oidc", self._plugin([private_key("second")]))
        self.ask("PUT", "/mod/plugin/oidc/reset")

    def _plugin(self, keys):
        return {"module": "oidc", "name": "oidc", "display_name": "OIDC", "parameters": {
            "iss": self.issuer, "jwt-type": "rsa", "jwt-key-size": "256",
            "jwks-private": json.dumps({"keys": keys}), "default-kid": "",
            "subject-type": "public", "access-token-duration": 3600,
            "refresh-token-duration": 3600, "code-duration": 600, "refresh-token-rolling": True,
            "allow-non-oidc": False, "auth-type-code-enabled": True,
            "auth-type-code-revoke-replayed": True, "auth-type-token-enabled": False,
            "auth-type-id-token-enabled": True, "auth-type-password-enabled": False,
            "auth-type-client-enabled": False, "auth-type-device-enabled": False,
            "auth-type-refresh-enabled": False, "auth-type-none-enabled": False,
            "pkce-allowed": True, "pkce-method-plain-allowed": False, "pkce-required": True,
            "jwks-show": True,
            "session-management-allowed": True, "session-cookie-name": "PROVIDER_SID",
            "session-cookie-expiration": 3600, "back-channel-logout-allowed": True,
            "front-channel-logout-allowed": False, "secret-type": "client_secret",
            "claims": [{
                "name": "preferred_username", "user-property": "username", "type": "string",
                "mandatory": True,
            }],
            "name-claim": "no", "email-claim": "no", "scope-claim": "no", "scope": [],
        }}

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder)
