// Pure: no I/O.
import type { PreservedVariables } from "../plan/preserved_variables.ts";
import {
  createNameList,
  matchesPattern,
  STARTED_BY,
} from "../settings/names.ts";

/**
 * The variables that are passed to the command: those that say where and how a well-known
 * program works. Each text lists the names of one purpose; `*` stands for any characters.
 * `docs/environment.md` has the same lists with a reason for each of them.
 *
 * A name without `*` always passes. A name that only matches a pattern does not pass if
 * the name or the value looks like a credential.
 */
export const BASE_VARIABLES: readonly string[] = [
  "PATH HOME USER LOGNAME SHELL SHLVL PWD OLDPWD CDPATH MANPATH INFOPATH MAIL", // paths and user
  "HOSTNAME HOST HOSTTYPE OSTYPE MACHTYPE SUDO_USER SUDO_UID SUDO_GID",
  "LANG LANGUAGE LC_* LOCPATH LOCALE_ARCHIVE TZ TZDIR", // locale, time zone
  "TERM TERM_* TERMINFO TERMINFO_DIRS COLORTERM COLORFGBG COLUMNS LINES WINDOWID NO_COLOR FORCE_COLOR CLICOLOR CLICOLOR_FORCE LS_COLORS LSCOLORS GREP_COLOR GREP_COLORS JQ_COLORS", // terminals and their colours
  "ALACRITTY_* GHOSTTY_* GNOME_TERMINAL_* ITERM_* KITTY_* KONSOLE_* VTE_VERSION WEZTERM_* WT_* VSCODE_* TMUX TMUX_* STY WINDOW ZELLIJ ZELLIJ_*",
  "TMPDIR TMP TEMP XDG_*", // temporary files and directories of the user
  "DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_* DESKTOP_SESSION SESSION_MANAGER XMODIFIERS GDK_* GTK_* QT_* BROWSER", // desktop
  "__CF_USER_TEXT_ENCODING XPC_* DEVELOPER_DIR SDKROOT MACOSX_DEPLOYMENT_TARGET WSLENV WSL_*", // macOS, WSL
  "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy", // proxies
  "SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE CURL_HOME OPENSSL_CONF", // CA bundles
  "SSH_AUTH_SOCK SSH_AGENT_PID SSH_ASKPASS SSH_ASKPASS_REQUIRE SSH_CLIENT SSH_CONNECTION SSH_TTY GPG_TTY GNUPGHOME PINENTRY_USER_DATA PASSWORD_STORE_DIR SUDO_ASKPASS", // SSH, GnuPG, programs that ask for a password
  "EDITOR VISUAL SVN_EDITOR PAGER MANPAGER MANWIDTH MANROFFOPT LESS* MORE VIM VIMRUNTIME VIMINIT NVIM NVIM_* EMACS EMACS_* INSIDE_EMACS BAT_* DELTA_* FZF_* INPUTRC ZDOTDIR RIPGREP_CONFIG_PATH", // editors and pagers
  "GIT_* GIT_ASKPASS GH_* GLAB_*", // Git and its hosts
  "KUBECONFIG KUBE_* KUBECTL_* KUBERNETES_* KUBECACHEDIR HELM_* KUSTOMIZE_* K9S_* KREW_ROOT MINIKUBE_* KIND_* KOPS_* EKSCTL_* ARGOCD_* FLUX_*", // Kubernetes
  "DOCKER_* BUILDKIT_* BUILDX_* COMPOSE_* CONTAINER_HOST CONTAINER_CONNECTION CONTAINERS_* PODMAN_* BUILDAH_* REGISTRY_AUTH_FILE TESTCONTAINERS_*", // containers
  "TF_* TF_AWS_IGNORE_TAGS_KEYS TF_AWS_IGNORE_TAGS_KEY_PREFIXES TOFU_* TFENV_* TOFUENV_* TG_* TERRAGRUNT_* TERRAFORM_* CHECKPOINT_DISABLE PACKER_* PKR_VAR_* PULUMI_* PULUMI_CONFIG_PASSPHRASE_FILE INFRACOST_*", // infrastructure
  "ANSIBLE_* ANSIBLE_HOST_KEY_CHECKING ANSIBLE_PRIVATE_KEY_FILE ANSIBLE_VAULT_PASSWORD_FILE ANSIBLE_BECOME_PASSWORD_FILE MOLECULE_*",
  "VAULT_* CONSUL_* NOMAD_* SOPS_* SOPS_AGE_KEY_FILE",
  "CDK_* JSII_* SAM_* SLS_* SERVERLESS_* ECS_CONTAINER_METADATA_* CODEBUILD_*", // AWS
  "AWS_* AWS_ENDPOINT_URL AWS_SHARED_CREDENTIALS_FILE AWS_CREDENTIAL_PROFILES_FILE AWS_ACCOUNT_ID_ENDPOINT_MODE AWS_AUTH_SCHEME_PREFERENCE AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
  "CLOUDSDK_* GOOGLE_* AZURE_* ARM_*", // other clouds
  "PG* PGPASSFILE MYSQL_*", // databases
  "VIRTUAL_ENV VIRTUAL_ENV_* PYTHON* PYENV_* _PYENV_* PIP_* PIPX_* PIPENV_* CONDA CONDA_* MAMBA_* UV_* POETRY_* PDM_* HATCH_* TOX_* PYTEST_* MYPYPATH MYPY_* JUPYTER_* IPYTHONDIR DJANGO_SETTINGS_MODULE pythonLocation Python_ROOT_DIR Python3_ROOT_DIR", // languages
  "NODE_* NVM_* npm_* NPM_CONFIG_* INIT_CWD YARN_* PNPM_* COREPACK_* VOLTA_* FNM_* BUN_* DENO_* TS_NODE_* PLAYWRIGHT_* PUPPETEER_*",
  "GEM_* BUNDLE_* BUNDLER_* RUBY* RBENV_* rvm_* RAILS_ENV RACK_ENV",
  "JAVA_* JDK_* _JAVA_OPTIONS CLASSPATH MAVEN_* MVNW_* M2_HOME GRADLE_* ORG_GRADLE_PROJECT_* ANT_* SBT_* SDKMAN_* JENV_* KOTLIN_HOME SCALA_HOME ANDROID_*",
  "GO* CGO_* CARGO CARGO_* RUST* SCCACHE_* PHPRC PHP_* COMPOSER_* DOTNET_* NUGET_* ASPNETCORE_* PERL5LIB PERL5OPT PERL_* MIX_* HEX_* ERL_*",
  "MAKEFLAGS MFLAGS MAKEFILES MAKELEVEL MAKEOVERRIDES CC CXX CPP LD CFLAGS CXXFLAGS CPPFLAGS LDFLAGS PKG_CONFIG_* CMAKE_* CCACHE_* LD_LIBRARY_PATH DYLD_LIBRARY_PATH DYLD_FALLBACK_LIBRARY_PATH", // compilers and make
  "NIX_* IN_NIX_SHELL HOMEBREW_* ASDF_* MISE_* DIRENV_CONFIG DIRENV_LOG_FORMAT", // managers of tools
  "INVOCATION_ID JOURNAL_STREAM NOTIFY_SOCKET SYSTEMD_* MANAGERPID RUNTIME_DIRECTORY STATE_DIRECTORY CACHE_DIRECTORY LOGS_DIRECTORY CONFIGURATION_DIRECTORY CREDENTIALS_DIRECTORY", // systemd
  "CI CONTINUOUS_INTEGRATION GITHUB_* RUNNER_* ACTIONS_* ImageOS ImageVersion CI_* GITLAB_* CIRCLECI CIRCLE_* BUILDKITE BUILDKITE_* BUILDKITE_STEP_KEY BUILDKITE_GROUP_KEY TRAVIS TRAVIS_* TEAMCITY_* BITBUCKET_* DRONE DRONE_* APPVEYOR APPVEYOR_* SEMAPHORE SEMAPHORE_* CIRRUS_*", // CI systems
  "JENKINS_* HUDSON_* BUILD_* JOB_* EXECUTOR_NUMBER WORKSPACE WORKSPACE_TMP STAGE_NAME BRANCH_* CHANGE_* TAG_* RUN_DISPLAY_URL RUN_ARTIFACTS_DISPLAY_URL RUN_CHANGES_DISPLAY_URL RUN_TESTS_DISPLAY_URL GERRIT_* AGENT_* SYSTEM_* PIPELINE_*",
  "SystemRoot SystemDrive windir ComSpec PATHEXT PSModulePath OS ProgramFiles ProgramFiles(x86) ProgramW6432 ProgramData CommonProgramFiles CommonProgramFiles(x86) CommonProgramW6432 ALLUSERSPROFILE PUBLIC APPDATA LOCALAPPDATA USERPROFILE USERNAME USERDOMAIN HOMEDRIVE HOMEPATH COMPUTERNAME NUMBER_OF_PROCESSORS PROCESSOR_*", // Windows
  "ASSUME_ROLE_CACHE_DIR ASSUME_ROLE_CONFIG ASSUME_ROLE_NO_INPUT", // a run of assume-role in the command
];

