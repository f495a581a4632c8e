# Acquires a running Windows: its memory by WinPmem, part by part, and its volatile state, straight into the vault. Of the
# machine it takes on trust its kernel, this PowerShell and .NET: there is no shell that could be carried here. Nothing that
# is acquired is written to a file, and no credential comes here but signatures for one object each.
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2.0
if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
	'Nothing was acquired: PowerShell is held to a language here in which nothing is hashed.'
	exit 2
}

# Each value has a form that the document refuses others of: none of them has a quote, or a line's end.
$vault = '{{ Vault }}'
$prefix = '{{ Prefix }}'
$access = '{{ Access }}'
$signatures = New-Object Collections.Queue
'{{ Signatures }}'.Split(' ') | ForEach-Object { $signatures.Enqueue($_) }
$partMiB = [int]'{{ PartMiB }}'
$what = '{{ Acquire }}'
$winpmem = '{{ WinpmemUrl }}'
$winpmemSha256 = '{{ WinpmemSha256 }}'

# The hour of the signatures is counted by a clock that nobody sets; Start-HourAtSigning says how much of it was gone before.
$clock = [Diagnostics.Stopwatch]::StartNew()
$gone = 0
$invariant = [Globalization.CultureInfo]::InvariantCulture
$transcript = New-Object Text.StringBuilder
$files = New-Object Collections.ArrayList
$memory = [ordered]@{ state = 'none'; parts = 0; bytes = [long]0; sha256 = '' }
$service = 'clean-room-winpmem'

function Deny-Acquisition([string]$reason) {
	[Console]::Error.WriteLine('Nothing was acquired: ' + $reason)
	exit 2
}

