# This script was never tried on Windows by the authors of sesam-harden. Read it before you run it.
#
# Host win1, phase close, environment production.
# Plan c3469e54cc1eb28c343868f0b1310563e74a67843c3cdc4667fdb78cfa61eb75
# Commit cccccccccccccccccccccccccccccccccccccccc
#
# Run it only after this plan was approved: on the host, as administrator, in Windows PowerShell 5.1 or newer:
#   powershell -ExecutionPolicy Bypass -File THIS_FILE -Service NAME -StpdIni PATH
# Each step says what to expect. The script stops at the first check that fails. Nothing is changed before step 9.
[CmdletBinding()]
param(
  # Windows service that runs STPD. SEP does not document its name: see Get-Service.
  [Parameter(Mandatory = $true)] [string] $Service,
  # stpd.ini on this host. Its place differs: look below Program Files\SEPsesam and ProgramData\SEPsesam, in var\ini.
  [Parameter(Mandatory = $true)] [string] $StpdIni,
  # Only if step 2 says so: who saw that the processor has AVX, and how.
  [string] $AvxSeenBy = '',
  # Registers a task that restores the old file in 15 minutes, unless you remove it before.
  [switch] $ScheduleUndo
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

$target = 'win1'
$before = '05ad16d527f7e1a8ed09db6a77d11d5b35eaebd190f3b799af7739932373f053'
$after = '05c1611697a6e2d911fa271d7efd15f91bf27057d3b0ec13db306e56811fa314'
$openPorts = @(11443)
$closedPorts = @(11001, 11000)
$task = 'sesam-harden undo'

function Stop-Here([string] $why) { throw "STOP: $why" }
function Get-Sha256([string] $path) { (Get-FileHash -Algorithm SHA256 -LiteralPath $path).Hash.ToLowerInvariant() }
function ConvertTo-Quoted([string] $text) { "'" + $text.Replace("'", "''") + "'" }
function Confirm-Typed([string] $question, [string] $word) {
  if ((Read-Host -Prompt "$question Type $word to continue") -cne $word) { Stop-Here 'not confirmed' }
}

# 1. The host. Expected: this machine is the host of the plan.
Confirm-Typed "The plan is for the host $target. This machine is $env:COMPUTERNAME." $target

# 2. AVX. Expected: 'AVX: yes'. Without AVX STPD turns its HTTPS port off by itself.
# 39 is PF_AVX_INSTRUCTIONS_AVAILABLE; an old Windows does not know it and answers no.
$kernel = Add-Type -PassThru -Namespace SesamHarden -Name Kernel -MemberDefinition '[DllImport("kernel32.dll")] public static extern bool IsProcessorFeaturePresent(uint feature);'
if ($kernel::IsProcessorFeaturePresent(39)) { 'AVX: yes' }
elseif ($AvxSeenBy -ne '') { "AVX: seen by $AvxSeenBy" }
else { Stop-Here 'Windows reports no AVX. If Coreinfo or the vendor of the processor says that it has AVX, start again with -AvxSeenBy WHO_AND_HOW. Otherwise leave the host as it is.' }

# 3. The file. Expected: 'before: as planned'.
if (-not (Test-Path -LiteralPath $StpdIni -PathType Leaf)) { Stop-Here "there is no file $StpdIni" }
$StpdIni = (Resolve-Path -LiteralPath $StpdIni).ProviderPath
$found = Get-Sha256 $StpdIni
if ($found -eq $after) {
  "The planned file is in place already. If the service was not restarted since, restart it."
  "Record it in Slack: /sesam-harden record $target $after"
  return
}
if ($found -ne $before) { Stop-Here "$StpdIni has the SHA-256 $found, and $before was planned. Record the file, plan again and have the plan approved." }
'before: as planned'

# 4. The service. Expected: 'service: running'.
if ((Get-Service -Name $Service).Status -ne 'Running') { Stop-Here "the service $Service does not run" }
'service: running'

# 5. No transfer runs: a restart would end it. Expected: you looked in the GUI, at all Servers that use this host.
Confirm-Typed 'No backup, restore or migration uses this host, and none starts in the next minutes?' 'IDLE'

# 6. A copy of the old file next to it. Expected: 'copy: as planned'.
$stamp = Get-Date -Format 'yyyyMMdd-HHmmss'
$old = "$StpdIni.before-$stamp"
$new = "$StpdIni.new-$stamp"
Copy-Item -LiteralPath $StpdIni -Destination $old
if ((Get-Sha256 $old) -ne $before) { Stop-Here "$old is not a copy of $StpdIni" }
'copy: as planned'

# 7. The new file, next to it. Expected: 'new: as planned'.
$bytes = [Convert]::FromBase64String(@'
W1NUUERfU2VydmVyXQpTVFBEX0hUVFBTX1BPUlQ9MTE0NDMKU1RQRF9IVFRQU19QUklPUklUWV9TVFJJTkc9Ik5PUk1BTDotVkVS
Uy1UTFMxLjA6LVZFUlMtVExTMS4xOi1WRVJTLVNTTDMuMDotM0RFUy1DQkM6LURFUy1DQkM6JVNFUlZFUl9QUkVDRURFTkNFIgo=
'@)
[IO.File]::WriteAllBytes($new, $bytes)
if ((Get-Sha256 $new) -ne $after) { Stop-Here "$new is not the planned file" }
'new: as planned'

# The way back, in three lines. Keep them: they work without this script.
$wayBack = @(
  "Copy-Item -LiteralPath $(ConvertTo-Quoted $old) -Destination $(ConvertTo-Quoted $StpdIni) -Force",
  "Restart-Service -Name $(ConvertTo-Quoted $Service) -Force",
  'Get-NetTCPConnection -State Listen | Sort-Object LocalPort | Format-Table LocalAddress, LocalPort'
)
'The way back:'
$wayBack

# 8. Optional, with -ScheduleUndo: the first two lines, in 15 minutes. It also ends transfers that run then.
if ($ScheduleUndo) {
  $command = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes(($wayBack[0..1] -join '; ')))
  $action = New-ScheduledTaskAction -Execute "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe" -Argument "-NoProfile -NonInteractive -EncodedCommand $command"
  $trigger = New-ScheduledTaskTrigger -Once -At (Get-Date).AddMinutes(15)
  Register-ScheduledTask -TaskName $task -Action $action -Trigger $trigger -User 'SYSTEM' -RunLevel Highest | Out-Null
  "The undo is scheduled. Remove it at the end: Unregister-ScheduledTask -TaskName '$task' -Confirm:`$false"
}

# 9. The change. It writes into the file in place, so that its owner and ACL stay. Expected: 'after: as planned'.
if ((Get-Sha256 $StpdIni) -ne $before) { Stop-Here "$StpdIni was changed meanwhile" }
try {
  Copy-Item -LiteralPath $new -Destination $StpdIni -Force
  if ((Get-Sha256 $StpdIni) -ne $after) { Stop-Here "$StpdIni is not the planned file" }
  'after: as planned'

  # 10. The restart. Expected: 'service: restarted'.
  Restart-Service -Name $Service -Force
  'service: restarted'

  # 11. The ports. Expected: 'listening: 11443', and not 11001, 11000.
  $end = (Get-Date).AddSeconds(120)
  do {
    Start-Sleep -Seconds 2
    $listening = @(Get-NetTCPConnection -State Listen | Select-Object -ExpandProperty LocalPort -Unique)
    $missing = @($openPorts | Where-Object { $listening -notcontains $_ })
    $left = @($closedPorts | Where-Object { $listening -contains $_ })
  } while (($missing.Count + $left.Count) -gt 0 -and (Get-Date) -lt $end)
  if ($missing.Count -gt 0) { Stop-Here "nothing listens on $($missing -join ', ')" }
  if ($left.Count -gt 0) { Stop-Here "something still listens on $($left -join ', ')" }
  "listening: $($openPorts -join ', ')"
} catch {
  'Something went wrong after the file was changed. Go the way back:'
  $wayBack
  throw
}
Remove-Item -LiteralPath $new

# 12. The record. Expected: the card of the rollout says that the host is verified by hand.
"Record it in Slack: /sesam-harden record $target $after"
'A second person has to record it as well.'
'Then press Check now on the card of the rollout. Listening ports are no proof: the scan has to come from outside.'
if ($ScheduleUndo) { "Once it is verified: Unregister-ScheduledTask -TaskName '$task' -Confirm:`$false" }
