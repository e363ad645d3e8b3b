"""Lists the buckets with the AWS SDK for C++, which pyarrow contains."""
import os

from pyarrow import fs

from calls import repeat

s3 = fs.S3FileSystem(
    endpoint_override=os.environ["AWS_ENDPOINT_URL"].removeprefix("http://"),
    scheme="http",
)
repeat(lambda: s3.get_file_info(fs.FileSelector("")))