/**
 * The variables from which AWS clients take an identity, an account or a credential. The
 * user's values are never passed to the command, because some clients would use them
 * instead of the role's credentials. `docs/environment.md` names the clients.
 */
export const IDENTITY_VARIABLES: readonly string[] = [
  "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY", // AWS CLI and SDKs
  "AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION AWS_CREDENTIAL_SCOPE AWS_ACCOUNT_ID",
  "AWS_PROFILE AWS_DEFAULT_PROFILE",
  "AWS_ROLE_ARN AWS_ROLE_SESSION_NAME AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_* AWS_EC2_INSTANCE_PROFILE_NAME",
  "AWS_BEARER_TOKEN AWS_BEARER_TOKEN_*",
  "AWS_LOGIN_* AWS_SSO_*",
  "AWS_ACCESS_KEY AWS_SECRET_KEY", // old SDKs
  "AWS_SECURITY_TOKEN AWS_CREDENTIAL_FILE",
  "AMAZON_ACCESS_KEY_ID AMAZON_SECRET_ACCESS_KEY AMAZON_SESSION_TOKEN AMAZON_PROFILE",
  "AWS_DELEGATION_TOKEN EC2_PRIVATE_KEY EC2_CERT", // single programs
  "EC2_ACCESS_KEY EC2_SECRET_KEY EC2_SECURITY_TOKEN",
  "AWS_TOKEN",
  "AWSACCESSKEYID AWSSECRETACCESSKEY AWSSESSIONTOKEN",
  "FSSPEC_S3 FSSPEC_S3_KEY FSSPEC_S3_SECRET FSSPEC_S3_TOKEN FSSPEC_S3_PROFILE",
  "CPL_AWS_CREDENTIALS_FILE",
  "RCLONE_S3_ACCESS_KEY_ID RCLONE_S3_SECRET_ACCESS_KEY RCLONE_S3_SESSION_TOKEN RCLONE_S3_PROFILE RCLONE_S3_SHARED_CREDENTIALS_FILE RCLONE_S3_ROLE_ARN",
  "RESTIC_AWS_ASSUME_ROLE_*",
  "LITESTREAM_ACCESS_KEY_ID LITESTREAM_SECRET_ACCESS_KEY",
  "TERRAGRUNT_IAM_* TERRAGRUNT_AUTH_PROVIDER_CMD TG_IAM_* TG_AUTH_PROVIDER_CMD",
  "AIRFLOW_CONN_AWS_DEFAULT",
  "CDK_DEFAULT_ACCOUNT CDK_PROFILE",
  "ECS_PROFILE AWS_*_PROFILE",
  "AWS_*_ACCESS_KEY_ID AWS_*_SECRET_ACCESS_KEY AWS_*_SESSION_TOKEN",
  "AWS_VAULT AWSUME_* AWSU_PROFILE GRANTED_SSO GRANTED_SSO_*", // other tools that get credentials
  "DIRENV_DIFF __MISE_DIFF", // copies of other variables
  "ACTIONS_ID_TOKEN_REQUEST_*", // CI, and our own
  "ASSUME_ROLE_MFA_TOKEN ASSUME_ROLE_SESSION ASSUME_ROLE_PROFILE",
];

