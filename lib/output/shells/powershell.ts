// Pure: no I/O.
import { USE_ROLE_VARIABLE } from "../../settings/names.ts";
import {
  NOTE_START,
  OWN_COMMAND_OPTIONS,
  USAGE,
  type UseRoleScript,
} from "./use_role_script.ts";

/** Formats the function for PowerShell 5.1 and later. */
export function powershellUseRole(
  { program, completions, variables, session }: UseRoleScript,
): string {
  const names = variables.map((name) => `'${name}'`).join(", ");
  return `# assume-role in PowerShell; in $PROFILE:
#   Invoke-Expression (& assume-role --shell-init powershell | Out-String)

# The executable may have moved, for example after an upgrade.
function global:__use_role_assume_role {
    $program = ${program}
    if ($program -and (Test-Path -LiteralPath $program)) { & $program @args }
    else { & 'assume-role' @args }
}

if (-not (Test-Path 'variable:global:__use_role_own')) { $global:__use_role_own = $null }

# Sets a variable, or removes the variable if the value is $null.
function global:__use_role_set([string]$name, $value) {
    if ($null -eq $value) { Remove-Item -LiteralPath "Env:$name" -ErrorAction Ignore }
    else { [Environment]::SetEnvironmentVariable($name, $value) }
}

# Returns the names of variables that the user has not changed since.
function global:__use_role_unchanged {
    if ($null -eq $global:__use_role_own) { return }
    # If the expiry has changed, another session has replaced the session.
    $replaced = @()
    if ($Env:AWS_CREDENTIAL_EXPIRATION -cne $global:__use_role_entered['AWS_CREDENTIAL_EXPIRATION']) {
        $replaced = @(${session.map((name) => `'${name}'`).join(", ")})
    }
    foreach ($name in @($global:__use_role_own.Keys)) {
        if ([Environment]::GetEnvironmentVariable($name) -ceq $global:__use_role_entered[$name] -or
            $replaced -ccontains $name) { $name }
    }
}

function global:__use_role_restore {
    foreach ($name in @(__use_role_unchanged)) {
        __use_role_set $name $global:__use_role_own[$name]
    }
    $global:__use_role_own = $null
    $global:__use_role_entered = $null
}

function global:__use_role_fail([string]$message) {
    [Console]::Error.WriteLine("use-role: error: $message")
    $global:LASTEXITCODE = 125
}

function global:use-role {
    param([string]$Role)
    $options = @($args)
    $words = @(@($Role) + $options | Where-Object { $_ })
    $variables = @(${names})
    if ($words -ccontains '-h' -or $words -ccontains '--help') {
        ${USAGE.map((line) => `'${line}'`).join("\n        ")}
        return
    }
    if ($words -ccontains '--unset') {
        if ($words.Count -ne 1) {
            __use_role_fail "Option '--unset' takes no other argument"
            return
        }
        if ($global:__use_role_own) { __use_role_restore }
        elseif ($Env:ASSUME_ROLE_ARN -or $Env:ASSUME_ROLE_SESSION) {
            foreach ($name in $variables) { __use_role_set $name $null }
        }
        $global:LASTEXITCODE = 0
        return
    }
    if ($Role -and -not $Role.StartsWith('-')) { $options = @("--role=$Role") + $options }
    elseif ($Role) { $options = @($Role) + $options }
    $commands = @(${
    OWN_COMMAND_OPTIONS.map((option) => `'${option}'`).join(", ")
  })
    if ($words | Where-Object { $commands -ccontains $_ -or $_ -clike '--console=*' }) {
        try {
            __use_role_set ${USE_ROLE_VARIABLE} '1'
            __use_role_assume_role @options
        } finally {
            __use_role_set ${USE_ROLE_VARIABLE} $null
        }
        return
    }

    # Run assume-role with the user's own variables.
    $session = @{}
    try {
        foreach ($name in @(__use_role_unchanged)) {
            $session[$name] = [Environment]::GetEnvironmentVariable($name)
            __use_role_set $name $global:__use_role_own[$name]
        }
        $global:LASTEXITCODE = 125
        __use_role_set ${USE_ROLE_VARIABLE} '1'
        $lines = @(__use_role_assume_role --format=powershell @options)
    } finally {
        __use_role_set ${USE_ROLE_VARIABLE} $null
        foreach ($name in @($session.Keys)) {
            __use_role_set $name $session[$name]
        }
    }
    if ($global:LASTEXITCODE -ne 0) { return }
    $note = $lines | Where-Object { $_.StartsWith('${NOTE_START}') }
    $lines = @($lines | Where-Object { -not $_.StartsWith('${NOTE_START}') })
    $removed = @($lines | Where-Object { $_ -cmatch '^\\$Env:\\w+=\\$null$' } |
        ForEach-Object { $_.Split('=')[0].Substring(5) })
    if ($removed.Count -eq 0) {
        __use_role_fail 'Cannot use the output of assume-role: the output is no session for PowerShell'
        return
    }
    if ($global:__use_role_own) { __use_role_restore }
    $own = @{}
    foreach ($name in $variables + $removed) {
        $own[$name] = [Environment]::GetEnvironmentVariable($name)
        __use_role_set $name $null
    }
    Invoke-Expression ($lines -join "\`n")
    $global:__use_role_entered = @{}
    foreach ($name in $own.Keys) {
        $global:__use_role_entered[$name] = [Environment]::GetEnvironmentVariable($name)
    }
    $global:__use_role_own = $own
    if ($note) { [Console]::Error.WriteLine("use-role: $($note.Substring(${NOTE_START.length}))") }
}

${completions}`;
}
