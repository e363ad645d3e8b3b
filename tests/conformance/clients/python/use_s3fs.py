"""Lists the buckets with s3fs."""
import s3fs

from calls import repeat

s3 = s3fs.S3FileSystem()


def list_buckets():
    s3.invalidate_cache()
    s3.ls("")


repeat(list_buckets)