/**
 * The patterns of {@linkcode BASE_VARIABLES} and {@linkcode IDENTITY_VARIABLES} that are no
 * prefix with an underscore at the end. Few names reach these expressions.
 */
const OTHER_BASE_VARIABLES = /^(?:GO|LESS|PG|PYTHON|RUBY|RUST)/;
const OTHER_IDENTITY_VARIABLES =
  /^AWS_.*_(?:PROFILE|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/s;

/** Matches `NAME=options` of Java with an identity; the AWS SDK prefers some to variables. */
const JAVA_IDENTITY =
  /^[^=]*(?:OPTS|OPTIONS|ARGS)=.*-Daws\.(?:access|secret|session|profile|role|web|container)/s;

/** Matches words in the names, in upper case, of variables that may hold an AWS identity. */
const IDENTITY_WORDS =
  /TOKEN|KEY|SECRET|CREDENTIAL|ROLE|PROFILE|ACCOUNT|IDENTITY/;

/**
 * Matches all names that {@linkcode CREDENTIAL_NAME} matches, except those that end in `PAT`,
 * and more. A list of words is compiled faster, and most runs need no other expression.
 */
const MAYBE_CREDENTIAL =
  /TOKEN|SECRET|PASS|KEY|CRED|AUTH|JWT|BEARER|COOKIE|NETRC|CONN|HOOK|PAT_|OTP|PW|PSW|DSN|_UR|[ETX]_CONFIG|__/;

/** Matches the names, in upper case, of variables that look like credentials. */
const CREDENTIAL_NAME =
  /TOKEN|SECRET|PASS|KEY|CRED(?:S|ENTIAL|_|$)|AUTH(?!OR(?!I))|JWT|BEARER|COOKIE|NETRC|CONN(?:ECTION)?_?STR|WEBHOOK(?:_UR[IL])?$|(?:^|_)(?:PAT|OTP)(?:_|$)|PWD$|_(?:PW|PSW|DSN)$|(?:^|_)(?:DATABASE|DB|SQL|POSTGRES|MYSQL|MONGO|REDIS|(?:CLOUD)?AMQP|RABBITMQ|BROKER)\w*_UR[IL]$|^(?:GIT_CONFIG_(?:COUNT|VALUE|PARAM)|KUBE_CONFIG_(?:B|DATA)|NIX_CONFIG$|BUNDLE_\w*__)/;

/** Matches words that contain a word of a credential, but mean something else. */
const HARMLESS_WORDS =
  /^AWS_ENDPOINT_URL_.*|KEY(?:MAP|BOARD|RING|WORD)|ASK_?PASS|TOKENIZERS|BYPASS|COMPASS|MONKEY/g;

/**
 * Matches values with a password: a URL such as `https://user:password@host` or
 * `https://host/?token=...`, a private key.
 */
const CREDENTIAL_VALUE =
  /https?:\/\/[^/\s@]+@|:\/\/[^/\s]*:[^/\s]+@|-----BEGIN [A-Z ]*PRIVATE KEY|[?&;]\w*(?:passwo?r?d|pwd|secret|token|key|sig)=[^\s&;]/i;

/** Matches tokens by their form: GitHub, GitLab, Stripe, Slack, AWS, JWT. */
const TOKEN =
  /(gh\w_|github_pat_|glpat-|sk_live_|xox\w-|A[KS]IA)\w{9}|eyJ[-\w]+\.eyJ/;

/** Input of {@linkcode buildEnvironment}. */
export interface EnvironmentInput {
  readonly env: Readonly<Record<string, string>>;
  /** Variables to pass in addition to {@linkcode BASE_VARIABLES}. */
  readonly preserve: PreservedVariables;
  /** The variables through which the command gets its credentials. */
  readonly credentialVariables: Readonly<Record<string, string>>;
  readonly roleArn: string | undefined;
  readonly region: string | undefined;
  /** Whether upper and lower case count as equal in names of variables, as on Windows. */
  readonly ignoreCase: boolean;
}

/** Environment of the command, and the names of the variables that are not passed. */
export interface CommandEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** The variables that are not passed, but would pass if `-E` or `env_keep` matched them. */
  readonly heldBack: readonly string[];
  /** The variables that would pass only if the user gave the full name, not a pattern. */
  readonly onlyByName: readonly string[];
  /** The variables that are never passed. */
  readonly forbidden: readonly string[];
}

