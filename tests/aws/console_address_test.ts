import { assertEquals, assertThrows } from "@std/assert";
import { consoleAddress, signinUrl } from "../../lib/aws/console_address.ts";
import {
  CONSOLE_SERVICES,
  findConsolePage,
} from "../../lib/settings/console_pages.ts";
import { UsageError } from "../../lib/errors.ts";

Deno.test("consoleAddress() returns each partition's hosts, with the region only if the region belongs to the partition", () => {
  const cases:
    readonly (readonly [string, string | undefined, string, string])[] = [
      [
        "aws",
        undefined,
        "https://signin.aws.amazon.com/federation",
        "https://console.aws.amazon.com/console/home",
      ],
      [
        "aws",
        "eu-west-1",
        "https://signin.aws.amazon.com/federation",
        "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1",
      ],
      [
        "aws-cn",
        "cn-northwest-1",
        "https://signin.amazonaws.cn/federation",
        "https://cn-northwest-1.console.amazonaws.cn/console/home?region=cn-northwest-1",
      ],
      [
        "aws-us-gov",
        "eu-west-1",
        "https://signin.amazonaws-us-gov.com/federation",
        "https://console.amazonaws-us-gov.com/console/home",
      ],
      [
        "aws-eusc",
        "eusc-de-east-1",
        "https://eusc-de-east-1.signin.amazonaws-eusc.eu/federation",
        "https://eusc-de-east-1.console.amazonaws-eusc.eu/console/home?region=eusc-de-east-1",
      ],
      [
        "aws-eusc",
        undefined,
        "https://eusc-de-east-1.signin.amazonaws-eusc.eu/federation",
        "https://console.amazonaws-eusc.eu/console/home",
      ],
    ];
  for (const [partition, region, federation, destination] of cases) {
    assertEquals(consoleAddress(partition, region), {
      federation,
      destination,
    });
  }
  assertEquals(consoleAddress("aws-iso", undefined), undefined);
});

Deno.test("consoleAddress() uses a given sign-in endpoint", () => {
  for (const endpoint of ["http://127.0.0.1:5000", "http://127.0.0.1:5000/"]) {
    assertEquals(
      consoleAddress("aws", undefined, { endpoint })?.federation,
      "http://127.0.0.1:5000/federation",
    );
  }
});

Deno.test("signinUrl() escapes every character of the token and the page", () => {
  const address = consoleAddress("aws", "eu-west-1")!;
  const url = new URL(signinUrl(address, "a+b/c=&d"));
  assertEquals(url.origin + url.pathname, address.federation);
  assertEquals([...url.searchParams], [
    ["Action", "login"],
    ["Issuer", "assume-role"],
    ["Destination", address.destination],
    ["SigninToken", "a+b/c=&d"],
  ]);
});

Deno.test("consoleAddress() leads to the page of a service, of a path or of a URL of the console", () => {
  const HOST = "eu-west-1.console.aws.amazon.com";
  const REGION = "region=eu-west-1";
  const cases: readonly (readonly [string, string])[] = [
    ["s3", `https://${HOST}/s3/home?${REGION}`],
    ["S3", `https://${HOST}/s3/home?${REGION}`],
    ["iam", "https://console.aws.amazon.com/iam/home"],
    ["cfn", `https://${HOST}/cloudformation/home?${REGION}`],
    ["logs", `https://${HOST}/cloudwatch/home?${REGION}#logsV2:log-groups`],
    ["ec2/home#Instances:", `https://${HOST}/ec2/home?${REGION}#Instances:`],
    ["/ec2/home?a=b c", `https://${HOST}/ec2/home?a=b%20c&${REGION}`],
    [
      "//evil.example/x?region=us-east-2",
      `https://${HOST}/evil.example/x?region=us-east-2`,
    ],
    [
      "https://us-west-2.console.aws.amazon.com/ec2/home?a=b#Instances:",
      "https://us-west-2.console.aws.amazon.com/ec2/home?a=b#Instances:",
    ],
    ["https://console.aws.amazon.com/", "https://console.aws.amazon.com/"],
  ];
  for (const [text, destination] of cases) {
    const page = findConsolePage(text)!;
    const address = consoleAddress("aws", "eu-west-1", { page });
    assertEquals(address?.destination, destination, text);
  }
  assertEquals(
    consoleAddress("aws-cn", "cn-north-1", { page: findConsolePage("s3")! })
      ?.destination,
    "https://cn-north-1.console.amazonaws.cn/s3/home?region=cn-north-1",
  );
});

Deno.test("consoleAddress() leads to no host but the console of the partition", () => {
  const texts = [
    "https://evil.example/",
    "https://console.aws.amazon.com.evil.example/",
    "https://evilconsole.aws.amazon.com/",
    "https://console.aws.amazon.com:444/",
    "https://user@console.aws.amazon.com/",
    "https://console.amazonaws.cn/s3/home",
    "http://console.aws.amazon.com/",
    "\\\\evil.example/x",
    "javascript:alert(1)//",
    "s3://bucket/key",
    "https://[/",
  ];
  for (const text of texts) {
    const page = findConsolePage(text)!;
    assertThrows(
      () => consoleAddress("aws", "eu-west-1", { page }),
      UsageError,
    );
  }
});

Deno.test("the names of services are unique", () => {
  const names = CONSOLE_SERVICES.flatMap(({ names }) => names);
  assertEquals(names, [...new Set(names)]);
});
