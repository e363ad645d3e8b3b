/**
 * Texts of the documents for the rows of `BASE_VARIABLES` and `IDENTITY_VARIABLES`. The texts
 * are separate from these tables, because every run loads the tables.
 */

/** The purpose of each row of `BASE_VARIABLES`, and the reason to pass its variables. */
export const PASSED_TEXTS: readonly (readonly [
  firstName: string,
  purpose: string,
  reason: string,
])[] = [
  [
    "PATH",
    "paths and user",
    "Programs find other programs, files and the user by them.",
  ],
  [
    "HOSTNAME",
    "machine and user",
    "Scripts and prompts read them. `SUDO_*` names the user who ran `sudo`.",
  ],
  ["LANG", "locale and time zone", "Programs format text and times by them."],
  [
    "TERM",
    "terminal",
    "Programs choose colours and draw on the terminal by them.",
  ],
  [
    "ALACRITTY_*",
    "terminal programs",
    "A program talks to the terminal, the editor or the multiplexer that it runs in.",
  ],
  [
    "TMPDIR",
    "temporary files, XDG",
    "Programs write temporary files, settings and caches there.",
  ],
  ["DISPLAY", "desktop", "A program opens a window or a browser by them."],
  [
    "__CF_USER_TEXT_ENCODING",
    "macOS, WSL",
    "Compilers find the SDK. Programs in WSL start Windows programs.",
  ],
  [
    "HTTP_PROXY",
    "proxies",
    "Programs reach the network by them. A password in the value passes, because no request succeeds without it.",
  ],
  ["SSL_CERT_FILE", "CA bundles", "Programs verify servers by them."],
  [
    "SSH_AUTH_SOCK",
    "SSH and passwords",
    "`git`, `ssh`, `gpg` and `sudo` find the agent, and the program that asks for a password. The values are paths.",
  ],
  ["EDITOR", "editors and pagers", "Programs open your editor and your pager."],
  [
    "GIT_*",
    "Git and its hosts",
    "Git finds the repository, the author and the SSH command by them. `gh` and `glab` find their host.",
  ],
  [
    "KUBECONFIG",
    "Kubernetes",
    "`KUBECONFIG` decides which cluster is changed. `kubectl` gives `KUBERNETES_EXEC_INFO` to a credential plugin.",
  ],
  [
    "DOCKER_*",
    "containers",
    "`DOCKER_HOST` and `DOCKER_CONTEXT` decide on which machine containers run.",
  ],
  [
    "TF_*",
    "Terraform, OpenTofu, Packer, Pulumi",
    "`TF_WORKSPACE`, `TF_DATA_DIR` and `TF_VAR_*` decide which infrastructure is changed. Two names with `KEY` list keys of tags. The value of `PULUMI_CONFIG_PASSPHRASE_FILE` is a path.",
  ],
  [
    "ANSIBLE_*",
    "Ansible",
    "Ansible finds its settings and inventory. The names with `KEY` and `PASSWORD` are a switch and paths.",
  ],
  [
    "VAULT_*",
    "Vault, Consul, Nomad, SOPS",
    "They name the server that is used, and the files of its certificates. The value of `SOPS_AGE_KEY_FILE` is a path.",
  ],
  [
    "CDK_*",
    "tools for AWS",
    "CDK, SAM, Serverless and CodeBuild say where and how they run.",
  ],
  [
    "AWS_*",
    "AWS settings",
    "They set endpoints, retries, checksums and output, or describe a Lambda function (`AWS_LAMBDA_*`, `AWS_EXECUTION_ENV`). The names without `*` contain a word of an identity or a credential, but are settings.",
  ],
  [
    "CLOUDSDK_*",
    "other clouds",
    "They say which project and which subscription is changed.",
  ],
  [
    "PG*",
    "databases",
    "`psql` and `mysql` find their server. The value of `PGPASSFILE` is a path.",
  ],
  [
    "VIRTUAL_ENV",
    "Python",
    "They decide which Python runs, and which packages it loads.",
  ],
  [
    "NODE_*",
    "Node.js, Deno, Bun",
    "They decide which runtime runs, with which options, and where packages come from.",
  ],
  ["GEM_*", "Ruby", "They decide which Ruby runs, and which gems it loads."],
  [
    "JAVA_*",
    "Java, Android",
    "They decide which Java runs, with which options.",
  ],
  [
    "GO*",
    "Go, Rust, PHP, .NET, Perl, Elixir",
    "They decide which toolchain runs, and which packages it uses.",
  ],
  [
    "MAKEFLAGS",
    "compilers and make",
    "A program under `make -n` must see `MAKEFLAGS`, or it changes something. Programs find shared libraries by `LD_LIBRARY_PATH`.",
  ],
  [
    "NIX_*",
    "managers of tools",
    "Their shims choose the version of a program by them.",
  ],
  [
    "INVOCATION_ID",
    "systemd",
    "A service finds its directories and reports its state. The value of `CREDENTIALS_DIRECTORY` is a path.",
  ],
  [
    "CI",
    "CI systems",
    "A job reads the commit from them, and writes results by them, such as `GITHUB_OUTPUT`. The two names of Buildkite with `KEY` name a step.",
  ],
  ["JENKINS_*", "Jenkins, Azure Pipelines", "As for the other CI systems."],
  [
    "SystemRoot",
    "Windows",
    "Windows programs do not start without some of them.",
  ],
  [
    "ASSUME_ROLE_CACHE_DIR",
    "a run of `assume-role` in the command",
    "It uses the same cache and the same configuration, and asks no question if this run asks none.",
  ],
];

