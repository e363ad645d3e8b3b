// Pure: no I/O.

/** A page of the AWS console. */
export interface ConsolePage {
  /** A path with an optional query and fragment, or a whole URL. */
  readonly path: string;
  /** Whether the page belongs to no region. */
  readonly isGlobal?: true;
}

/** A service whose page `--console=NAME` opens. */
export interface ConsoleService extends ConsolePage {
  /** The names of the service; the first is the name of AWS's own tools. */
  readonly names: readonly string[];
}

/** The first page of the console. */
export const CONSOLE_HOME: ConsolePage = { path: "console/home" };

/**
 * Services with a page in the console. The documents list this table. Other pages can be
 * opened by their paths.
 */
export const CONSOLE_SERVICES: readonly ConsoleService[] = [
  { names: ["acm"], path: "acm/home" },
  { names: ["apigateway", "apigw"], path: "apigateway/home" },
  { names: ["appsync"], path: "appsync/home" },
  { names: ["athena"], path: "athena/home" },
  { names: ["autoscaling", "asg"], path: "ec2/home#AutoScalingGroups:" },
  { names: ["backup"], path: "backup/home" },
  { names: ["batch"], path: "batch/home" },
  { names: ["bedrock"], path: "bedrock/home" },
  { names: ["billing"], path: "billing/home", isGlobal: true },
  { names: ["cloudformation", "cfn"], path: "cloudformation/home" },
  { names: ["cloudfront", "cf"], path: "cloudfront/home", isGlobal: true },
  { names: ["cloudtrail", "ct"], path: "cloudtrail/home" },
  { names: ["cloudwatch", "cw"], path: "cloudwatch/home" },
  { names: ["codeartifact"], path: "codesuite/codeartifact/home" },
  { names: ["codebuild"], path: "codesuite/codebuild/home" },
  { names: ["codecommit"], path: "codesuite/codecommit/home" },
  { names: ["codedeploy"], path: "codesuite/codedeploy/home" },
  { names: ["codepipeline"], path: "codesuite/codepipeline/home" },
  { names: ["cognito"], path: "cognito/home" },
  { names: ["config"], path: "config/home" },
  { names: ["cost", "ce"], path: "cost-management/home", isGlobal: true },
  { names: ["directconnect", "dx"], path: "directconnect/v2/home" },
  { names: ["dms"], path: "dms/v2/home" },
  { names: ["dynamodb", "ddb"], path: "dynamodbv2/home" },
  { names: ["ec2"], path: "ec2/home" },
  { names: ["ecr"], path: "ecr/home" },
  { names: ["ecs"], path: "ecs/home" },
  { names: ["efs"], path: "efs/home" },
  { names: ["eks"], path: "eks/home" },
  { names: ["elasticache"], path: "elasticache/home" },
  { names: ["elasticbeanstalk", "eb"], path: "elasticbeanstalk/home" },
  { names: ["elb"], path: "ec2/home#LoadBalancers:" },
  { names: ["emr"], path: "emr/home" },
  { names: ["events", "eventbridge"], path: "events/home" },
  { names: ["glue"], path: "glue/home" },
  { names: ["grafana"], path: "grafana/home" },
  { names: ["guardduty", "gd"], path: "guardduty/home" },
  { names: ["health"], path: "health/home", isGlobal: true },
  { names: ["iam"], path: "iam/home", isGlobal: true },
  { names: ["kinesis"], path: "kinesis/home" },
  { names: ["kms"], path: "kms/home" },
  { names: ["lambda"], path: "lambda/home" },
  { names: ["logs"], path: "cloudwatch/home#logsV2:log-groups" },
  { names: ["mwaa"], path: "mwaa/home" },
  { names: ["opensearch", "aos"], path: "aos/home" },
  {
    names: ["organizations", "org"],
    path: "organizations/home",
    isGlobal: true,
  },
  { names: ["parameters", "param"], path: "systems-manager/parameters/home" },
  { names: ["quotas"], path: "servicequotas/home" },
  { names: ["ram"], path: "ram/home" },
  { names: ["rds"], path: "rds/home" },
  { names: ["redshift"], path: "redshiftv2/home" },
  { names: ["route53", "r53"], path: "route53/v2/home", isGlobal: true },
  { names: ["s3"], path: "s3/home" },
  { names: ["sagemaker"], path: "sagemaker/home" },
  { names: ["secretsmanager", "secrets"], path: "secretsmanager/home" },
  { names: ["securityhub"], path: "securityhub/home" },
  { names: ["servicecatalog"], path: "servicecatalog/home" },
  { names: ["ses"], path: "ses/home" },
  { names: ["sns"], path: "sns/home" },
  { names: ["sqs"], path: "sqs/home" },
  { names: ["ssm"], path: "systems-manager/home" },
  { names: ["sso", "identitycenter"], path: "singlesignon/home" },
  { names: ["stepfunctions", "sfn", "states"], path: "states/home" },
  { names: ["support"], path: "support/home", isGlobal: true },
  { names: ["trustedadvisor"], path: "trustedadvisor/home", isGlobal: true },
  { names: ["vpc"], path: "vpc/home" },
  { names: ["waf", "wafv2"], path: "wafv2/homev2" },
];

/** The names of all services. */
export const SERVICE_NAMES: readonly string[] = CONSOLE_SERVICES.flatMap(
  ({ names }) => names,
);

/**
 * Finds the page that `--console=TEXT` opens: the first page if the text is empty, the page
 * of a service, or the page at a path or a URL, which have a slash.
 *
 * @returns `undefined` if no service has this name
 */
export function findConsolePage(text: string): ConsolePage | undefined {
  if (text === "") return CONSOLE_HOME;
  if (text.includes("/")) return { path: text };
  const name = text.toLowerCase();
  return CONSOLE_SERVICES.find(({ names }) => names.includes(name));
}
