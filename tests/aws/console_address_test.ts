import { assertEquals } from "@std/assert";
import { consoleAddress, signinUrl } from "../../lib/aws/console_address.ts";

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
      consoleAddress("aws", undefined, endpoint)?.federation,
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