function Write-Transcript([string]$text) {
	$line = [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", $invariant) + ' ' + $text
	[Console]::Out.WriteLine($line)
	[void]$transcript.Append($line + "`n")
}

# Seconds until that second of the hour; 0 where it is over.
function Get-Left([int]$until) {
	[Math]::Max(0, [int]($until - $script:gone - $clock.Elapsed.TotalSeconds))
}

function Get-Sha256([byte[]]$bytes, [int]$length) {
	$sha256 = New-Object Security.Cryptography.SHA256CryptoServiceProvider
	[BitConverter]::ToString($sha256.ComputeHash($bytes, 0, $length)).Replace('-', '').ToLowerInvariant()
}

# What the vault answered: status 0 where it did not.
function Send-Object([string]$url, [byte[]]$bytes, [int]$length, [string]$md5, [int]$until) {
	$answer = @{ status = 0; code = ''; date = ''; version = '' }
	$request = $null
	try {
		$request = [Net.WebRequest]::Create($url)
		$request.Method = 'PUT'
		$request.AllowWriteStreamBuffering = $false
		$request.AllowAutoRedirect = $false
		$request.KeepAlive = $false
		$request.ServicePoint.Expect100Continue = $false
		$request.ContentLength = $length
		$request.Timeout = [Math]::Min(120, (Get-Left $until)) * 1000
		$request.ReadWriteTimeout = 60000
		$request.Headers.Add('If-None-Match', '*')
		$request.Headers.Add('Content-MD5', $md5)
		$stream = $request.GetRequestStream()
		for ($at = 0; $at -lt $length; $at += 1048576) {
			if ((Get-Left $until) -eq 0) { throw 'Its time is over.' }
			$stream.Write($bytes, $at, [Math]::Min(1048576, $length - $at))
		}
		$stream.Close()
		$response = $request.GetResponse()
	} catch {
		$answer.code = $_.Exception.Message
		$failure = $_.Exception
		while ($null -ne $failure -and $failure -isnot [Net.WebException]) { $failure = $failure.InnerException }
		if ($null -ne $request) { $request.Abort() }
		if ($null -eq $failure -or $null -eq $failure.Response) { return $answer }
		$response = $failure.Response
	}
	try {
		$answer.status = [int]$response.StatusCode
		$answer.date = [string]$response.Headers['Date']
		$answer.version = [string]$response.Headers['x-amz-version-id'] -replace '[^A-Za-z0-9._-]', ''
		$said = (New-Object IO.StreamReader($response.GetResponseStream())).ReadToEnd()
		if ($said -match '<Code>([A-Za-z]+)<') { $answer.code = $Matches[1] }
	} catch {
		$answer.code = $_.Exception.Message
	} finally {
		$response.Close()
	}
	return $answer
}

# The hour began when the signatures were made: what the vault's clock says is compared with that, as this machine's may be wrong.
function Start-HourAtSigning([string]$date) {
	if ($date -ne '' -and $access -match 'X-Amz-Date=(\d{8}T\d{6})Z') {
		$signed = [DateTime]::ParseExact($Matches[1], "yyyyMMdd'T'HHmmss", $invariant)
		$answered = [DateTime]::ParseExact($date, 'r', $invariant)
		$late = ($answered - $signed).TotalSeconds - $clock.Elapsed.TotalSeconds
		if ($late -gt 0 -and $late -lt 3600) { $script:gone = [int]$late }
	}
}

# Puts a new object, whose MD5 S3 compares before it answers, and notes it for the manifest.
function Add-Object([string]$name, [string]$signature, [byte[]]$bytes, [int]$length, [int]$until) {
	$md5 = [Convert]::ToBase64String((New-Object Security.Cryptography.MD5CryptoServiceProvider).ComputeHash($bytes, 0, $length))
	$url = $vault + '/' + $prefix + $name + '?' + $access + '&X-Amz-Signature=' + $signature
	$unanswered = $false
	$answer = @{ status = 0; code = 'its time is over' }
	for ($try = 1; $try -le 5 -and (Get-Left $until) -gt 0; $try += 1) {
		$answer = Send-Object $url $bytes $length $md5 $until
		# It was taken before: by the try that had no answer, or by somebody else. The SHA-256 tells which.
		if ($answer.status -eq 200 -or ($answer.status -eq 412 -and $unanswered)) {
			$sha256 = Get-Sha256 $bytes $length
			[void]$files.Add([ordered]@{ key = $prefix + $name; size = $length; sha256 = $sha256; versionId = $answer.version; answer = $answer.status })
			if ($script:gone -eq 0) { Start-HourAtSigning $answer.date }
			return $true
		}
		if ($answer.status -eq 412) {
			Write-Transcript ('The vault has ' + $prefix + $name + ' already, and keeps it: it was not written by this run.')
			return $false
		}
		if ($answer.status -eq 0 -or $answer.status -eq 429 -or $answer.status -ge 500) { $unanswered = $true }
		elseif ($answer.status -ne 400 -and $answer.status -ne 409) { break }
		Start-Sleep -Seconds ($try * $try)
	}
	Write-Transcript ('The vault did not take ' + $name + ': HTTP ' + $answer.status + ' ' + $answer.code)
	return $false
}

function Add-Text([string]$name, [string]$signature, [string]$text, [int]$until) {
	$bytes = [Text.Encoding]::UTF8.GetBytes($text)
	Add-Object $name $signature $bytes $bytes.Length $until
}

# The program that was fetched, as its bytes are on disk: nobody writes to it while it is open for reading.
function Get-Winpmem([string]$to) {
	$request = [Net.WebRequest]::Create($winpmem)
	$request.AllowAutoRedirect = $false
	$request.Timeout = 120000
	$response = $request.GetResponse()
	$stream = [IO.File]::Create($to)
	$response.GetResponseStream().CopyTo($stream)
	$stream.Close()
	$response.Close()
	$held = New-Object IO.FileStream($to, [IO.FileMode]::Open, [IO.FileAccess]::Read, [IO.FileShare]::Read)
	$sha256 = New-Object Security.Cryptography.SHA256CryptoServiceProvider
	$found = [BitConverter]::ToString($sha256.ComputeHash($held)).Replace('-', '').ToLowerInvariant()
	if ($found -ne $winpmemSha256) {
		$held.Close()
		throw ('what the tools bucket has as WinPmem has the SHA-256 ' + $found + ', and not ' + $winpmemSha256 + '.')
	}
	return $held
}

# The driver is WinPmem's to unload: this is for one that was ended before.
function Remove-Driver {
	$driver = Get-CimInstance -ClassName Win32_SystemDriver -Filter "Name='$service'" -OperationTimeoutSec 30
	if ($null -eq $driver) { return }
	$stopped = Invoke-CimMethod -InputObject $driver -MethodName StopService
	$deleted = Invoke-CimMethod -InputObject $driver -MethodName Delete
	Write-Transcript ('The driver was left: stopping it answered ' + $stopped.ReturnValue + ', deleting its service ' + $deleted.ReturnValue + '.')
}

# The memory as it streams through a pipe: never the whole of it is here, nor in a file.
function Add-Memory([string]$tool, [string]$driver, [int]$until) {
	$name = 'clean-room-' + [Guid]::NewGuid().ToString('N')
	$pipe = New-Object IO.Pipes.NamedPipeServerStream($name, [IO.Pipes.PipeDirection]::In, 1, [IO.Pipes.PipeTransmissionMode]::Byte, [IO.Pipes.PipeOptions]::Asynchronous, 1048576, 0)
	$start = New-Object Diagnostics.ProcessStartInfo
	$start.FileName = $tool
	# Not sparse: what is no memory is zeros, as a pipe has no places.
	$start.Arguments = 'acquire --nosparse --service_name ' + $service + ' --driver_path "' + $driver + '" \\.\pipe\' + $name
	$start.UseShellExecute = $false
	$start.CreateNoWindow = $true
	$whole = New-Object Security.Cryptography.SHA256CryptoServiceProvider
	Write-Transcript ('WinPmem loads its driver, as the service ' + $service + '.')
	$reader = [Diagnostics.Process]::Start($start)
	try {
		$connecting = $pipe.BeginWaitForConnection($null, $null)
		while (-not $connecting.AsyncWaitHandle.WaitOne(1000)) {
			if ($reader.HasExited) { throw ('WinPmem ended with ' + $reader.ExitCode + ' before it read anything.') }
			if ((Get-Left $until) -eq 0) { throw 'WinPmem has read nothing in its time.' }
		}
		$pipe.EndWaitForConnection($connecting)
		$part = New-Object byte[] ($partMiB * 1048576)
		do {
			$length = 0
			do {
				$pending = $pipe.BeginRead($part, $length, [Math]::Min(1048576, $part.Length - $length), $null, $null)
				if (-not $pending.AsyncWaitHandle.WaitOne((Get-Left $until) * 1000)) {
					throw 'The hour of the signatures is nearly over, and the memory is not at its end.'
				}
				$read = $pipe.EndRead($pending)
				$length += $read
			} while ($read -gt 0 -and $length -lt $part.Length)
			if ($length -gt 0) {
				if ($signatures.Count -eq 0) { throw 'There is more of the memory than signatures were given for.' }
				[void]$whole.TransformBlock($part, 0, $length, $part, 0)
				$number = ($memory.parts + 1).ToString('00000', $invariant)
				if (-not (Add-Object ('memory/' + $number) $signatures.Dequeue() $part $length $until)) { throw 'The memory is not whole.' }
				$memory.parts += 1
				$memory.bytes += $length
			}
		} while ($read -gt 0)
		[void]$whole.TransformFinalBlock($part, 0, 0)
		if (-not $reader.WaitForExit(60000)) { throw 'WinPmem does not end.' }
		if ($reader.ExitCode -ne 0) { throw ('WinPmem ended with ' + $reader.ExitCode + '.') }
		if ($memory.parts -eq 0) { throw 'WinPmem wrote nothing.' }
		$memory.sha256 = [BitConverter]::ToString($whole.Hash).Replace('-', '').ToLowerInvariant()
		$memory.state = 'complete'
		Write-Transcript ('Memory: ' + $memory.parts + ' parts, ' + $memory.bytes + ' bytes, SHA-256 ' + $memory.sha256 + '.')
	} finally {
		if (-not $reader.HasExited) { $reader.Kill(); [void]$reader.WaitForExit(10000) }
		$pipe.Dispose()
	}
}

# What is only there while it runs, as Windows tells it: each look in its own time, as one may never end.
$looks = [ordered]@{
	'operating-system' = 'Get-CimInstance', @{ ClassName = 'Win32_OperatingSystem' }
	'computer' = 'Get-CimInstance', @{ ClassName = 'Win32_ComputerSystem' }
	'processes' = 'Get-CimInstance', @{ ClassName = 'Win32_Process' }
	'process-owners' = 'Get-Process', @{ IncludeUserName = $true }
	'services' = 'Get-CimInstance', @{ ClassName = 'Win32_Service' }
	'drivers' = 'Get-CimInstance', @{ ClassName = 'Win32_SystemDriver' }
	'logon-sessions' = 'Get-CimInstance', @{ ClassName = 'Win32_LogonSession' }
	'logged-on-users' = 'Get-CimInstance', @{ ClassName = 'Win32_LoggedOnUser' }
	'disks' = 'Get-CimInstance', @{ ClassName = 'Win32_LogicalDisk' }
	'tcp' = 'Get-NetTCPConnection', @{}
	'udp' = 'Get-NetUDPEndpoint', @{}
	'addresses' = 'Get-NetIPAddress', @{}
	'neighbours' = 'Get-NetNeighbor', @{}
	'routes' = 'Get-NetRoute', @{}
	'names' = 'Get-DnsClientCache', @{}
	'smb-sessions' = 'Get-SmbSession', @{}
	'smb-open-files' = 'Get-SmbOpenFile', @{}
}

# Of processes, what is a word or a number: the rest of what .NET knows of one is long, and some of it waits.
$columns = @{ 'process-owners' = 'Id', 'ProcessName', 'UserName', 'StartTime', 'Path' }

function Get-Look([string]$name) {
	$command, $with = $looks[$name]
	$shell = [PowerShell]::Create()
	[void]$shell.AddCommand($command).AddParameters($with)
	$of = if ($columns.ContainsKey($name)) { $columns[$name] } else { '*' }
	[void]$shell.AddCommand('Select-Object').AddParameter('Property', $of).AddParameter('ExcludeProperty', @('Cim*', 'PSComputerName'))
	[void]$shell.AddCommand('ConvertTo-Json').AddParameter('Depth', 2).AddParameter('Compress', $true)
	$running = $shell.BeginInvoke()
	if (-not $running.AsyncWaitHandle.WaitOne(60000)) {
		[void]$shell.BeginStop($null, $null)
		throw 'it did not end in a minute.'
	}
	$json = @($shell.EndInvoke($running)) -join "`n"
	$errors = $shell.Streams.Error.Count
	$shell.Dispose()
	if ($errors -gt 0) { Write-Transcript ($name + ' is told with ' + $errors + ' errors.') }
	return $json
}

function Add-State([string]$signature, [int]$until) {
	[void][Reflection.Assembly]::LoadWithPartialName('System.IO.Compression')
	$packed = New-Object IO.MemoryStream
	$archive = New-Object IO.Compression.ZipArchive($packed, [IO.Compression.ZipArchiveMode]::Create, $true)
	$missing = 0
	foreach ($name in $looks.Keys) {
		if ((Get-Left $until) -eq 0) { throw 'The state was not read to its end: its time was over.' }
		try {
			$bytes = [Text.Encoding]::UTF8.GetBytes((Get-Look $name))
			$entry = $archive.CreateEntry('state/' + $name + '.json').Open()
			$entry.Write($bytes, 0, $bytes.Length)
			$entry.Close()
		} catch {
			$missing += 1
			Write-Transcript ($name + ' is missing: ' + $_.Exception.Message)
		}
	}
	$archive.Dispose()
	$bytes = $packed.ToArray()
	if (-not (Add-Object 'state.zip' $signature $bytes $bytes.Length 3300)) { throw 'The state is not in the vault.' }
	Write-Transcript ('State: SHA-256 ' + $files[$files.Count - 1].sha256 + '.')
	if ($missing -gt 0) { throw ('' + $missing + ' looks at the state are missing.') }
}

# Before anything is touched.
if (-not [Environment]::Is64BitProcess) { Deny-Acquisition 'this is no Windows for x86-64.' }
$me = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) { Deny-Acquisition 'the agent is no administrator here, who alone loads a driver.' }
try { [void](New-Object Security.Cryptography.MD5CryptoServiceProvider) } catch { Deny-Acquisition 'its policy (FIPS) forbids MD5, by which S3 compares what it takes.' }
$free = [int]((Get-CimInstance -ClassName Win32_OperatingSystem -OperationTimeoutSec 60).FreePhysicalMemory / 1024)
if ($free -lt $partMiB + 256) { Deny-Acquisition ('' + ($partMiB + 256) + ' MiB are needed and ' + $free + ' MiB of memory are free.') }
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12

