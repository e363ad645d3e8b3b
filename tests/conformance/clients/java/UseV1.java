import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.securitytoken.AWSSecurityTokenServiceClientBuilder;
import com.amazonaws.services.securitytoken.model.GetCallerIdentityRequest;

/** Calls STS with the AWS SDK for Java v1. The arguments are COUNT SECONDS. */
public class UseV1 {
  public static void main(String[] args) throws InterruptedException {
    // This SDK does not read AWS_ENDPOINT_URL.
    var endpoint = System.getenv("AWS_ENDPOINT_URL");
    var sts = AWSSecurityTokenServiceClientBuilder.standard()
        .withEndpointConfiguration(new EndpointConfiguration(endpoint, "us-east-1"))
        .build();
    for (int number = 0; number < Integer.parseInt(args[0]); number++) {
      if (number > 0) Thread.sleep((long) (Double.parseDouble(args[1]) * 1000));
      sts.getCallerIdentity(new GetCallerIdentityRequest());
    }
  }
}