/** The programs that read each row of `IDENTITY_VARIABLES`, and the meaning of the values. */
export const IDENTITY_TEXTS: readonly (readonly [
  firstName: string,
  readers: string,
  values: string,
])[] = [
  [
    "AWS_ACCESS_KEY_ID",
    "AWS CLI, all SDKs",
    "the key pair of another identity",
  ],
  [
    "AWS_SESSION_TOKEN",
    "AWS CLI, SDKs, aws-vault",
    "the session and the account of another key pair; the SDKs choose endpoints by the account",
  ],
  ["AWS_PROFILE", "AWS CLI, all SDKs", "a profile"],
  [
    "AWS_ROLE_ARN",
    "AWS CLI, all SDKs",
    "a role and the web identity that assumes it",
  ],
  [
    "AWS_CONTAINER_*",
    "AWS CLI, all SDKs",
    "credentials of a container of ECS or EKS, of CloudShell, of an instance of EC2",
  ],
  [
    "AWS_BEARER_TOKEN",
    "SDKs, for example for Bedrock",
    "an API key, which comes before a key pair",
  ],
  [
    "AWS_LOGIN_*",
    "AWS CLI, aws-sso-cli",
    "a sign-in by `aws login` or IAM Identity Center",
  ],
  [
    "AWS_ACCESS_KEY",
    "SDKs for Java v1, Go v1, Ruby, PHP and .NET; s3cmd, Ansible",
    "the key pair, by an old name",
  ],
  [
    "AWS_SECURITY_TOKEN",
    "boto 2, botocore, s3cmd, PHP v2",
    "the session token, or a file with keys",
  ],
  [
    "AMAZON_ACCESS_KEY_ID",
    "SDKs for JavaScript v2 and Ruby; awscred",
    "keys and a profile",
  ],
  ["AWS_DELEGATION_TOKEN", "EC2 API tools", "a token, a private key"],
  ["EC2_ACCESS_KEY", "Ansible", "keys"],
  [
    "AWS_TOKEN",
    "object_store of Rust: polars, delta-rs, obstore",
    "the session token",
  ],
  ["AWSACCESSKEYID", "s3fs-fuse", "keys"],
  [
    "FSSPEC_S3",
    "s3fs of Python (fsspec)",
    "keys and a profile; `FSSPEC_S3` is JSON with any of them",
  ],
  ["CPL_AWS_CREDENTIALS_FILE", "GDAL", "a file with keys"],
  ["RCLONE_S3_ACCESS_KEY_ID", "rclone", "keys, a profile and a role"],
  ["RESTIC_AWS_ASSUME_ROLE_*", "restic", "a role to assume"],
  [
    "LITESTREAM_ACCESS_KEY_ID",
    "Litestream",
    "keys, which come before those of AWS",
  ],
  [
    "TERRAGRUNT_IAM_*",
    "Terragrunt",
    "a role to assume, and a program that prints credentials",
  ],
  ["AIRFLOW_CONN_AWS_DEFAULT", "Airflow", "a connection to AWS with keys"],
  [
    "CDK_DEFAULT_ACCOUNT",
    "AWS CDK",
    "a profile, and the account that is deployed to; `cdk` sets it from the role's credentials",
  ],
  ["ECS_PROFILE", "ECS CLI, EB CLI; Serverless, by stage", "a profile"],
  ["AWS_*_ACCESS_KEY_ID", "Serverless, by stage; django-storages", "keys"],
  [
    "AWS_VAULT",
    "aws-vault, AWSume, awsu, granted",
    "the profile or the role of a shell's session; prompts and tools would name another identity",
  ],
  [
    "DIRENV_DIFF",
    "direnv, mise",
    "copies of other variables; a shell in the command would restore keys from them",
  ],
  [
    "ACTIONS_ID_TOKEN_REQUEST_*",
    "GitHub Actions",
    "the token that gets a web identity",
  ],
  [
    "ASSUME_ROLE_MFA_TOKEN",
    "`assume-role`",
    "a one-time code, a printed session, the profile of the base credentials",
  ],
];