# What an acquisition has left that was killed, whose number is in the name. Not in Temp, where everybody makes folders: one
# of such a name could lead elsewhere, and be followed there by who deletes whatever there is.
$below = $env:SystemRoot

# WinPmem takes away whatever service of its name it finds: two at once would end each other's. Who reads the memory holds this
# file alone; it is nobody's once this process is gone, however it ends.
$alone = $null
if ($what -ne 'state') {
	try {
		$alone = New-Object IO.FileStream((Join-Path $below 'clean-room-acquire.lock'), [IO.FileMode]::OpenOrCreate, [IO.FileAccess]::ReadWrite, [IO.FileShare]::None, 1, [IO.FileOptions]::DeleteOnClose)
	} catch { Deny-Acquisition ('another acquisition reads the memory of this machine, it seems: wait for its end, or acquire --only state. ' + $_.Exception.Message) }
}
Get-ChildItem -Path $below -Directory -Filter 'clean-room-acquire.*' | ForEach-Object {
	$owner = $_.Name.Split('.')[1]
	if ($owner -match '^\d+$' -and $null -eq (Get-Process -Id $owner -ErrorAction SilentlyContinue)) {
		Remove-Item -LiteralPath $_.FullName -Recurse -Force -ErrorAction SilentlyContinue
	}
}
$room = Join-Path $below ('clean-room-acquire.' + $PID + '.' + [Guid]::NewGuid().ToString('N'))
$rights = New-Object Security.AccessControl.DirectorySecurity
$rights.SetSecurityDescriptorSddlForm('D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
[void][IO.Directory]::CreateDirectory($room, $rights)

# Whatever stalls, the signatures' hour has time for what comes after it: for the state, and for the transcript and the manifest.
$failed = 0
$state = 'none'
$held = $null
try {
	$tool = Join-Path $room 'winpmem.exe'
	if ($what -ne 'state') {
		try { $held = Get-Winpmem $tool } catch { Deny-Acquisition ('WinPmem could not be fetched: ' + $_.Exception.Message) }
	}
	$begun, $stateSignature, $transcriptSignature, $manifestSignature = 1..4 | ForEach-Object { $signatures.Dequeue() }
	Write-Transcript ('Acquiring ' + $what + ' of ' + [Environment]::MachineName + ', ' + [Environment]::OSVersion.VersionString + ', for ' + $prefix + '.')
	if (-not (Add-Text 'begun.txt' $begun $transcript.ToString() 2000)) { Deny-Acquisition 'ask for another acquisition, with signatures of its own.' }
	if ($what -ne 'state') {
		$memory.state = 'incomplete'
		try {
			Add-Memory $tool (Join-Path $room 'winpmem.sys') 3000
		} catch {
			$failed = 1
			Write-Transcript ('The memory is incomplete: ' + $_.Exception.Message)
		}
		try { Remove-Driver } catch { Write-Transcript ('Whether the driver was left is unknown: ' + $_.Exception.Message) }
	}
	if ($what -ne 'memory') {
		$state = 'complete'
		try {
			Add-State $stateSignature 3200
		} catch {
			$failed = 1
			$state = 'incomplete'
			Write-Transcript ('The state is incomplete: ' + $_.Exception.Message)
		}
	}
	Write-Transcript ('Memory ' + $memory.state + ', state ' + $state + '.')
	if (-not (Add-Text 'transcript.txt' $transcriptSignature $transcript.ToString() 3540)) { $failed = 1 }
	$manifest = [ordered]@{ form = 'clean-room/acquisition/1'; prefix = $prefix; memory = $memory; state = $state; files = @($files) }
	if (Add-Text 'manifest.json' $manifestSignature (ConvertTo-Json -InputObject $manifest -Depth 4) 3540) {
		Write-Transcript ('Manifest: SHA-256 ' + $files[$files.Count - 1].sha256 + '.')
	} else {
		$failed = 1
	}
} finally {
	if ($null -ne $held) { $held.Close() }
	Remove-Item -LiteralPath $room -Recurse -Force -ErrorAction SilentlyContinue
	if ($null -ne $alone) { $alone.Close() }
}
exit $failed
