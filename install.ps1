<#
Installs assume-role on Windows: .\install.ps1 [-Version 0.1.0]

Downloads the executable, checks it against the SHA-256 of the release, and puts
it into $env:PREFIX\bin, or %LOCALAPPDATA%\Programs\assume-role. Nothing is
installed that does not match.

$env:ASSUME_ROLE_INSTALL_URL is where releases are, if not at GitHub.
#>
param([string]$Version = "")

$ErrorActionPreference = "Stop"
$ProgressPreference = "SilentlyContinue"

function Install-AssumeRole([string]$Version) {
  $target = "x86_64-pc-windows-msvc"
  $releases = $env:ASSUME_ROLE_INSTALL_URL
  if (-not $releases) { $releases = "https://github.com/x/assume-role/releases" }
  $directory = Join-Path $env:LOCALAPPDATA "Programs\assume-role"
  if ($env:PREFIX) { $directory = Join-Path $env:PREFIX "bin" }
  [Net.ServicePointManager]::SecurityProtocol = `
    [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

  $work = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
  New-Item -ItemType Directory -Path $work | Out-Null
  try {
    $Version = $Version -replace "^v", ""
    $from = "$releases/latest/download"
    if ($Version) { $from = "$releases/download/v$Version" }
    $sums = Join-Path $work "SHA256SUMS"
    Invoke-WebRequest -UseBasicParsing -Uri "$from/SHA256SUMS" -OutFile $sums

    $wanted = "[0-9A-Za-z.+-]+"
    if ($Version) { $wanted = [regex]::Escape($Version) }
    $line = Get-Content $sums |
      Select-String "^([0-9a-f]{64})  (assume-role-($wanted)-$target\.exe)$" |
      Select-Object -First 1
    if (-not $line) { throw "the release has no executable for $target" }
    $groups = $line.Matches[0].Groups
    $expected = $groups[1].Value
    $name = $groups[2].Value
    $Version = $groups[3].Value

    $file = Join-Path $work $name
    Invoke-WebRequest -UseBasicParsing -Uri "$releases/download/v$Version/$name" -OutFile $file
    $actual = (Get-FileHash -Algorithm SHA256 $file).Hash.ToLowerInvariant()
    if ($actual -ne $expected) {
      throw "$name does not match the release: its SHA-256 is $actual, not $expected; nothing was installed"
    }

    New-Item -ItemType Directory -Force -Path $directory | Out-Null
    Move-Item -Force $file (Join-Path $directory "assume-role.exe")
    Write-Output "Installed assume-role $Version in $directory"
    if (($env:PATH -split ";") -notcontains $directory) {
      Write-Output "Add $directory to your PATH, so that the shell finds assume-role"
    }
  } finally {
    Remove-Item -Recurse -Force $work
  }
}

Install-AssumeRole $Version
