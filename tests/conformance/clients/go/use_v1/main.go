// Calls STS with the AWS SDK for Go v1.
package main

import (
	"os"

	"clients/calls"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/sts"
)

func main() {
	// This SDK does not read AWS_ENDPOINT_URL.
	endpoint := aws.String(os.Getenv("AWS_ENDPOINT_URL"))
	config := &aws.Config{Endpoint: endpoint, MaxRetries: aws.Int(0)}
	client := sts.New(session.Must(session.NewSession(config)))
	calls.Repeat(func() error {
		_, err := client.GetCallerIdentity(&sts.GetCallerIdentityInput{})
		return err
	})
}
