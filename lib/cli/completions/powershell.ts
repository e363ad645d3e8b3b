// Pure: no I/O.
import type { CompletedOption } from "./completions.ts";
import {
  joinedOptionPattern,
  optionsWithValue,
  spellings,
} from "./option_words.ts";

/** Formats the script for PowerShell 5.1 and later. */
export function powershellScript(options: readonly CompletedOption[]): string {
  return `# PowerShell completion for assume-role; in $PROFILE:
#   assume-role --completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName 'assume-role' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $options = @(
${options.map(formatRow).join("\n")}
    )
    $optionsWithValue = ${list(optionsWithValue(options))}
    $elements = @($commandAst.CommandElements)
    $words = @($elements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text })
    $offer = {
        param($text, $help)
        $shown = if ($text -match '[^\\w+=,.@:/-]') {
            "'" + $text.Replace("'", "''") + "'"
        } else { $text }
        [System.Management.Automation.CompletionResult]::new(
            $shown, $text, 'ParameterValue', $help)
    }

    # Find the first word of the command, and the option whose value is completed.
    $option = ''
    for ($i = 1; $i -lt $words.Count; $i++) {
        $word = $words[$i]
        if ($word -ceq '--') { $i++; break }
        if ($word -cin $optionsWithValue) { $i++; $option = $word }
        elseif ($word -cmatch '${joinedOptionPattern(options)}') {
            $i++; $option = '-' + $word[-1]
        }
        elseif ($word -notlike '-?*') { break }
    }
    $isFirst = $i -eq $words.Count
    if ($i -lt $words.Count) {
        $from = $elements[$i].Extent.StartOffset - $commandAst.Extent.StartOffset
        $length = $cursorPosition - $elements[$i].Extent.StartOffset
        $text = $commandAst.Extent.Text.PadRight($from + $length)
        $text = $text.Substring($from, $length)
        return (TabExpansion2 -inputScript $text -cursorColumn $length).CompletionMatches
    }
    if ($isFirst -and ($words[-1] -ceq '--' -or $wordToComplete -notlike '-*')) {
        return [System.Management.Automation.CompletionCompleters]::CompleteCommand($wordToComplete)
    }
    if ($isFirst) {
        return $options | Where-Object { $_.Long -like "$wordToComplete*" } |
            ForEach-Object { & $offer $_.Long $_.Help }
    }
    $row = $options | Where-Object { $_.Names -ccontains $option }
    if ($row.From -eq 'files') {
        return [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
    }
    $values = if ($row.From -is [string]) {
        & $words[0] --completions $row.From 2>$null
    } else { $row.From }
    $values | Where-Object { $_ -and $_.StartsWith($wordToComplete) } |
        ForEach-Object { & $offer $_ $row.Help }
}
`;
}

/**
 * Formats the completion of `use-role`: the names of roles.
 */
export function powershellUseRole(): string {
  return `
Register-ArgumentCompleter -CommandName 'use-role' -ParameterName 'Role' -ScriptBlock {
    param($commandName, $parameterName, $wordToComplete)
    __use_role_assume_role --completions roles 2>$null |
        Where-Object { $_ -and $_.StartsWith($wordToComplete.Trim("'")) } |
        ForEach-Object {
            $shown = if ($_ -match '[^\\w+=,.@:/-]') { "'" + $_.Replace("'", "''") + "'" } else { $_ }
            [System.Management.Automation.CompletionResult]::new(
                $shown, $_, 'ParameterValue', $_)
        }
}
`;
}

function formatRow(option: CompletedOption): string {
  const { long, help, completes } = option;
  const from = typeof completes === "string"
    ? quoted(completes)
    : list(completes ?? []);
  return `        [pscustomobject]@{ Long = ${quoted(long)}; Names = ${
    list(spellings(option))
  }; From = ${from}; Help = ${quoted(help)} }`;
}

function list(texts: readonly string[]): string {
  return `@(${texts.map(quoted).join(", ")})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
