"""Calls STS with the credentials and the signature of the AWS Common Runtime."""
import os
from io import BytesIO
import urllib.request
from urllib.parse import urlsplit

from awscrt import auth, http, io

from calls import repeat

BODY = b"Action=GetCallerIdentity&Version=2011-06-15"

provider = auth.AwsCredentialsProvider.new_default_chain(
    io.ClientBootstrap.get_or_create_static_default()
)
endpoint = os.environ["AWS_ENDPOINT_URL"]


def get_caller_identity():
    headers = http.HttpHeaders(
        [
            ("Host", urlsplit(endpoint).netloc),
            ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("Content-Length", str(len(BODY))),
        ]
    )
    request = http.HttpRequest(
        method="POST", path="/", headers=headers, body_stream=BytesIO(BODY)
    )
    config = auth.AwsSigningConfig(
        algorithm=auth.AwsSigningAlgorithm.V4,
        signature_type=auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
        credentials_provider=provider,
        region=os.environ["AWS_REGION"],
        service="sts",
    )
    auth.aws_sign_request(request, config).result(30)
    sent = urllib.request.Request(endpoint, data=BODY, headers=dict(headers))
    urllib.request.urlopen(sent, timeout=30).close()


repeat(get_caller_identity)
