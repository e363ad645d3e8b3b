"""Lists a bucket with the crate object_store, which obstore contains."""
import os

import obstore
from obstore.auth.boto3 import Boto3CredentialProvider

from calls import repeat

# The crate does not read profiles.
provider = Boto3CredentialProvider() if "AWS_PROFILE" in os.environ else None
store = obstore.store.S3Store(
    "bucket", client_options={"allow_http": True}, credential_provider=provider
)
repeat(lambda: obstore.list(store).collect())