type Kind = "passed" | Exclude<keyof CommandEnvironment, "env">;

/** Builds the command's environment from the user's variables and those of the role. */
export function buildEnvironment(input: EnvironmentInput): CommandEnvironment {
  const { credentialVariables, roleArn, region, ignoreCase } = input;
  const own: Record<string, string> = {
    ...credentialVariables,
    ...(region !== undefined &&
      { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
    ...(roleArn !== undefined && { ASSUME_ROLE_ARN: roleArn }),
  };
  // Drop the variables of an outer assume-role, and the path that a shell sets.
  const dropped = ["ASSUME_ROLE_ARN", STARTED_BY, "_"];
  const replaced = createNameList(
    [...Object.keys(own), ...dropped].join(" "),
    ignoreCase,
  );
  const classify = createClassifier(input);
  const env: Record<string, string> = {};
  const names: Record<Exclude<Kind, "passed">, string[]> = {
    heldBack: [],
    onlyByName: [],
    forbidden: [],
  };
  for (const name of Object.keys(input.env)) {
    if (replaced.hasName(name)) continue;
    const value = input.env[name]!;
    const kind = classify(name, value);
    if (kind === "passed") env[name] = value;
    else names[kind].push(name);
  }
  return {
    env: { ...env, ...own },
    heldBack: names.heldBack.sort(),
    onlyByName: names.onlyByName.sort(),
    forbidden: names.forbidden.sort(),
  };
}

/** Creates a function that decides whether a variable is passed to the command. */
function createClassifier(
  { env, preserve, ignoreCase }: EnvironmentInput,
): (name: string, value: string) => Kind {
  const { all, named, patterns } = preserve;
  const fold = (name: string) => ignoreCase ? name.toUpperCase() : name;
  const listed = createNameList(BASE_VARIABLES.join(" "), ignoreCase);
  const isIdentity = createIdentityMatcher(ignoreCase);
  const isNamed = createNameList(named.join(" "), ignoreCase).hasName;
  return (name, value) => {
    if (value.includes("-Daws.") && JAVA_IDENTITY.test(`${name}=${value}`)) {
      return "forbidden";
    }
    if (listed.hasName(name)) return "passed"; // no name is in both tables
    if (isIdentity(name)) return "forbidden";
    if (isNamed(name)) return "passed";
    if (mayBeIdentity(name, ignoreCase)) return "onlyByName";
    if (all) return "passed";
    const folded = fold(name);
    const isListed = listed.hasPrefix(name) ||
      OTHER_BASE_VARIABLES.test(folded);
    const isKept = !isListed &&
      patterns.some((pattern) => matchesPattern(folded, fold(pattern)));
    if (!isListed && !isKept) return "heldBack";
    if (isKept && TOKEN.test(value)) return "onlyByName";
    // Jenkins sets NAME to a user name and a password, and NAME_PSW to the password.
    const isPair = `${name}_PSW` in env;
    return isPair || mayBeCredential(name, value) ? "onlyByName" : "passed";
  };
}

/** Creates a function that matches the names of {@linkcode IDENTITY_VARIABLES}. */
function createIdentityMatcher(ignoreCase: boolean): (name: string) => boolean {
  const list = createNameList(IDENTITY_VARIABLES.join(" "), ignoreCase);
  const matches = (name: string) => list.hasName(name) || list.hasPrefix(name);
  return (name) => {
    if (matches(name)) return true;
    const upper = name.toUpperCase();
    // Like the Rust crate object_store, ignore upper and lower case after the prefix `AWS_`.
    return (ignoreCase ? upper : name).startsWith("AWS_") &&
      (OTHER_IDENTITY_VARIABLES.test(upper) || matches(upper));
  };
}

/**
 * Whether the name of an AWS variable, or of a remote of rclone, suggests that the variable
 * holds an identity.
 */
function mayBeIdentity(name: string, ignoreCase: boolean): boolean {
  const folded = ignoreCase ? name.toUpperCase() : name;
  return (folded.startsWith("AWS_") || folded.startsWith("RCLONE_CONFIG_")) &&
    IDENTITY_WORDS.test(withoutHarmless(name));
}

/** Whether a variable that is not listed by its full name looks like a credential. */
function mayBeCredential(name: string, value: string): boolean {
  const upper = name.toUpperCase();
  return (MAYBE_CREDENTIAL.test(upper) || upper.endsWith("PAT")) &&
      CREDENTIAL_NAME.test(withoutHarmless(name)) ||
    (value.includes("://") || value.includes("-BEGIN")) &&
      CREDENTIAL_VALUE.test(value);
}

function withoutHarmless(name: string): string {
  return name.toUpperCase().replace(HARMLESS_WORDS, "");
}
