import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.securitytoken.AWSSecurityTokenServiceClientBuilder;
import com.amazonaws.services.securitytoken.model.GetCallerIdentityRequest;

/** Prints the ARN of the caller that the AWS SDK for Java v1 uses. */
public class Caller {
  public static void main(String[] args) {
    // This SDK does not read AWS_ENDPOINT_URL.
    var endpoint = System.getenv("AWS_ENDPOINT_URL");
    var sts = AWSSecurityTokenServiceClientBuilder.standard()
        .withEndpointConfiguration(new EndpointConfiguration(endpoint, "us-east-1"))
        .build();
    System.out.print(sts.getCallerIdentity(new GetCallerIdentityRequest()).getArn());
  }
}
