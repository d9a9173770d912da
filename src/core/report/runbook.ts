import { encodeBase64Url } from "../formats/jws.ts";
import { HardenError } from "../base/errors.ts";
import type { Hash } from "../base/hash.ts";
import { makeVisible, shorten } from "../base/text.ts";
import type { FleetFiles } from "../config-repo/files-port.ts";
import { httpsPort } from "../fleet/verdict.ts";
import { plainPortEntries, readPort, type StpdFile } from "../fleet/stpd-file.ts";
import { plainKeys } from "../fleet/port-usage.ts";
import { loadChange } from "../host/load-change.ts";
import { prepareChange } from "../host/prepare-change.ts";
import { readPlan } from "../rollout/plan/plan-file.ts";
import type { PlannedChange } from "../rollout/plan/planned-host.ts";

export interface RunbookRequest {
  /** Directory of the config repo. */
  readonly repo: string;
  readonly host: string;
  /** Text of the plan. */
  readonly plan: string;
  /** Bytes of the host's stpd.ini in the ledger; undefined if the ledger does not know the host. */
  readonly recorded: string | undefined;
}

export interface RunbookTools {
  readonly files: FleetFiles;
  readonly hash: Hash;
  readonly nowMs: number;
}

export interface Runbook {
  /** File name for the script. */
  readonly name: string;
  /** A PowerShell script, ASCII only. */
  readonly text: string;
}

/**
 * Prints the script with which a person changes a host on Windows. Refused if `apply` would refuse:
 * files that differ from the plan, interfaces in use, an old inventory. Throws HardenError like
 * loadChange(), `usage` for a different plan or host, `broke` for a refusal.
 */
export function printRunbook(request: RunbookRequest, tools: RunbookTools): Runbook {
  const { repo, host, recorded } = request;
  const read = readPlan(request.plan, tools.hash);
  if (read === undefined) {
    const next = "Pass the output of sesam-harden plan --format json.";
    throw new HardenError("usage", "the plan cannot be read", next);
  }
  const { plan, digest } = read;
  const { phase, repository } = plan;
  const change = loadChange({ repo, host, phase, plan: request.plan }, tools);
  if (change.plan.kind !== "by-hand") {
    const shown = makeVisible(host);
    const message = `the plan does not list ${shown} as by hand`;
    const others = (plan.byHand ?? []).map(({ name }) => makeVisible(name)).join(", ");
    const next = others === "" ? "This plan lists no host by hand." : `Listed by hand: ${others}.`;
    throw new HardenError("usage", message, next);
  }
  if (recorded === undefined) {
    throw new HardenError("broke", `the file of ${makeVisible(host)} is not recorded`, neverSeen);
  }
  const { before, file } = change.plan.change;
  if (![before, file].includes(tools.hash(recorded))) {
    const message = `the file of ${makeVisible(host)} in the ledger is not the one that the plan was made from`;
    throw new HardenError("broke", message, "Plan again, and have the plan approved.");
  }
  // Except for the connection to the host, everything is checked as for a host that apply changes.
  const asPlanned = { ...change, plan: { ...change.plan, kind: "planned" } } as const;
  const pins = { repository, os: "windows", avx: "yes", expect: undefined } as const;
  const prepared = prepareChange(asPlanned, recorded, pins, tools);
  if (prepared.kind === "refused") {
    const { code, message, next } = prepared.refusal;
    throw new HardenError("broke", `${makeVisible(host)}: ${makeVisible(message)} (${code})`, next);
  }
  const { oldFile, newFile, after } = prepared;
  const subject = { host, phase, environment: plan.environment, digest, commit: plan.commit };
  const ports = comparePorts(oldFile, newFile);
  const text = renderScript({ ...subject, ...ports, change: change.plan.change, after });
  const safe = host.replaceAll(/[^\w.-]/g, "-");
  return { name: `runbook-${safe}-${phase}.ps1`, text };
}

const neverSeen =
  "Record it first: see docs/windows.md. Then plan again and have the plan approved.";

interface PortsAfter {
  /** Ports that accept connections with the new file. */
  readonly open: readonly number[];
  /** Ports of the old file that the new one closes. */
  readonly closed: readonly number[];
}

