import software.amazon.awssdk.services.sts.StsClient;

/** Calls STS with the AWS SDK for Java v2. The arguments are COUNT SECONDS. */
public class UseV2 {
  public static void main(String[] args) throws InterruptedException {
    var sts = StsClient.create();
    for (int number = 0; number < Integer.parseInt(args[0]); number++) {
      if (number > 0) Thread.sleep((long) (Double.parseDouble(args[1]) * 1000));
      sts.getCallerIdentity();
    }
  }
}
