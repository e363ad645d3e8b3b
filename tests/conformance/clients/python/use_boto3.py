"""Calls STS with boto3."""
import boto3

from calls import repeat

repeat(boto3.client("sts").get_caller_identity)