function comparePorts(before: StpdFile, after: StpdFile): PortsAfter {
  const open = listPorts(after);
  return { open, closed: listPorts(before).filter((port) => !open.includes(port)) };
}

function listPorts(file: StpdFile): readonly number[] {
  const plain = plainKeys.flatMap((key) => plainPortEntries(file, key));
  const ports = [httpsPort(file), ...plain.map(({ value }) => readPort(value))];
  return [...new Set(ports.filter((port) => port !== undefined))];
}

/**
 * A line break would end the comment, and Windows PowerShell 5.1 reads a file without a byte order
 * mark as ANSI.
 */
function commented(text: string): string {
  return shorten(makeVisible(text).replaceAll(/[^\x20-\x7e]/g, "?"), 200);
}

/**
 * A PowerShell expression for exactly this text. PowerShell accepts typographic quotes as quotes,
 * so text with anything but printable ASCII is encoded in base64.
 */
export function quotePowershell(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return `([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${toBase64(bytes)}')))`;
}

/** Standard alphabet with padding, for .NET. */
function toBase64(bytes: string): string {
  const text = encodeBase64Url(bytes).replaceAll("-", "+").replaceAll("_", "/");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

function foldBase64(bytes: string): string {
  return (toBase64(bytes).match(/.{1,100}/g) ?? []).join("\n");
}

interface Script extends PortsAfter {
  readonly host: string;
  readonly phase: string;
  readonly environment: string;
  readonly digest: string;
  readonly commit: string;
  readonly change: PlannedChange;
  /** Bytes of the new file. */
  readonly after: string;
}

function renderScript(script: Script): string {
  const { host, phase, environment, digest, commit, change, after, open, closed } = script;
  return `# This script was never tried on Windows by the authors of sesam-harden. Read it before you run it.
#
# Host ${commented(host)}, phase ${phase}, environment ${environment}.
# Plan ${digest}
# Commit ${commit}
#
# Run it only after this plan was approved: on the host, as administrator, in Windows PowerShell 5.1 or newer:
#   powershell -ExecutionPolicy Bypass -File THIS_FILE -Service NAME -StpdIni PATH
# Each step says what to expect. The script stops at the first check that fails. Nothing is changed before step 9.
[CmdletBinding()]
param(
  # Windows service that runs STPD. SEP does not document its name: see Get-Service.
  [Parameter(Mandatory = $true)] [string] $Service,
  # stpd.ini on this host. Its place differs: look below Program Files\\SEPsesam and ProgramData\\SEPsesam, in var\\ini.
  [Parameter(Mandatory = $true)] [string] $StpdIni,
  # Only if step 2 says so: who saw that the processor has AVX, and how.
  [string] $AvxSeenBy = '',
  # Registers a task that restores the old file in 15 minutes, unless you remove it before.
  [switch] $ScheduleUndo
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

$target = ${quotePowershell(host)}
$before = '${change.before}'
$after = '${change.file}'
$openPorts = @(${open.join(", ")})
$closedPorts = @(${closed.join(", ")})
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
${foldBase64(after)}
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
  $action = New-ScheduledTaskAction -Execute "$env:SystemRoot\\System32\\WindowsPowerShell\\v1.0\\powershell.exe" -Argument "-NoProfile -NonInteractive -EncodedCommand $command"
  $trigger = New-ScheduledTaskTrigger -Once -At (Get-Date).AddMinutes(15)
  Register-ScheduledTask -TaskName $task -Action $action -Trigger $trigger -User 'SYSTEM' -RunLevel Highest | Out-Null
  "The undo is scheduled. Remove it at the end: Unregister-ScheduledTask -TaskName '$task' -Confirm:\`$false"
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

  # 11. The ports. Expected: 'listening: ${open.join(", ")}'${closed.length > 0 ? `, and not ${closed.join(", ")}` : ""}.
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
${phase === "close" ? "'A second person has to record it as well.'\n" : ""}'Then press Check now on the card of the rollout. Listening ports are no proof: the scan has to come from outside.'
if ($ScheduleUndo) { "Once it is verified: Unregister-ScheduledTask -TaskName '$task' -Confirm:\`$false" }
`;
}
